// Plays cases: small inputs and command lines that once failed, each against its own server.
#ifndef MUSTER_TESTS_CASES_PLAYED_CASE_H_
#define MUSTER_TESTS_CASES_PLAYED_CASE_H_

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {

// Where the cases lie; empty when they are not beside the project.
std::string CasesFolder();

// A test of one case: a folder of input files and a file `command` of shell lines that call `muster`. Each
// test has an empty server and a copy of its case. Skipped where the cases are absent. Not thread-safe.
class CaseTest : public ::testing::Test {
 protected:
  void SetUp() override;

  // Plays the case `name`, such as "02-bare-cr-ends-record": runs its `command` with the shell in a copy of
  // its folder. What came of each call of `muster`, in order; a failed expectation when there was none.
  std::vector<Finished> Play(const std::string& name);
  // The same with `commands` in place of the case's own, in the folder of the case that was played last;
  // before any, in an empty one.
  std::vector<Finished> PlayLines(const std::string& commands);

  // The ids that `expression` selects in `population`, separated by one space; "(exit N) …" when it fails.
  std::string IdsOf(const std::string& population, const std::string& expression) const;
  const TinyServer& server() const { return *server_; }

 private:
  std::unique_ptr<TinyServer> server_;
  std::string folder_;  // where commands run
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_CASES_PLAYED_CASE_H_

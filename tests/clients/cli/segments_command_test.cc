// Arguments that `muster segments` refuses without a server. Its calls are tested in tests/semantics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/invocation.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;

int ExitOf(std::vector<const char*> arguments, std::string& err) {
  arguments.insert(arguments.begin(), "muster");
  std::ostringstream out, errors;
  std::istringstream in;
  Invocation run = {.terminal = {out, errors}, .in = in, .server = "127.0.0.1:1"};
  const int code = Run(static_cast<int>(arguments.size()), arguments.data(), run);
  err = errors.str();
  return code;
}

TEST(SegmentsCommandTest, WrongUsageIsSaidBeforeAnyCall) {
  std::string err;
  EXPECT_EQ(ExitOf({"segments"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("--population"));
  EXPECT_EQ(ExitOf({"segments", "ls"}, err), kWrongUsage);
  EXPECT_EQ(ExitOf({"segments", "-p", "p", "show"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("NAME"));
  EXPECT_EQ(ExitOf({"segments", "create", "a", "-p", "p"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("EXPRESSION"));
  EXPECT_EQ(ExitOf({"segments", "create", "", "vip", "-p", "p"}, err), kWrongUsage);
  EXPECT_EQ(ExitOf({"segments", "update", "a", "vip", "--etag", "", "-p", "p"}, err), kWrongUsage);
  EXPECT_EQ(ExitOf({"segments", "-p", "p", "sho", "a"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("there is no command `muster segments sho`; did you mean 'show'?"));
}

}  // namespace
}  // namespace muster::cli

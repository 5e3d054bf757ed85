// Arguments that `muster segments` refuses without a server. Its calls are tested in tests/semantics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/clients/cli/exit_of.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;

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

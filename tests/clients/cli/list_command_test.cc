// What `muster list` refuses by itself. What it does on a server is in tests/semantics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/clients/cli/exit_of.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;

TEST(ListCommandTest, WrongUsageIsSaidBeforeAnyCall) {
  std::string err;
  EXPECT_EQ(ExitOf({"list"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("--population"));
  EXPECT_EQ(ExitOf({"list", "ls"}, err), kWrongUsage);
  EXPECT_EQ(ExitOf({"list", "-p", "p", "load", "l"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("FILE"));
  EXPECT_EQ(ExitOf({"list", "load", "", "ids.txt", "-p", "p"}, err), kWrongUsage);
  EXPECT_EQ(ExitOf({"list", "rm", "-p", "p"}, err), kWrongUsage);
  EXPECT_THAT(err, HasSubstr("NAME"));
  EXPECT_EQ(ExitOf({"list", "load", "l", "ids.txt", "-p", "p", "--encoding", "x"}, err), kWrongUsage);
}

TEST(ListCommandTest, AFileThatIsNotThereIsSaidBeforeAnyCall) {
  std::string err;
  EXPECT_EQ(ExitOf({"list", "load", "l", "/nowhere/ids.txt", "-p", "p"}, err), kFailed);
  EXPECT_THAT(err, HasSubstr("/nowhere/ids.txt"));
}

}  // namespace
}  // namespace muster::cli

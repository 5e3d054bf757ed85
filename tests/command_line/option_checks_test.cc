#include "command_line/option_checks.h"

#include "gtest/gtest.h"

namespace muster::command_line {
namespace {

TEST(OptionChecks, AWholeNumberLiesWithinItsBounds) {
  const Check check = WholeNumber(3, 256);
  EXPECT_EQ(check("3"), "");
  EXPECT_EQ(check("256"), "");
  EXPECT_EQ(check("2"), "'2' is no whole number from 3 to 256");
  EXPECT_EQ(check("257"), "'257' is no whole number from 3 to 256");
  for (const char* text : {"", "-3", "3.5", "many", "0x10", "99999999999999999999"})
    EXPECT_NE(check(text), "") << text;
}

TEST(OptionChecks, BytesAreRefusedInWordsThatAPersonWrites) {
  const Check check = Bytes(16 << 20, 32 << 20, "16MiB to 32MiB");
  EXPECT_EQ(check("16777216"), "");
  EXPECT_EQ(check("1"), "1 bytes are out of range; write a size from 16MiB to 32MiB");
  EXPECT_NE(check("33554433"), "");
  EXPECT_NE(check("-1"), "");
}

TEST(OptionChecks, AWordIsOneOfThoseThatThereAre) {
  const Check check = OneOf({"merge", "replace"});
  EXPECT_EQ(check("merge"), "");
  EXPECT_EQ(check("replace"), "");
  EXPECT_EQ(check("insert"), "'insert' is none of merge, replace");
  for (const char* text : {"", "Merge", "merge,replace"}) EXPECT_NE(check(text), "") << text;
}

TEST(OptionChecks, AUmaskKeepsTheOwnersRights) {
  for (const char* text : {"0", "000", "027", "0077"}) EXPECT_EQ(CheckUmask(text), "") << text;
  for (const char* text : {"", "100", "777", "08", "00077", "-1", "u=rw"})
    EXPECT_NE(CheckUmask(text), "") << text;
  EXPECT_EQ(UmaskOf("0027"), 027u);
}

}  // namespace
}  // namespace muster::command_line

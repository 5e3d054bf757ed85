#include "command_line/parse_error.h"

#include <CLI/CLI.hpp>

#include "gtest/gtest.h"

namespace muster::command_line {
namespace {

// What is said of `words`.
std::string SaidOf(const std::string& words) {
  CLI::App app("", "program");
  std::string data, mode;
  int threads = 0;
  app.add_option("--data,-d", data)->required()->type_name("DIR");
  app.add_option("--threads", threads)->type_name("N");
  app.add_option("--mode", mode)->type_name("merge|replace");
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return PlainParseError(error.what());
  }
  return "";
}

TEST(ParseErrorTest, AnOptionWithoutItsValueIsToldHowToWriteIt) {
  EXPECT_EQ(SaidOf("--data"), "--data needs a value: write --data DIR");
  EXPECT_EQ(SaidOf("--data x --threads"), "--threads needs a value: write --threads N");
  EXPECT_EQ(SaidOf("--data x --mode"), "--mode needs a value: write --mode merge|replace");
}

TEST(ParseErrorTest, OneThatIsThereTwiceIsToKeepOne) {
  EXPECT_EQ(SaidOf("--data x --data y"), "--data is there more than once; keep one");
}

TEST(ParseErrorTest, OtherMessagesStay) {
  EXPECT_EQ(SaidOf(""), "--data is required");
  EXPECT_EQ(PlainParseError("no colon"), "no colon");
  EXPECT_EQ(PlainParseError("a: b"), "a: b");
}

}  // namespace
}  // namespace muster::command_line

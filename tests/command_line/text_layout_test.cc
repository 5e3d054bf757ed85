#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "command_line/display_width.h"
#include "command_line/help_layout.h"
#include "command_line/wrapped_text.h"

namespace muster::command_line {
namespace {

TEST(DisplayWidth, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("上海x"), 5u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("\xff"), 1u);
}

TEST(DisplayWidth, CountsBytesOfCodePoints) {
  EXPECT_EQ(BytesOfCodePoints("上海x", 0), 0u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 2), 6u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 9), 7u);
  EXPECT_EQ(BytesOfCodePoints("\xffx", 1), 1u);
}

TEST(Wrapped, BreaksBetweenWordsAlone) {
  EXPECT_EQ(Wrapped("aa bb cc", 0, 2, 5), "aa bb\n  cc");
  EXPECT_EQ(Wrapped("aa bb", 3, 1, 5), "aa\n bb");
  EXPECT_EQ(Wrapped("a longerthanthat b", 0, 0, 6), "a\nlongerthanthat\nb");
  EXPECT_EQ(Wrapped("a\nb c", 4, 0, 5), "a\nb c");
  EXPECT_EQ(Wrapped("上海 北京", 0, 0, 8), "上海\n北京");
  EXPECT_EQ(Wrapped("", 0, 0, 8), "");
}

TEST(HelpLayout, SaysInWordsWhatAnOptionTakes) {
  CLI::App app("Does a thing.", "thing");
  app.formatter(std::make_shared<HelpLayout>());
  int count = 3;
  std::string place;
  app.add_option("--count,-c", count, "How many")->capture_default_str()->type_name("N");
  app.add_option("--place", place, "Where it is done, in words that are too long for one line of a terminal")
      ->required()
      ->envname("PLACE")
      ->type_name("A|B|C|D|E|F|G|H")
      ->group("Others");
  app.add_subcommand("run", "Run it");
  EXPECT_EQ(app.help(),
            "Does a thing.\n"
            "Usage: thing [OPTIONS] [COMMAND]\n"
            "\n"
            "Options:\n"
            "  -h, --help               Print this help message and exit.\n"
            "  -c, --count N            How many. Default: 3.\n"
            "\n"
            "Others:\n"
            "  --place A|B|C|D|E|F|G|H  Where it is done, in words that are too long for one\n"
            "                           line of a terminal. Must be given. Or in the\n"
            "                           environment: PLACE.\n"
            "\n"
            "Commands:\n"
            "  run                      Run it\n");
}

}  // namespace
}  // namespace muster::command_line

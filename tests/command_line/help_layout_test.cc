#include "command_line/help_layout.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace muster::command_line {
namespace {

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

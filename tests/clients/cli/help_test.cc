// Help fits a terminal of 80 columns, whatever the command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/invocation.h"
#include "command_line/help_layout.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string HelpOf(std::vector<std::string> words) {
  words.insert(words.begin(), "muster");
  words.push_back("--help");
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  std::ostringstream out, err;
  std::istringstream in;
  Invocation run = {.terminal = {out, err}, .in = in};
  EXPECT_EQ(Run(static_cast<int>(arguments.size()), arguments.data(), run), kDone);
  return out.str();
}

// The commands that a help lists below "Commands:".
std::vector<std::string> CommandsIn(const std::string& help) {
  std::vector<std::string> commands;
  bool listed = false;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(help, '\n'))) {
    if (line == "Commands:") {
      listed = true;
    } else if (line.empty()) {
      listed = false;
    } else if (listed && line.size() > 2 && line[2] != ' ') {
      commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return commands;
}

void ExpectFits(const std::vector<std::string>& words, int& pages) {
  const std::string help = HelpOf(words);
  ++pages;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(help, '\n'))) {
    EXPECT_LE(DisplayWidth(line), command_line::kHelpWidth) << absl::StrJoin(words, " ") << ": " << line;
  }
  for (const std::string& command : CommandsIn(help)) {
    std::vector<std::string> deeper = words;
    deeper.push_back(command);
    ExpectFits(deeper, pages);
  }
}

TEST(Help, FitsEightyColumns) {
  int pages = 0;
  ExpectFits({}, pages);
  EXPECT_GE(pages, 12);
}

TEST(Help, SaysRangesInWords) {
  EXPECT_THAT(HelpOf({"tags", "set"}),
              HasSubstr("  --scale N                Digits after the point of a NUMBER"));
  EXPECT_THAT(HelpOf({"generate"}), Not(HasSubstr("Start a server")));  // it is not the program's first page
}

TEST(Help, SaysWhatAnOptionTakes) {
  const std::string help = HelpOf({"count"});
  EXPECT_THAT(help, HasSubstr("-p, --population NAME"));
  EXPECT_THAT(help, HasSubstr("Must be given."));
  EXPECT_THAT(help, HasSubstr("MUSTER_POPULATION"));
  EXPECT_THAT(help, HasSubstr("Default: table."));
  EXPECT_THAT(help, HasSubstr("Not with --explain"));
}

}  // namespace
}  // namespace muster::cli

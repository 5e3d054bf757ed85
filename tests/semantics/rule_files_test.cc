// Plays rule_NN.test, the rules of docs/semantics.md as data, with the real programs: one server per file,
// one population per case. Rules that need kills, other stores or proto trees are tested in rule_NN_test.cc.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/rule_file.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> RuleFiles() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(MUSTER_RULES_DIR))
    if (entry.path().extension() == ".test") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

// Plays the steps of one case in order. Not thread-safe; `server` outlives it.
class Player {
 public:
  Player(TinyServer& server, std::string population) : server_(server), population_(std::move(population)) {
    server_.UsePopulation(population_);
  }

  void Play(const RuleStep& step) {
    if (step.verb == "schema") {
      schema_ = step.text;
    } else if (step.verb == "records") {
      records_ = step.text;
    } else if (step.verb == "load") {
      Load(step.argument);
    } else if (step.verb == "list") {
      LoadList(step);
    } else if (step.verb == "says") {
      Says(step.argument);
    } else if (step.verb == "restart") {
      server_.Restart();
    } else if (step.verb == "cells") {
      Cells(step.rows);
    } else {
      for (const RuleRow& row : step.rows) Ask(step, row);
    }
  }

 private:
  void Load(absl::string_view options) {
    const bool refused = options == "refused" || absl::StartsWith(options, "refused ");
    if (refused) options.remove_prefix(std::min(options.size(), absl::string_view("refused ").size()));
    load_ = server_.Load(records_, schema_, absl::StrSplit(options, ' ', absl::SkipEmpty()));
    EXPECT_EQ(load_.exit_code, refused ? 1 : 0) << load_.out << load_.err;
  }

  void LoadList(const RuleStep& step) {
    absl::string_view options = step.argument;
    const bool refused = absl::ConsumePrefix(&options, "refused ");
    std::vector<std::string> words = absl::StrSplit(options, ' ', absl::SkipEmpty());
    ASSERT_FALSE(words.empty());
    std::vector<std::string> arguments = {"list", "load", "-p", population_, words[0], "-"};
    arguments.insert(arguments.end(), words.begin() + 1, words.end());
    load_ = server_.Cli(arguments, step.text);
    EXPECT_EQ(load_.exit_code, refused ? 1 : 0) << load_.out << load_.err;
  }

  void Says(absl::string_view words) {
    if (absl::ConsumePrefix(&words, "not ")) {
      EXPECT_THAT(load_.out + load_.err, Not(HasSubstr(std::string(words))));
    } else {
      EXPECT_THAT(load_.out + load_.err, HasSubstr(std::string(words)));
    }
  }

  // All cells in one file and a population of their own; the member `first` is there, whatever becomes of the
  // others.
  void Cells(const std::vector<RuleRow>& rows) {
    std::string text = "id,t\nfirst,\n";
    for (size_t i = 0; i < rows.size(); ++i) absl::StrAppend(&text, "m", i, ",", rows[i].asked, "\n");
    server_.UsePopulation(absl::StrCat(population_, "_", ++cell_blocks_));
    server_.MustLoad(text, schema_, {"--max-rejected", "0.99"});
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string profile = server_.ProfileOf(absl::StrCat("m", i));
      if (rows[i].expected.empty()) {
        EXPECT_THAT(profile, HasSubstr("refused")) << "line " << rows[i].line;
      } else {
        EXPECT_EQ(profile, absl::StrCat("t=", rows[i].expected)) << "line " << rows[i].line;
      }
    }
    server_.UsePopulation(population_);
  }

  void Ask(const RuleStep& step, const RuleRow& row) {
    SCOPED_TRACE(absl::StrCat("line ", row.line));
    if (step.verb == "select") {
      ExpectSelects(server_, {{row.asked, row.expected}});
    } else if (step.verb == "refuse") {
      ExpectRefuses(server_, {{row.asked, step.argument, row.expected}});
    } else if (step.verb == "warn") {
      Warn(step.argument, row);
    } else if (step.verb == "count") {
      EXPECT_EQ(absl::StrCat(server_.CountOf(row.asked)), row.expected);
    } else if (step.verb == "canonical") {
      EXPECT_EQ(server_.CanonicalOf(row.asked), row.expected);
    } else if (step.verb == "profile") {
      EXPECT_EQ(server_.ProfileOf(row.asked), row.expected);
    } else {
      FAIL() << "no step " << step.verb;
    }
  }

  void Warn(const std::string& reason, const RuleRow& row) {
    muster::v1::CountMembersResponse answer;
    ASSERT_THAT(server_.Ask(row.asked, answer), IsOk());
    ASSERT_EQ(answer.warnings_size(), 1);
    EXPECT_EQ(muster::v1::WarningReason_Name(answer.warnings(0).reason()),
              absl::StrCat("WARNING_REASON_", reason));
    EXPECT_THAT(answer.warnings(0).message(), HasSubstr(row.expected));
  }

  TinyServer& server_;
  const std::string population_;
  int cell_blocks_ = 0;
  std::string schema_, records_;
  Finished load_;
};

class RuleFileTest : public ::testing::TestWithParam<std::string> {};

TEST_P(RuleFileTest, Holds) {
  std::ifstream in(absl::StrCat(MUSTER_RULES_DIR, "/", GetParam(), ".test"), std::ios::binary);
  const auto cases = ReadRuleFile(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_THAT(cases, IsOk()) << GetParam() << ".test, " << cases.status().message();
  TinyServer server;
  int number = 0;
  for (const RuleCase& one : *cases) {
    SCOPED_TRACE(absl::StrCat(GetParam(), ".test, line ", one.line, ": ", one.name));
    Player player(server, absl::StrCat("c", ++number));
    for (const RuleStep& step : one.steps) {
      SCOPED_TRACE(absl::StrCat("line ", step.line, ": ", step.verb, " ", step.argument));
      player.Play(step);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Semantics, RuleFileTest, ::testing::ValuesIn(RuleFiles()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace muster::testing

#include "tests/semantics/rule_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST(RuleFile, KeepsCasesStepsTextsAndRows) {
  const auto cases = ReadRuleFile(
      "# Rule 0.\n"
      "case First\n"
      "schema\n"
      "  tags:\n"
      "    - {name: city, kind: SINGLE}\n"
      "records escaped\n"
      "  id,city\\r\\n\n"
      "  a,\\x58\n"
      "load refused --max-rejected 0.5\n"
      "select\n"
      "  city = '=> X'   => a b\n"
      "  NOBODY => (none)\n"
      "\n"
      "case Second\n"
      "refuse SYNTAX escaped\n"
      "  a\\tb => \\\\\n");
  ASSERT_THAT(cases, IsOk());
  ASSERT_EQ(cases->size(), 2u);
  const RuleCase& first = (*cases)[0];
  EXPECT_EQ(first.name, "First");
  EXPECT_EQ(first.line, 2);
  ASSERT_EQ(first.steps.size(), 4u);
  EXPECT_EQ(first.steps[0].text, "tags:\n  - {name: city, kind: SINGLE}\n");
  EXPECT_EQ(first.steps[1].text, "id,city\r\na,X");
  EXPECT_EQ(first.steps[2].argument, "refused --max-rejected 0.5");
  ASSERT_EQ(first.steps[3].rows.size(), 2u);
  EXPECT_EQ(first.steps[3].rows[0].asked, "city = '=> X'");
  EXPECT_EQ(first.steps[3].rows[0].expected, "a b");
  EXPECT_EQ(first.steps[3].rows[1].expected, "");
  EXPECT_EQ(first.steps[3].rows[1].line, 12);
  const RuleStep& second = (*cases)[1].steps[0];
  EXPECT_EQ(second.argument, "SYNTAX");
  EXPECT_EQ(second.rows[0].asked, "a\tb");
  EXPECT_EQ(second.rows[0].expected, "\\");
}

TEST(RuleFile, BeginsEveryCaseWithWhatStandsBeforeTheFirst) {
  const auto cases =
      ReadRuleFile("schema\n  tags: []\nrecords escaped\n  id\\xe3\\x80\\x80b\\n\ncase A\nload\n\ncase B\n");
  ASSERT_THAT(cases, IsOk());
  ASSERT_EQ(cases->size(), 2u);
  ASSERT_EQ((*cases)[0].steps.size(), 3u);
  ASSERT_EQ((*cases)[1].steps.size(), 2u);
  EXPECT_EQ((*cases)[1].steps[0].text, "tags: []\n");
  EXPECT_EQ((*cases)[1].steps[1].text,
            "id\xe3\x80\x80"
            "b\n");
}

TEST(RuleFile, NamesTheLineOfAMistake) {
  struct Row {
    const char* text;
    const char* says;
  };
  for (const Row& row : {Row{"", "no case"},
                         {"select\n  a => b\n", "line 1: before the first case only"},
                         {"case A\nselekt\n", "line 2: 'selekt' is no step"},
                         {"case A\nselect\n  a = b\n", "line 3: a row needs ' => '"},
                         {"case A\nload\n  a\n", "line 3: an indented line"},
                         {"case A\nselect\n\ncase B\n", "line 2: select has no content"},
                         {"case A\nrecords\n", "line 2: records has no content"},
                         {"case A\nrecords escaped\n  \\q\n", "line 3: "}}) {
    const auto cases = ReadRuleFile(row.text);
    EXPECT_THAT(cases, StatusIs(absl::StatusCode::kInvalidArgument)) << row.text;
    EXPECT_THAT(std::string(cases.status().message()), HasSubstr(row.says)) << row.text;
  }
}

}  // namespace
}  // namespace muster::testing

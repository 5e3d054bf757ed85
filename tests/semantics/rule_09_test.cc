// Rule 9: reserved words, full-width punctuation, case, normal form, and hints.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

// A population with a NUMBER tag of each name: 1 for a, nothing for b.
void LoadTags(const TinyServer& server, const std::vector<std::string>& names) {
  std::string header = "id";
  std::string cells = "a";
  std::string schema = "tags:\n";
  for (const std::string& name : names) {
    absl::StrAppend(&header, ",", name);
    absl::StrAppend(&cells, ",1");
    absl::StrAppend(&schema, "  - {name: '", name, "', kind: NUMBER}\n");
  }
  server.MustLoad(absl::StrCat(header, "\n", cells, "\nb", std::string(names.size(), ','), "\n"), schema);
}

TEST(Rule09, FourteenWordsAreReservedAndWrittenInBackQuotes) {
  const std::vector<std::string> reserved = {"and", "or", "not",  "in",    "between", "like",     "ilike",
                                             "has", "as", "true", "false", "today",   "everyone", "nobody"};
  const TinyServer server;
  LoadTags(server, reserved);
  for (const std::string& name : reserved) {
    const std::string quoted = absl::StrCat("`", name, "` = 1");
    EXPECT_EQ(server.CountOf(quoted), 1) << quoted;
    EXPECT_EQ(server.CanonicalOf(quoted), quoted);
    const Refusal refusal = server.RefusedBecause(absl::StrCat(name, " = 1"));
    EXPECT_EQ(refusal.reason, "SYNTAX") << name;
    EXPECT_THAT(refusal.Text(), HasSubstr("back quotes")) << name;
    EXPECT_EQ(server.RefusedBecause(absl::StrCat("HAS ", absl::AsciiStrToUpper(name))).reason, "SYNTAX");
  }
}

// tests/query/language/words_test.cc has every word in every place.
TEST(Rule09, EveryOtherWordIsATag) {
  const std::vector<std::string> words = {"all",      "any",    "at",     "least",  "of",       "list",
                                          "segment",  "weight", "events", "within", "last",     "since",
                                          "is",       "null",   "by",     "bucket", "birthday", "days",
                                          "contains", "month",  "starts"};
  const TinyServer server;
  LoadTags(server, words);
  for (const std::string& name : words) {
    const std::string bare = absl::StrCat(name, " = 1");
    EXPECT_EQ(server.CountOf(bare), 1) << bare;
    EXPECT_EQ(server.CanonicalOf(absl::StrCat("`", name, "` = 1")), bare);
    EXPECT_EQ(server.CountOf(absl::StrCat("NOT HAS ", name)), 1) << name;
    EXPECT_EQ(server.CountOf(absl::StrCat("AT LEAST 1 OF (", name, " > 5, HAS ", name, ")")), 1) << name;
  }
  EXPECT_EQ(server.RefusedBecause("segment 's'").reason, "UNKNOWN_SEGMENT");
  EXPECT_EQ(server.RefusedBecause("list 's'").reason, "UNKNOWN_LIST");
}

TEST(Rule09, KeywordsFoldCaseInAsciiOnlyAndTagNamesDoNot) {
  const TinyServer server;
  // "haſ" has the long s: no keyword, so it is fine bare.
  server.MustLoad("id,city,City,haſ,ın\na,X,,1,1\nb,Y,X,,\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: City, kind: SINGLE}\n"
                  "  - {name: haſ, kind: NUMBER}\n  - {name: ın, kind: NUMBER}\n");
  ExpectSelects(server, {{"city = 'X' aNd nOt City = 'X'", "a"},
                         {"hAs city aNd nOt hAs City", "a"},
                         {"eVeryone", "a b"},
                         {"haſ = 1", "a"},
                         {"ın = 1", "a"},
                         {"City = 'X'", "b"},
                         {"city = 'x'", ""}});
  EXPECT_EQ(server.RefusedBecause("CITY = 'X'").reason, "UNKNOWN_TAG");
}

TEST(Rule09, CommentsReachToTheEndOfTheirLine) {
  const TinyServer server;
  server.MustLoad("id,city\na,#1\nb,X\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  ExpectSelects(
      server, {{"# whom we like\ncity = '#1' # AND NOBODY", "a"}, {"city = 'X' #\r\nOR city = '#1'", "a b"}});
  const std::string file =
      server.scratch().Write("segment.txt", "# whom we like\ncity = 'X'  # X alone\n  AND vipp\n");
  const Finished count = server.Count("@" + file);
  EXPECT_EQ(count.exit_code, 1);
  EXPECT_THAT(count.err, HasSubstr("line 3, column 7: There is no tag vipp"));
  EXPECT_THAT(count.err, HasSubstr("    AND vipp\n          ^~~~\n"));
  const Finished batch =
      server.Cli({"count", "-p", "p", "--batch", "-"}, "# all\ncity = 'X' # X alone\nHAS city\n");
  EXPECT_EQ(batch.out, "1\n2\n") << batch.err;
}

TEST(Rule09, FullWidthPunctuationCountsAsAscii) {
  const TinyServer server;
  server.MustLoad("id,城市,age\na,上海,30\nb,北京（东）,40\nc,,50\n",
                  "tags:\n  - {name: 城市, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n");
  ExpectSelects(server, {{"城市 = '上海'", "a"},
                         {"城市＝'上海'", "a"},
                         {"城市！＝'上海'", "b"},
                         {"age＞30", "b c"},
                         {"age＞＝40", "b c"},
                         {"age＜＝40", "a b"},
                         {"（age＜40）", "a"},
                         {"城市 IN （'上海'，'北京（东）'）", "a b"},
                         {"城市 = ‘上海’", "a"},
                         {"城市 = “上海”", "a"},
                         {"age\xe3\x80\x80>\xe3\x80\x80"
                          "45",
                          "c"},
                         {"城市 = '北京（东）'", "b"},
                         {"城市 = '北京(东)'", ""},
                         {"城市 = “北京（东）”", "b"}});
  // The pairs close each other only.
  EXPECT_EQ(server.RefusedBecause("城市 = ‘上海'").reason, "SYNTAX");
  EXPECT_EQ(server.RefusedBecause("城市 = “上海’").reason, "SYNTAX");
}

TEST(Rule09, CommonSlipsGetAHint) {
  const TinyServer server;
  server.MustLoad("id,city,age,性别\na,X,1,男\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n"
                  "  - {name: 性别, kind: SINGLE}\n");
  ExpectRefuses(server, {{"city <> 'X'", "SYNTAX", "!="},
                         {"age == 1", "SYNTAX", "="},
                         {"city IS NULL", "SYNTAX", "NOT HAS"},
                         {"city IS NOT NULL", "SYNTAX", "HAS"},
                         {"city IN ()", "SYNTAX", "NOBODY"},
                         {"city IN", "SYNTAX", "parentheses"},
                         {"age = 1 AND性别 = '男'", "SYNTAX", "AND"},
                         {"NOT性别 = '男'", "UNKNOWN_TAG", "space is missing between NOT and 性别"},
                         {"性别IN ('男')", "SYNTAX", "space is missing between 性别 and IN"},
                         {"city CONTAINS 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"city regexp 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"city STARTS WITH 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"city NOT MATCHES 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"city ~ 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"city 包含 'x'", "SYNTAX", "LIKE '%b%'"},
                         {"age GT 5", "SYNTAX", "`>`"},
                         {"age / 2 > 5", "SYNTAX", "0.5 * amount"},
                         {"upper(city) = 'X'", "SYNTAX", "upper is no function here"}});
  EXPECT_THAT(server.RefusedBecause("age = 1 AND性别 = '男'").Text(), HasSubstr("space"));
  EXPECT_THAT(server.Count("age == 1").err, HasSubstr("^"));
}

}  // namespace
}  // namespace muster::testing

// Rule 9: reserved words, full-width punctuation, case, normal form, and hints.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string>& Keywords() {
  static const std::vector<std::string> keywords = {
      "AND",    "OR",       "NOT",    "IN",    "BETWEEN", "LIKE", "HAS",   "ALL",  "AT",      "LEAST",
      "OF",     "EVERYONE", "NOBODY", "AS",    "TODAY",   "TRUE", "FALSE", "LIST", "SEGMENT", "WEIGHT",
      "EVENTS", "WITHIN",   "LAST",   "SINCE", "ANY",     "IS",   "NULL",  "BY",   "BUCKET",  "BIRTHDAY"};
  return keywords;
}

TEST(Rule09, AllKeywordsAreReservedAndWrittenInBackQuotes) {
  const TinyServer server;
  std::string header = "id";
  std::string cells = "a";
  std::string schema = "tags:\n";
  for (const std::string& keyword : Keywords()) {
    const std::string name = absl::AsciiStrToLower(keyword);
    absl::StrAppend(&header, ",", name);
    absl::StrAppend(&cells, ",1");
    absl::StrAppend(&schema, "  - {name: '", name, "', kind: NUMBER}\n");
  }
  server.MustLoad(absl::StrCat(header, "\n", cells, "\nb", std::string(Keywords().size(), ','), "\n"),
                  schema);
  for (const std::string& keyword : Keywords()) {
    const std::string name = absl::AsciiStrToLower(keyword);
    const std::string quoted = absl::StrCat("`", name, "` = 1");
    EXPECT_EQ(server.CountOf(quoted), 1) << quoted;
    EXPECT_EQ(server.CanonicalOf(quoted), quoted);
    EXPECT_EQ(server.RefusedBecause(absl::StrCat(name, " = 1")).reason, "SYNTAX") << name;
    EXPECT_EQ(server.RefusedBecause(absl::StrCat("HAS ", keyword)).reason, "SYNTAX") << keyword;
  }
}

TEST(Rule09, KeywordsFoldCaseInAsciiOnlyAndTagNamesDoNot) {
  const TinyServer server;
  // "laſt" has the long s: no keyword, so it is fine bare.
  server.MustLoad("id,city,City,laſt,ıs\na,X,,1,1\nb,Y,X,,\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: City, kind: SINGLE}\n"
                  "  - {name: laſt, kind: NUMBER}\n  - {name: ıs, kind: NUMBER}\n");
  ExpectSelects(server, {{"city = 'X' aNd nOt City = 'X'", "a"},
                         {"hAs city aNd nOt hAs City", "a"},
                         {"eVeryone", "a b"},
                         {"laſt = 1", "a"},
                         {"ıs = 1", "a"},
                         {"City = 'X'", "b"},
                         {"city = 'x'", ""}});
  EXPECT_EQ(server.RefusedBecause("CITY = 'X'").reason, "UNKNOWN_TAG");
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

TEST(Rule09, NamesAndValuesAreNormalised) {
  const TinyServer server;
  const std::string composed = "caf\xc3\xa9";
  const std::string decomposed = "cafe\xcc\x81";
  server.MustLoad("id," + decomposed + "\na," + decomposed + "\nb," + composed + "\n",
                  "tags:\n  - {name: " + composed + ", kind: SINGLE}\n");
  ExpectSelects(server, {{composed + " = '" + composed + "'", "a b"},
                         {decomposed + " = '" + decomposed + "'", "a b"},
                         {"HAS `" + decomposed + "`", "a b"},
                         {composed + " LIKE '" + decomposed + "%'", "a b"}});
  EXPECT_EQ(server.ProfileOf("a"), composed + "=" + composed);
  EXPECT_EQ(server.CanonicalOf("HAS " + decomposed), "HAS " + composed);
}

TEST(Rule09, NamesWithDotsDashesAndSpaces) {
  const TinyServer server;
  server.MustLoad("id,order.count,last-seen,first name,_x1,1st\na,1,2,3,4,5\n",
                  "tags:\n  - {name: order.count, kind: NUMBER}\n  - {name: last-seen, kind: NUMBER}\n"
                  "  - {name: first name, kind: NUMBER}\n  - {name: _x1, kind: NUMBER}\n"
                  "  - {name: '1st', kind: NUMBER}\n");
  ExpectSelects(server, {{"order.count = 1", "a"},
                         {"`order.count` = 1", "a"},
                         {"`last-seen` = 2", "a"},
                         {"`first name` = 3", "a"},
                         {"_x1 = 4", "a"},
                         {"`1st` = 5", "a"}});
  EXPECT_EQ(server.CanonicalOf("`order.count` = 1"), "order.count = 1");
  EXPECT_EQ(server.CanonicalOf("`first name` = 3"), "`first name` = 3");
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
                         {"city NOT LIKE 'X%'", "SYNTAX", "NOT city LIKE"},
                         {"city IN ()", "SYNTAX", "NOBODY"},
                         {"age = 1 AND性别 = '男'", "SYNTAX", "AND"}});
  EXPECT_THAT(server.RefusedBecause("age = 1 AND性别 = '男'").Text(), HasSubstr("space"));
  EXPECT_THAT(server.Count("age == 1").err, HasSubstr("^"));
}

}  // namespace
}  // namespace muster::testing

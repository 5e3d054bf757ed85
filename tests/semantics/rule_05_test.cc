// Rule 5: comparisons and negated operators select only members that have the tag; NOT also those who don't.
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kRecords[] =
    "id,vip,city,likes,age,born,seen\n"
    "a,true,X,tea,30,1990-01-01,2026-01-01T10:00\n"
    "b,false,Y,tea|rum,40,2000-01-01,2026-01-02T10:00\n"
    "c,,,rum,-50,2010-01-01,2026-01-03T10:00\n"
    "d,,,,,,\n";
constexpr char kSchema[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG}\n"
    "  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI, separator: '|'}\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: born, kind: DATE}\n"
    "  - {name: seen, kind: TIMESTAMP}\n";

TEST(Rule05, OnlyMembersThatHaveTheTag) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  ExpectSelects(server, {{"city != 'X'", "b"},
                         {"NOT city = 'X'", "b c d"},
                         {"city NOT IN ('X', 'Q')", "b"},
                         {"NOT city IN ('X', 'Y')", "c d"},
                         {"city IN ('X', 'Y')", "a b"},
                         {"age != 30", "b c"},
                         {"age NOT IN (30, 40)", "c"},
                         {"age BETWEEN 30 AND 40", "a b"},
                         {"age NOT BETWEEN 30 AND 40", "c"},
                         {"NOT age BETWEEN 30 AND 40", "c d"},
                         {"age < 35", "a c"},
                         {"age <= -50", "c"},
                         {"age > 30", "b"},
                         {"age >= 30", "a b"},
                         {"NOT age >= 30", "c d"}});
}

TEST(Rule05, TheSameForFlagsDatesAndTimestamps) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  ExpectSelects(server, {{"vip != true", "b"},
                         {"NOT vip = true", "b c d"},
                         {"vip != false", "a"},
                         {"born != 1990-01-01", "b c"},
                         {"born NOT BETWEEN 1990-01-01 AND 2000-01-01", "c"},
                         {"born < 2000-01-01", "a"},
                         {"NOT born < 2000-01-01", "b c d"},
                         {"born NOT IN (1990-01-01, 2010-01-01)", "b"},
                         {"seen != '2026-01-01T10:00:00'", "b c"},
                         {"seen > '2026-01-01T10:00:00'", "b c"},
                         {"NOT seen > '2026-01-01T10:00:00'", "a d"},
                         {"seen NOT BETWEEN '2026-01-01T00:00' AND '2026-01-02T10:00'", "c"}});
}

TEST(Rule05, AMultiTagMatchesWithSomeValue) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  ExpectSelects(server, {{"likes = 'tea'", "a b"},
                         {"likes IN ('tea', 'rum')", "a b c"},
                         {"likes != 'tea'", "c"},
                         {"NOT likes = 'tea'", "c d"},
                         {"likes NOT IN ('tea')", "c"},
                         {"likes NOT IN ('tea', 'rum')", ""},
                         {"likes != 'rum'", "a"},
                         {"likes HAS ALL ('tea', 'rum')", "b"},
                         {"likes HAS ALL ('tea', 'gin')", ""},
                         {"likes LIKE 't%'", "a b"},
                         {"NOT likes LIKE 't%'", "c d"}});
}

TEST(Rule05, WeightsCompareOnlyWhereTheValueHasOne) {
  const TinyServer server;
  server.MustLoad(
      "id,likes\na,tea:0.5|rum:2\nb,tea\nc,rum:0.25\nd,\n",
      "tags:\n  - {name: likes, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 2}\n");
  ExpectSelects(server, {{"WEIGHT(likes, 'tea') < 1", "a"},
                         {"WEIGHT(likes, 'tea') >= 0.5", "a b"},
                         {"WEIGHT(likes, 'tea') = 1", "b"},
                         {"NOT WEIGHT(likes, 'tea') < 1", "b c d"},
                         {"WEIGHT(likes, 'rum') BETWEEN 0.25 AND 2", "a c"},
                         {"WEIGHT(likes, 'rum') > 2", ""}});
}

}  // namespace
}  // namespace muster::testing

// Rule 2 (REPLACE): the named tags' values are replaced for everyone; members absent from the file lose them,
// and stay.
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kAllKinds[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG}\n"
    "  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 1}\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: born, kind: DATE}\n"
    "  - {name: seen, kind: TIMESTAMP}\n";
constexpr char kCity[] = "tags:\n  - {name: city, kind: SINGLE}\n";

TEST(Rule02, ReplaceTouchesTheNamedTagsOfEverybodyAndNothingElse) {
  const TinyServer server;
  server.MustLoad(
      "id,vip,city,likes,age,born,seen\n"
      "a,true,X,tea:0.5|rum,30,1990-01-01,2026-01-01T10:00\n"
      "b,false,Y,rum,-4,2000-02-29,2026-01-02T10:00\n"
      "c,,,,,,\n",
      kAllKinds);
  server.MustLoad("id,city\nb,Z\nd,X\n", kCity, {"--mode", "replace"});
  ExpectSelects(server, {{"EVERYONE", "a b c d"},
                         {"HAS city", "b d"},
                         {"city = 'Y'", ""},
                         {"city = 'Z'", "b"},
                         {"city = 'X'", "d"},
                         {"NOT city = 'X'", "a b c"},
                         {"vip", "a"},
                         {"HAS vip", "a b"},
                         {"likes = 'rum'", "a b"},
                         {"WEIGHT(likes, 'tea') = 0.5", "a"},
                         {"age < 0", "b"},
                         {"born = 2000-02-29", "b"},
                         {"HAS seen", "a b"}});
  EXPECT_EQ(server.ProfileOf("c"), "");
}

TEST(Rule02, ReplaceOfAllKindsTakesEveryOldValueAway) {
  const TinyServer server;
  server.MustLoad(
      "id,vip,city,likes,age,born,seen\n"
      "a,true,X,tea:0.5|rum,30,1990-01-01,2026-01-01T10:00\n"
      "b,false,Y,rum,-4,2000-02-29,2026-01-02T10:00\n",
      kAllKinds);
  server.MustLoad(
      "id,vip,city,likes,age,born,seen\nb,,,,,,\nc,true,X,tea:0.5,7,2000-02-29,2026-01-01T10:00\n", kAllKinds,
      {"--mode", "replace"});
  ExpectSelects(server, {{"EVERYONE", "a b c"},
                         {"HAS vip", "c"},
                         {"HAS city OR HAS likes OR HAS age OR HAS born OR HAS seen", "c"},
                         {"age = 30 OR age = -4", ""},
                         {"WEIGHT(likes, 'tea') = 0.5", "c"},
                         {"born = 2000-02-29", "c"}});
  EXPECT_EQ(server.ProfileOf("a"), "");
  EXPECT_EQ(server.ProfileOf("b"), "");
}

TEST(Rule02, EveryAnswerIsIntersectedAtItsRootWithEveryone) {
  const TinyServer server;
  // 70,000 ordinals: the second chunk is only partly there, so a complement that forgot everyone would count
  // more.
  std::string records = "id,city\n";
  for (int i = 0; i < 70'000; ++i) records += "m" + std::to_string(i) + (i % 1'000 == 0 ? ",X\n" : ",\n");
  server.MustLoad(records, kCity);
  EXPECT_EQ(server.CountOf("EVERYONE"), 70'000);
  EXPECT_EQ(server.CountOf("NOT NOBODY"), 70'000);
  EXPECT_EQ(server.CountOf("NOT city = 'X'"), 69'930);
  EXPECT_EQ(server.CountOf("NOT city = 'X' OR city = 'X'"), 70'000);
  EXPECT_EQ(server.CountOf("AT LEAST 1 OF (NOT city = 'X', NOT HAS city)"), 69'930);
}

}  // namespace
}  // namespace muster::testing

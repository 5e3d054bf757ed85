// Rule 19: what MERGE, the default mode, does with what is there.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kSchema[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG, clear: '-'}\n"
    "  - {name: city, kind: SINGLE, clear: '-'}\n"
    "  - {name: likes, kind: MULTI, separator: '|', clear: '-'}\n"
    "  - {name: owns, kind: MULTI, separator: '|', on_merge: replace, clear: '-'}\n"
    "  - {name: age, kind: NUMBER, clear: '-'}\n"
    "  - {name: born, kind: DATE, clear: '-'}\n"
    "  - {name: seen, kind: TIMESTAMP, clear: '-'}\n";
constexpr char kFirst[] =
    "id,vip,city,likes,owns,age,born,seen\n"
    "a,true,X,tea|rum,car|bike,30,1990-01-01,2026-01-01T10:00\n"
    "b,false,Y,tea,car,-4,2000-02-29,2026-01-02T10:00\n";
constexpr char kProfileOfB[] =
    "age=-4|born=2000-02-29|city=Y|likes=tea|owns=car|seen=2026-01-02T10:00:00Z|vip=false";

TEST(Rule19, AnEmptyCellKeepsWhatWasThere) {
  const TinyServer server;
  server.MustLoad(kFirst, kSchema);
  server.MustLoad("id,vip,city,likes,owns,age,born,seen\na,,,,,,,\nc,,,,,,,\n", kSchema);
  EXPECT_EQ(server.ProfileOf("a"),
            "age=30|born=1990-01-01|city=X|likes=rum,tea|owns=bike,car|seen=2026-01-01T10:00:00Z|vip=true");
  EXPECT_EQ(server.ProfileOf("b"), kProfileOfB);
  EXPECT_EQ(server.ProfileOf("c"), "");
}

TEST(Rule19, TheClearTextRemovesIt) {
  const TinyServer server;
  server.MustLoad(kFirst, kSchema);
  server.MustLoad("id,vip,city,likes,owns,age,born,seen\na,-,-,-,-,-,-,-\nc,-,-,-,-,-,-,-\n", kSchema);
  EXPECT_EQ(server.ProfileOf("a"), "");
  EXPECT_EQ(server.ProfileOf("c"), "");
  EXPECT_EQ(server.ProfileOf("b"), kProfileOfB);
  ExpectSelects(server,
                {{"EVERYONE", "a b c"},
                 {"HAS vip OR HAS city OR HAS likes OR HAS owns OR HAS age OR HAS born OR HAS seen", "b"},
                 {"vip OR city = 'X' OR likes = 'rum' OR owns = 'bike' OR age = 30", ""}});
}

TEST(Rule19, NewValuesTakeTheOldOnesPlaceAndMultiValuesUnite) {
  const TinyServer server;
  server.MustLoad(kFirst, kSchema);
  server.MustLoad(
      "id,vip,city,likes,owns,age,born,seen\n"
      "a,false,Z,gin|tea,boat,-31,1990-01-02,2026-01-01T10:00:00.000001\n",
      kSchema, {"--mode", "merge"});
  EXPECT_EQ(server.ProfileOf("a"),
            "age=-31|born=1990-01-02|city=Z|likes=gin,rum,tea|owns=boat|seen=2026-01-01T10:00:00.000001Z|vip="
            "false");
  EXPECT_EQ(server.ProfileOf("b"), kProfileOfB);
  ExpectSelects(server, {{"vip", ""},
                         {"vip = false", "a b"},
                         {"city = 'X'", ""},
                         {"city = 'Z'", "a"},
                         {"likes = 'rum'", "a"},
                         {"owns = 'car'", "b"},
                         {"age = 30", ""},
                         {"age < -30", "a"},
                         {"born = 1990-01-01", ""},
                         {"seen = '2026-01-01T10:00'", ""}});
}

TEST(Rule19, MergeTouchesOnlyTheTagsOfTheLoad) {
  const TinyServer server;
  server.MustLoad(kFirst, kSchema);
  server.MustLoad("id,age\na,1\nd,2\n", "tags:\n  - {name: age, kind: NUMBER}\n");
  EXPECT_EQ(server.ProfileOf("a"),
            "age=1|born=1990-01-01|city=X|likes=rum,tea|owns=bike,car|seen=2026-01-01T10:00:00Z|vip=true");
  EXPECT_EQ(server.ProfileOf("b"), kProfileOfB);
  EXPECT_EQ(server.ProfileOf("d"), "age=2");
}

TEST(Rule19, ManyLoadsOneAfterAnother) {
  TinyServer server;
  const char schema[] = "tags:\n  - {name: n, kind: NUMBER}\n  - {name: c, kind: SINGLE}\n";
  for (int round = 0; round < 12; ++round) {
    std::string text = "id,n,c\n";
    for (int i = round; i < 60; i += round % 4 + 1) {
      text += "m" + std::to_string(i) + "," + std::to_string(round) + ",c" + std::to_string((i + round) % 5) +
              "\n";
    }
    server.MustLoad(text, schema);
    if (round % 5 == 4) server.Restart();
  }
  // The last round that named a member counts.
  int64_t counts[12] = {};
  for (int i = 0; i < 60; ++i) {
    int last = 0;
    for (int round = 0; round < 12; ++round) {
      if (i >= round && (i - round) % (round % 4 + 1) == 0) last = round;
    }
    ++counts[last];
  }
  for (int round = 0; round < 12; ++round) {
    EXPECT_EQ(server.CountOf("n = " + std::to_string(round)), counts[round]) << round;
  }
  EXPECT_EQ(server.CountOf("HAS c"), 60);
}

}  // namespace
}  // namespace muster::testing

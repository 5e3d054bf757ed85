// Rule 2 (REPLACE): the named tags' values are replaced for everyone; members absent from the file lose them,
// and stay.
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kCity[] = "tags:\n  - {name: city, kind: SINGLE}\n";

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

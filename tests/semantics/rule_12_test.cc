// Rule 12: answers also say how many members lack each tag involved.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

TEST(Rule12, AnswersSayHowManyMembersLackEachTag) {
  const TinyServer server;
  server.MustLoad("id,city,age,vip\na,X,1,0\nb,Y,,1\nc,,,\nd,X,2,\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n"
                  "  - {name: vip, kind: FLAG}\n");
  const auto unknown = [&server](const std::string& expression) {
    muster::v1::CountMembersResponse answer;
    EXPECT_THAT(server.Ask(expression, answer), IsOk()) << expression;
    EXPECT_EQ(answer.population_member_count(), 4u);
    std::string text;
    for (const auto& tag : answer.unknown())
      text += tag.tag() + ":" + std::to_string(tag.member_count()) + " ";
    return text;
  };
  EXPECT_EQ(unknown("EVERYONE"), "");
  EXPECT_EQ(unknown("city = 'X'"), "city:1 ");
  // By name, each tag once, whatever it is used for.
  EXPECT_EQ(unknown("vip OR NOT city = 'X' AND (age > 1 OR age < 0) AND HAS city"), "age:2 city:1 vip:2 ");
  // A value that nobody has doesn't hide its tag.
  EXPECT_EQ(unknown("city = 'Q'"), "city:1 ");
  // A later load changes who lacks it.
  server.MustLoad("id,city\nc,Z\ne,\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  muster::v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("city = 'X' OR age = 1", answer), IsOk());
  ASSERT_EQ(answer.unknown_size(), 2);
  EXPECT_EQ(answer.unknown(0).member_count(), 3u);  // age: b, c, e
  EXPECT_EQ(answer.unknown(1).member_count(), 1u);  // city: e
}

}  // namespace
}  // namespace muster::testing

// Suggestions of the nearest names.
#include "text/nearest_names.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace muster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NearestNames, ASlipIsTwoTypingErrorsInALongName) {
  const std::vector<std::string> names = {"customers", "orders", "shop", "day12"};
  EXPECT_THAT(NamesASlipAway("custmers", names, 3), ElementsAre("customers"));
  EXPECT_THAT(NamesASlipAway("cusotmers", names, 3), ElementsAre("customers"));
  EXPECT_THAT(NamesASlipAway("customers_2", names, 3), ElementsAre("customers"));
  EXPECT_THAT(NamesASlipAway("customers_02", names, 3), ElementsAre());
  EXPECT_THAT(NamesASlipAway("odrers", names, 3), ElementsAre("orders"));
  EXPECT_THAT(NamesASlipAway("shops", names, 3), ElementsAre());
  EXPECT_THAT(NamesASlipAway("day1", names, 3), ElementsAre());
  EXPECT_THAT(NamesASlipAway("day13", names, 3), ElementsAre("day12"));
  EXPECT_THAT(NamesASlipAway("group", {"group_1", "groups", "group_2", "grp"}, 2),
              ElementsAre("groups", "group_1"));
}

TEST(NearestNames, RanksCaseThenTypingErrorsThenParts) {
  const std::vector<std::string> names = {"city_level", "cities", "CITY", "citi", "country", "ctiy", "x"};
  EXPECT_THAT(NearestNames("city", names, 10), ElementsAre("CITY", "citi", "ctiy", "city_level"));
  EXPECT_THAT(NearestNames("city", names, 2), ElementsAre("CITY", "citi"));
  EXPECT_THAT(NearestNames("y", names, 10), ElementsAre());
  EXPECT_THAT(NearestNames("上梅", {"上海", "北京"}, 3), ElementsAre("上海"));
  EXPECT_THAT(NearestNames("上a", {"上海", "上b"}, 3), ElementsAre());
  EXPECT_THAT(NearestNames("ab", {"ac", "a", "AB", "b", "abc"}, 3), ElementsAre("AB"));
  EXPECT_THAT(NearestNames("", names, 3), ElementsAre());
  EXPECT_THAT(NearestNames("abcdefghi", {"xbcdexghi", "xyzdefghi", "xyzwefghi", "ihgfedcba"}, 9),
              ElementsAre("xbcdexghi", "xyzdefghi"));
  EXPECT_THAT(NearestNames("aaaaaa", {"aabbaa", "aaaa", "bbb", "aaaaaab", "AAAAAA"}, 9),
              ElementsAre("AAAAAA", "aaaaaab", "aabbaa", "aaaa"));
  EXPECT_THAT(NearestNames("membership", {"level", "membership_level"}, 3), ElementsAre("membership_level"));
}

TEST(NearestNames, OfPopulations) {
  const std::vector<std::string> names = {"customers", "products", "channels", "customer_groups"};
  EXPECT_THAT(NearestNames("custmers", names, 3), ElementsAre("customers"));
  EXPECT_THAT(NearestNames("customer", names, 3), ElementsAre("customers", "customer_groups"));
  EXPECT_THAT(NearestNames("xyz", names, 3), IsEmpty());
  EXPECT_THAT(NearestNames("CHANNELS", names, 3), ElementsAre("channels"));
  const std::vector<std::string> shorts = {"-", "p", "q", "ab", "dev"};
  EXPECT_THAT(NearestNames("P", shorts, 3), ElementsAre("p"));
  EXPECT_THAT(NearestNames("nope", shorts, 3), IsEmpty());
  EXPECT_THAT(NearestNames("ac", shorts, 3), IsEmpty());
  EXPECT_THAT(NearestNames("dew", shorts, 3), ElementsAre("dev"));
  EXPECT_THAT(NearestNames("", shorts, 3), IsEmpty());
  EXPECT_EQ(DidYouMean({}), "");
  EXPECT_EQ(DidYouMean({"a"}), "; did you mean 'a'?");
  EXPECT_EQ(DidYouMean({"a", "b", "c"}), "; did you mean 'a', 'b' or 'c'?");
}

}  // namespace
}  // namespace muster

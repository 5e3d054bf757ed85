// Claims of labels: the loads of id lists share none with the loads of records.
#include "index/population/open_loads.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

TEST(OpenLoadsTest, ALabelIsNoListsKey) {
  OpenLoads loads([] { return absl::UnixEpoch(); }, absl::Minutes(10));
  const auto list = loads.Take(OpenLoads::KeyOfList("sent"), {}, "UTC");
  ASSERT_THAT(list, IsOk());
  const auto load = loads.Take("load of the id list 'sent'", {}, "UTC");
  ASSERT_THAT(load, IsOk());
  EXPECT_THAT((*list)->Check(), IsOk());
  EXPECT_THAT((*load)->Check(), IsOk());
}

TEST(OpenLoadsTest, ALaterLoadOfAListTakesItsKeyAndTheEarlierOneSaysSo) {
  OpenLoads loads([] { return absl::UnixEpoch(); }, absl::Minutes(10));
  const auto earlier = loads.Take(OpenLoads::KeyOfList("sent"), {}, "UTC");
  const auto later = loads.Take(OpenLoads::KeyOfList("sent"), {}, "UTC");
  ASSERT_THAT(later, IsOk());
  const absl::Status ended = (*earlier)->Check();
  EXPECT_THAT(ended, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(std::string(ended.message()), HasSubstr("the load of the id list 'sent' was taken over"));
  EXPECT_THAT((*later)->BeginCommit(), IsOk());
  EXPECT_THAT(loads.Take(OpenLoads::KeyOfList("sent"), {}, "UTC"), StatusIs(absl::StatusCode::kAborted));
}

// Which holds of one tag go together, in either order.
TEST(OpenLoadsTest, OneLoadHasATagAndSmallOnesShareIt) {
  const auto take = [](OpenLoads& loads, const char* label, TagHold hold) {
    return loads.Take(label, {"city"}, "UTC", nullptr, hold);
  };
  for (const TagHold first : {TagHold::kShared, TagHold::kExclusive, TagHold::kSole}) {
    for (const TagHold second : {TagHold::kShared, TagHold::kExclusive, TagHold::kSole}) {
      OpenLoads loads([] { return absl::UnixEpoch(); }, absl::Minutes(10));
      const auto holder = take(loads, "a", first);
      ASSERT_THAT(holder, IsOk());
      const bool go_together = first != TagHold::kSole && second != TagHold::kSole &&
                               (first == TagHold::kShared || second == TagHold::kShared);
      const absl::Status status = take(loads, "b", second).status();
      EXPECT_EQ(status.ok(), go_together) << static_cast<int>(first) << static_cast<int>(second) << status;
      if (!go_together) {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted, HasSubstr("'a'")));
      }
    }
  }
}

TEST(OpenLoadsTest, ASharedHoldBecomesAnExclusiveOneUnlessAnotherIs) {
  absl::Time now = absl::UnixEpoch();
  OpenLoads loads([&now] { return now; }, absl::Minutes(10));
  const auto first = loads.Take("a", {"city", "age"}, "UTC", nullptr, TagHold::kShared);
  const auto second = loads.Take("b", {"city"}, "UTC", nullptr, TagHold::kShared);
  const auto third = loads.Take("c", {"age"}, "UTC", nullptr, TagHold::kShared);
  EXPECT_THAT((*first)->HoldTags(), IsOk());
  EXPECT_THAT((*first)->HoldTags(), IsOk()) << "again";
  EXPECT_THAT((*second)->HoldTags(),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("'city' is held by the open load 'a'")));
  EXPECT_THAT((*second)->Check(), IsOk()) << "it goes on as a small one";
  EXPECT_THAT(loads.Take("d", {"age"}, "UTC"), StatusIs(absl::StatusCode::kAborted, HasSubstr("'a'")));
  // A holder that lapsed is in nobody's way.
  now += absl::Minutes(9);
  EXPECT_THAT((*second)->Check(), IsOk());
  now += absl::Minutes(2);
  EXPECT_THAT((*second)->HoldTags(), IsOk());
  EXPECT_THAT((*first)->Check(), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT((*third)->HoldTags(), StatusIs(absl::StatusCode::kAborted)) << "it lapsed too";
}

}  // namespace
}  // namespace muster::index

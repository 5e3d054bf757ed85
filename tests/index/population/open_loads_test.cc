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

}  // namespace
}  // namespace muster::index

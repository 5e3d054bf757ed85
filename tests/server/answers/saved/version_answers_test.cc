#include "server/answers/saved/version_answers.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/answers/saved/load_listings.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class VersionAnswersTest : public AnswersFixture {
 protected:
  void Load(int day, const std::string& label, const index::TextRecords& records) {
    index::LoadSpec spec;
    spec.population = "p";
    spec.label = label;
    spec.business_date = absl::CivilDay(2026, 11, day);
    spec.tags = {index::TagSpec("city", index::TagKind::kSingle)};
    ASSERT_THAT(index::LoadText(*database_, spec, records), IsOk());
  }
  static v1::RollbackTagRequest ToVersion(uint32_t version) {
    v1::RollbackTagRequest request;
    request.set_population("p");
    request.set_tag("city");
    request.set_to_version(version);
    return request;
  }
};

TEST_F(VersionAnswersTest, VersionsAreListedInPages) {
  for (int day = 10; day < 15; ++day) Load(day, absl::StrCat("load ", day), {{absl::StrCat("m", day), "X"}});
  ASSERT_THAT(Answer(&RollbackTag, ToVersion(2)), IsOk());
  v1::ListTagVersionsRequest request;
  request.set_population("p");
  request.set_tag("city");
  request.set_page_size(4);
  const absl::StatusOr<v1::ListTagVersionsResponse> first = Answer(&ListTagVersions, request);
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->versions_size(), 4);
  const v1::TagVersion& latest = first->versions(0);
  EXPECT_EQ(latest.version(), 6u);
  EXPECT_TRUE(latest.current());
  EXPECT_FALSE(latest.only_by_number());
  EXPECT_EQ(latest.restored_version(), 2u);
  EXPECT_EQ(latest.load(), "");
  EXPECT_EQ(latest.members(), 2u);
  EXPECT_EQ(latest.bytes(), 0u);
  EXPECT_EQ(latest.business_date(), "2026-11-14");
  EXPECT_THAT(latest.published_at(), HasSubstr("2026-11-22T12:00:00"));
  EXPECT_EQ(first->versions(1).load(), "load 14");
  EXPECT_TRUE(first->versions(1).only_by_number());
  EXPECT_GT(first->versions(1).bytes(), 0u);
  // A version that is published between two pages is on none.
  Load(20, "load 20", {{"z", "Z"}});
  request.set_page_token(first->next_page_token());
  const absl::StatusOr<v1::ListTagVersionsResponse> second = Answer(&ListTagVersions, request);
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->versions_size(), 2);
  EXPECT_EQ(second->versions(0).version(), 2u);
  EXPECT_FALSE(second->versions(0).only_by_number());
  EXPECT_EQ(second->next_page_token(), "");
  request.set_tag("town");
  EXPECT_EQ(ReasonOf(Answer(&ListTagVersions, request).status()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  EXPECT_EQ(ReasonOf(Answer(&ListTagVersions, request).status()), "UNKNOWN_TAG");
}

TEST_F(VersionAnswersTest, AComparisonKeepsTheLargestDifferences) {
  Load(10, "one", {{"a", "A"}, {"b", "A"}, {"c", "A"}, {"d", "B"}});
  Load(11, "two", {{"a", "C"}, {"b", "C"}, {"c", "D"}, {"e", "B"}});
  v1::CompareTagVersionsRequest request;
  request.set_population("p");
  request.set_tag("city");
  request.set_from_version(1);
  request.set_to_version(2);
  request.set_limit(2);
  const absl::StatusOr<v1::CompareTagVersionsResponse> compared = Answer(&CompareTagVersions, request);
  ASSERT_THAT(compared, IsOk());
  EXPECT_EQ(compared->entered(), 1u);
  EXPECT_EQ(compared->left(), 0u);
  EXPECT_EQ(compared->changed(), 3u);
  EXPECT_EQ(compared->before(), 4u);
  EXPECT_EQ(compared->after(), 5u);
  EXPECT_EQ(compared->values_differ(), 4u);
  ASSERT_EQ(compared->values_size(), 2);
  EXPECT_EQ(compared->values(0).text(), "A");
  EXPECT_EQ(compared->values(0).before(), 3u);
  EXPECT_EQ(compared->values(0).after(), 0u);
  EXPECT_EQ(compared->values(1).text(), "C");
  request.set_to_version(3);
  EXPECT_EQ(ReasonOf(Answer(&CompareTagVersions, request).status()), "UNKNOWN_VERSION");
  request.clear_to_version();
  EXPECT_EQ(FieldOf(Answer(&CompareTagVersions, request).status()), "to_version");
}

TEST_F(VersionAnswersTest, ARollbackSaysWhatItChanged) {
  Load(10, "one", {{"a", "A"}});
  Load(11, "two", {{"b", "B"}});
  v1::RollbackTagRequest request = ToVersion(1);
  request.set_to_date("2026-11-10");
  EXPECT_EQ(FieldOf(Answer(&RollbackTag, request).status()), "to_version");
  request.clear_to_version();
  request.set_to_date("2026-11-09");
  const absl::Status early = Answer(&RollbackTag, request).status();
  EXPECT_EQ(ReasonOf(early), "BEFORE_FIRST_VERSION");
  EXPECT_EQ(FieldOf(early), "to_date");
  request.set_to_date("2026-11-10");
  const absl::StatusOr<v1::RollbackTagResponse> done = Answer(&RollbackTag, request);
  ASSERT_THAT(done, IsOk());
  EXPECT_TRUE(done->rollback().published());
  EXPECT_EQ(done->rollback().version_before(), 2u);
  EXPECT_EQ(done->rollback().version(), 3u);
  EXPECT_EQ(done->rollback().restored_version(), 1u);
  EXPECT_EQ(done->rollback().restored_date(), "2026-11-10");
  EXPECT_EQ(done->rollback().business_date(), "2026-11-11");
  EXPECT_EQ(done->rollback().members_before(), 2u);
  EXPECT_EQ(done->rollback().members(), 1u);
  EXPECT_FALSE(Answer(&RollbackTag, request)->rollback().published());

  // The load's one tag was rolled back on its own, which keeps the member who joined by the load.
  v1::RollbackLoadRequest load;
  load.set_population("p");
  load.set_label("two");
  const absl::StatusOr<v1::RollbackLoadResponse> back = Answer(&RollbackLoad, load);
  ASSERT_THAT(back, IsOk());
  EXPECT_TRUE(back->published());
  EXPECT_EQ(back->members_before(), 2u);
  EXPECT_EQ(back->members(), 1u);
  EXPECT_THAT(back->unchanged_tags(), ElementsAre("city"));
  EXPECT_FALSE(Answer(&RollbackLoad, load)->published());
  load.set_forward(true);
  EXPECT_EQ(ReasonOf(Answer(&RollbackLoad, load).status()), "ROLLBACK_REFUSED");
  EXPECT_EQ(ReasonOf(Answer(&RollbackTag, ToVersion(2)).status()), "ROLLBACK_REFUSED");
  load.set_forward(false);
  EXPECT_EQ(Answer(&RollbackLoad, load)->members(), 1u);
  v1::GetLoadRequest shown;
  shown.set_population("p");
  shown.set_label("two");
  EXPECT_THAT(Answer(&GetLoad, shown)->load().rolled_back_tags(), ElementsAre("city"));
  load.set_label("three");
  EXPECT_EQ(ReasonOf(Answer(&RollbackLoad, load).status()), "UNKNOWN_LOAD");
  load.clear_label();
  EXPECT_EQ(FieldOf(Answer(&RollbackLoad, load).status()), "label");
}

TEST_F(VersionAnswersTest, ALateLoadIsNotLostWithALaterOne) {
  Load(10, "one", {{"a", "A"}});
  Load(20, "three", {{"a", "C"}});
  Load(15, "late", {{"a", "B"}});
  v1::RollbackLoadRequest load;
  load.set_population("p");
  load.set_label("three");
  const absl::Status refused = Answer(&RollbackLoad, load).status();
  EXPECT_EQ(ReasonOf(refused), "ROLLBACK_REFUSED");
  EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("version 3 of the tag 'city' came later"));
  EXPECT_THAT(Answer(&RollbackTag, ToVersion(3)), IsOk());
}

}  // namespace
}  // namespace muster::server

// Questions that refuse answers from tags older than a date.
#include "server/answers/batch_count.h"
#include "server/answers/members/member_pages.h"
#include "server/answers/number_answers.h"
#include "server/answers/question_answers.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

// City is of 2026-11-20 and age of 2026-11-22; nothing was loaded into the tag `later`.
class RequireDateTest : public AnswersFixture {
 protected:
  void SetUp() override {
    LoadTag("city", index::TagKind::kSingle, "x", absl::CivilDay(2026, 11, 20));
    LoadTag("age", index::TagKind::kNumber, "30", absl::CivilDay(2026, 11, 21));
    LoadTag("age", index::TagKind::kNumber, "31", absl::CivilDay(2026, 11, 22));
    ASSERT_THAT((*database_->FindPopulation("p"))->CreateTag({.name = "later"}), IsOk());
  }
  void LoadTag(const char* name, index::TagKind kind, const char* cell, absl::CivilDay date) {
    index::LoadSpec spec;
    spec.population = "p";
    spec.business_date = date;
    spec.tags = {index::TagSpec(name, kind)};
    ASSERT_THAT(index::LoadText(*database_, spec, {{"a", cell}}), IsOk());
  }
  static v1::CountMembersRequest Count(const std::string& text, const std::string& date) {
    v1::CountMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_require_date(date);
    return request;
  }
  absl::Status StatusOf(const v1::CountMembersRequest& request) const {
    return Answer(&CountMembers, request).status();
  }
};

TEST_F(RequireDateTest, AnAnswerIsGivenFromTheDateOn) {
  EXPECT_THAT(StatusOf(Count("city = 'x' AND age = 31", "2026-11-20")), IsOk());
  EXPECT_THAT(StatusOf(Count("age = 31", "2026-11-22")), IsOk());
  EXPECT_THAT(StatusOf(Count("EVERYONE", "2026-12-31")), IsOk());
  EXPECT_EQ(FieldOf(StatusOf(Count("age = 31", "22.11."))), "require_date");
}

TEST_F(RequireDateTest, OlderTagsAreNamedWithTheirDates) {
  const absl::Status refused = StatusOf(Count("NOT (city = 'x') AND (age > 3 OR later)", "2026-11-21"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), "STALE_TAGS");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("the tags 'city' (2026-11-20), 'later' (never loaded) are older than 2026-11-21"));
}

TEST_F(RequireDateTest, TheViewOfTheRequestCounts) {
  v1::CountMembersRequest dated = Count("age > 3", "2026-11-22");
  dated.set_as_of("2026-11-21");
  EXPECT_EQ(ReasonOf(StatusOf(dated)), "STALE_TAGS");
  // The expression itself asks for a past date.
  EXPECT_THAT(StatusOf(Count("age > 3 AND (age < 31) AS OF '2026-11-21'", "2026-11-22")), IsOk());
}

TEST_F(RequireDateTest, EachExpressionOfABatchForItself) {
  v1::BatchCountMembersRequest request;
  request.set_population("p");
  request.set_require_date("2026-11-22");
  for (const char* text : {"city = 'x'", "age = 31"})
    request.add_expressions()->mutable_expression()->set_text(text);
  const auto answer = Answer(&BatchCountMembers, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->results(0).error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(answer->results(1).counted().count(), 1u);
}

TEST_F(RequireDateTest, ASummaryLooksAtItsNumberToo) {
  v1::SummarizeNumberRequest request;
  request.set_population("p");
  request.set_tag("age");
  request.set_require_date("2026-11-23");
  EXPECT_EQ(ReasonOf(Answer(&SummarizeNumber, request).status()), "STALE_TAGS");
  request.set_require_date("2026-11-22");
  EXPECT_THAT(Answer(&SummarizeNumber, request), IsOk());
  request.mutable_expression()->set_text("HAS city");
  EXPECT_EQ(ReasonOf(Answer(&SummarizeNumber, request).status()), "STALE_TAGS");
}

TEST_F(RequireDateTest, AListIsRefusedOnItsFirstPage) {
  v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("HAS city");
  request.set_require_date("2026-11-22");
  EXPECT_EQ(ReasonOf(Answer(&ListMembers, request).status()), "STALE_TAGS");
  request.set_require_date("2026-11-20");
  EXPECT_THAT(Answer(&ListMembers, request), IsOk());
}

}  // namespace
}  // namespace muster::server

// Tags that a request's view lacks and the population has: rules 6, 20 and 25. An expression and a field that
// name such a tag get the same error.
#include "server/answers/number_answers.h"
#include "server/answers/question_answers.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MissingTagsTest : public AnswersFixture {
 protected:
  // Of `city` on 2026-11-10, `late` on 2026-11-20; `decl` is declared, and not loaded.
  void SetUp() override {
    LoadTag("city", index::TagKind::kSingle, 10, {{"a", "x"}, {"b", "y"}, {"c", ""}});
    Declare("decl");
    before_ = ReceiptOf("HAS city OR HAS decl");
    LoadTag("late", index::TagKind::kNumber, 20, {{"d", "7"}});
  }

  void LoadTag(const std::string& name, index::TagKind kind, int day, const index::TextRecords& records) {
    index::LoadSpec spec;
    spec.population = "p";
    spec.tags = {index::TagSpec(name, kind)};
    spec.business_date = absl::CivilDay(2026, 11, day);
    ASSERT_THAT(index::LoadText(*database_, spec, records), IsOk());
  }
  void Declare(const std::string& name) {
    index::Tag tag;
    tag.name = name;
    tag.kind = index::TagKind::kNumber;
    ASSERT_THAT((*database_->FindPopulation("p"))->CreateTag(tag), IsOk());
  }

  // What is asked of, and how.
  struct At {
    std::string snapshot, as_of;
  };
  absl::StatusOr<v1::CountMembersResponse> Count(const std::string& text, const At& at,
                                                 WorkBudget& budget = WorkBudget::Unlimited()) {
    v1::CountMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_snapshot(at.snapshot);
    request.set_as_of(at.as_of);
    return Answer(&CountMembers, request, budget);
  }
  absl::StatusOr<v1::SummarizeNumberResponse> Sum(const std::string& tag, const At& at,
                                                  WorkBudget& budget = WorkBudget::Unlimited()) {
    v1::SummarizeNumberRequest request;
    request.set_population("p");
    request.set_tag(tag);
    request.set_snapshot(at.snapshot);
    request.set_as_of(at.as_of);
    return Answer(&SummarizeNumber, request, budget);
  }
  std::string ReceiptOf(const std::string& text) { return Count(text, {})->receipt().snapshot(); }

  static std::string FactOf(const absl::Status& status, const std::string& name) {
    const auto facts = testing::DetailsOf(ToRpcStatus(status)).info.metadata();
    const auto fact = facts.find(name);
    return fact == facts.end() ? "" : fact->second;
  }
  // That HAS `tag`, NOT HAS `tag` and a summary of the tag are refused with the same words.
  void ExpectRefused(const std::string& tag, const At& at, const std::string& reason,
                     const std::string& why) {
    SCOPED_TRACE(tag);
    for (const std::string& text : {"HAS " + tag, "NOT HAS " + tag, "HAS city OR " + tag + " = 1"}) {
      const absl::Status refused = Count(text, at).status();
      EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why))) << text;
      EXPECT_EQ(ReasonOf(refused), reason);
      EXPECT_EQ(FactOf(refused, "tag"), tag);
    }
    const absl::Status refused = Sum(tag, at).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                  AllOf(HasSubstr(why), Not(HasSubstr("has no tag")))));
    EXPECT_EQ(ReasonOf(refused), reason);
    EXPECT_EQ(FieldOf(refused), reason == "UNKNOWN_TAG" ? "tag" : "as_of");
    EXPECT_EQ(FactOf(refused, "tag"), tag);
  }

  std::string before_;  // the receipt of a time at which `decl` had no version, and `late` wasn't there
};

TEST_F(MissingTagsTest, AReceiptThatLacksALoadedTagIsNotAnsweredWithNobody) {
  LoadTag("decl", index::TagKind::kNumber, 21, {{"a", "7"}, {"b", "8"}, {"c", "9"}});
  const std::string of_city = ReceiptOf("HAS city");
  ExpectRefused("decl", {of_city}, "UNKNOWN_TAG", "a receipt holds the tags of its own expression");
  ExpectRefused("late", {of_city}, "UNKNOWN_TAG", "a receipt holds the tags of its own expression");
  // Beside a view of another date it is the same: that one finds what it is asked for.
  const std::string dated = Count("HAS city AND (HAS city AS OF 2026-11-12)", {})->receipt().snapshot();
  ExpectRefused("decl", {dated}, "UNKNOWN_TAG", "a receipt holds the tags of its own expression");
  EXPECT_EQ(Count("(HAS decl AS OF 2026-11-21)", {dated})->count(), 3u);
}

TEST_F(MissingTagsTest, AReceiptOfBeforeTheFirstLoadSaysWhatItSaidThen) {
  LoadTag("decl", index::TagKind::kNumber, 21, {{"a", "7"}, {"b", "8"}, {"c", "9"}});
  EXPECT_EQ(Count("HAS city OR HAS decl", {before_})->count(), 2u);
  EXPECT_EQ(Count("HAS decl", {before_})->count(), 0u);
  EXPECT_EQ(Count("NOT HAS decl", {before_})->count(), 3u);
  EXPECT_EQ(Sum("decl", {before_})->member_count(), 0u);
  EXPECT_EQ(Count("HAS decl", {})->count(), 3u);
  ExpectRefused("late", {before_}, "UNKNOWN_TAG", "it was first loaded after the receipt was given out");
}

TEST_F(MissingTagsTest, ADateBeforeTheFirstVersionIsNamedWithTheDate) {
  ExpectRefused("late", {"", "2026-11-15"}, "BEFORE_FIRST_VERSION", "AS OF 2026-11-20 or later");
  EXPECT_EQ(FactOf(Sum("late", {"", "2026-11-15"}).status(), "first_date"), "2026-11-20");
  EXPECT_EQ(FactOf(Count("HAS late", {"", "2026-11-15"}).status(), "first_date"), "2026-11-20");
  ExpectRefused("decl", {"", "2026-11-15"}, "BEFORE_FIRST_VERSION", "it was never loaded; leave AS OF out");
  EXPECT_EQ(FactOf(Sum("decl", {"", "2026-11-15"}).status(), "first_date"), "");
}

TEST_F(MissingTagsTest, AReceiptOfBeforeTheFirstLoadDoesNotSayThatItWasNeverLoaded) {
  ExpectRefused("late", {before_, "2026-11-25"}, "UNKNOWN_TAG",
                "it was first loaded after the receipt was given out");
  EXPECT_THAT(std::string(Count("(HAS late AS OF 2026-11-25)", {before_}).status().message()),
              HasSubstr("it was first loaded after the receipt was given out; ask without --snapshot"));
  // What was never loaded is named as that under a receipt too, and there without AS OF.
  ExpectRefused("decl", {before_, "2026-11-25"}, "BEFORE_FIRST_VERSION", "it was never loaded");
  EXPECT_EQ(Count("HAS decl", {before_})->count(), 0u);
}

TEST_F(MissingTagsTest, LookingForTagsAndForTheNearestOnesIsSpentOfTheBudget) {
  for (int i = 0; i < 40; ++i) Declare("number_" + std::to_string(i));
  const std::string misspelt = "number = 1 OR (number = 1 AS OF 2026-11-12)";
  for (const At& at : {At{}, At{"", "2026-11-12"}}) {
    WorkBudget small(nullptr, {.values = 39});
    EXPECT_THAT(Count(misspelt, at, small), StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_TRUE(small.ran_out());
    WorkBudget smaller(nullptr, {.values = 39});
    EXPECT_THAT(Sum("number", at, smaller), StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_TRUE(smaller.ran_out());
  }
  // A call that is cancelled while the tags are looked at ends soon.
  int checks = 0;
  WorkBudget given_up([&checks] { return ++checks < 8 ? absl::OkStatus() : absl::CancelledError("gone"); });
  EXPECT_THAT(Count(misspelt, {"", "2026-11-11"}, given_up), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_LT(checks, 40);
}

TEST_F(MissingTagsTest, NamingTagsOfADateIsSpentOfTheBudget) {
  std::string text = "HAS city";
  for (int day = 10; day < 20; ++day) text += " OR (HAS city AS OF 2026-11-" + std::to_string(day) + ")";
  WorkBudget small(nullptr, {.values = 100});
  EXPECT_THAT(Count(text, {}, small), StatusIs(absl::StatusCode::kResourceExhausted));
  WorkBudget enough(nullptr, {.values = 256});
  EXPECT_EQ(Count(text, {}, enough)->count(), 2u);
}

}  // namespace
}  // namespace muster::server

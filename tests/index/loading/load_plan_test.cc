// How a load is checked and planned: its options, its label, its dates and its stored result.
#include "index/loading/plan/load_plan.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/loading/plan/load_dates.h"
#include "index/status/status_reason.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const absl::CivilDay kToday(2026, 3, 10);

LoadSpec Spec() {
  LoadSpec spec;
  spec.population = "shop";
  spec.label = "daily";
  spec.input_sha256 = std::string(32, 'x');
  spec.tags = {{.name = "age", .kind = TagKind::kNumber}, {.name = "city", .kind = TagKind::kSingle}};
  return spec;
}

// Every way in which a load may be another one.
const std::vector<std::function<void(LoadSpec&)>>& Changes() {
  static const std::vector<std::function<void(LoadSpec&)>> changes = {
      [](LoadSpec& spec) { spec.mode = LoadMode::kReplace; },
      [](LoadSpec& spec) { spec.business_date = kToday; },
      [](LoadSpec& spec) { spec.business_date = kToday + 1; },
      [](LoadSpec& spec) { spec.trim = false; },
      [](LoadSpec& spec) { spec.missing = {"NULL"}; },
      [](LoadSpec& spec) {
        spec.missing = {"NU", "LL"};
      },
      [](LoadSpec& spec) { spec.tags.pop_back(); },
      [](LoadSpec& spec) { spec.tags[0].name = "ag"; },
      [](LoadSpec& spec) { spec.tags[0].kind.reset(); },
      [](LoadSpec& spec) { spec.tags[0].decimal_point = ','; },
      [](LoadSpec& spec) { spec.tags[0].missing = {"NULL"}; },
      [](LoadSpec& spec) { spec.tags[1].separator = "|"; },
      [](LoadSpec& spec) { spec.tags[1].weight_separator = "|"; },
      [](LoadSpec& spec) { spec.tags[1].weight_scale = 1; },
      [](LoadSpec& spec) { spec.tags[1].replace_on_merge = true; },
      [](LoadSpec& spec) { spec.tags[1].clear = "|"; },
      [](LoadSpec& spec) { spec.tags[1].format = "|"; },
  };
  return changes;
}

TEST(FingerprintTest, TellsLoadsApartByAllThatTheyAre) {
  std::set<std::string> seen = {FingerprintOf(Spec())};
  for (const auto& change : Changes()) {
    LoadSpec spec = Spec();
    change(spec);
    EXPECT_TRUE(seen.insert(FingerprintOf(spec)).second) << "change " << seen.size();
    EXPECT_EQ(FingerprintOf(spec).size(), 32u);
  }
  LoadSpec same = Spec();
  same.label = "other";
  same.input_sha256 = std::string(32, 'y');
  same.max_rejected = 1;
  same.tags[0].scale = 2;  // the catalogue's to say
  EXPECT_TRUE(seen.contains(FingerprintOf(same))) << "how it is called and what it tolerates is no content";
}

TEST(FingerprintTest, ContentIsOneLineForPeople) {
  LoadSpec spec = Spec();
  spec.business_date = kToday;
  EXPECT_THAT(ContentText(spec),
              MatchesRegex("a MERGE of 2 tags \\(age, city\\) for 2026-03-10, input 787878787878, "
                           "schema [0-9a-f]{12}"));
  // Mode and date are told apart by their own words: the schema is the same.
  LoadSpec replaced = spec;
  replaced.mode = LoadMode::kReplace;
  replaced.business_date.reset();
  const auto schema_of = [](const LoadSpec& one) {
    const std::string text = ContentText(one);
    return text.substr(text.find("schema "));
  };
  EXPECT_EQ(schema_of(replaced), schema_of(spec));
  replaced.trim = false;
  EXPECT_NE(schema_of(replaced), schema_of(spec));
  for (int i = 0; i < 9; ++i) spec.tags.push_back({.name = "t" + std::to_string(i)});
  spec.input_sha256.clear();
  spec.mode = LoadMode::kReplace;
  EXPECT_EQ(ContentText(spec),
            "a REPLACE of 11 tags (age, city, t0, t1, t2, …) for 2026-03-10 from an unknown input");
  EXPECT_THAT(MakeLabel(kToday), MatchesRegex("load-20260310-[0-9a-f]{16}"));
}

TEST(LoadSpecTest, IsCheckedBeforeAnythingIsRead) {
  EXPECT_THAT(CheckLoadSpec(Spec()), IsOk());
  const auto refusal = [](const std::function<void(LoadSpec&)>& change) {
    LoadSpec spec = Spec();
    change(spec);
    const absl::StatusOr<LoadSpec> checked = CheckLoadSpec(spec);
    EXPECT_THAT(checked, StatusIs(absl::StatusCode::kInvalidArgument));
    return std::string(checked.status().message());
  };
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.max_rejected = 1.5; }), HasSubstr("a share, 0 to 1"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.max_rejected = -0.1; }), HasSubstr("a share, 0 to 1"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.input_sha256 = "short"; }), HasSubstr("32 bytes"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.business_date = absl::CivilDay(10'000, 1, 1); }),
              HasSubstr("0001 to 9999"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.tags[1].name = "age"; }), HasSubstr("'age' is named twice"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.tags[0].replace_on_merge = true; }),
              HasSubstr("only a MULTI tag takes on_merge"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.missing = std::vector<std::string>(101, "n"); }),
              HasSubstr("at most 100 missing texts, not 101"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.tags[1].clear = std::string(401, 'c'); }),
              HasSubstr("at most 400 bytes, and this one has 401"));
  EXPECT_THAT(refusal([](LoadSpec& spec) { spec.tags[1].separator = "\xff"; }), HasSubstr("must be UTF-8"));
}

// The same name however its accent is written, so it is one tag.
TEST(LoadSpecTest, NamesAreInNormalForm) {
  LoadSpec spec = Spec();
  spec.tags[0].name = "cafe\xcc\x81";
  spec.tags[1].name = "caf\xc3\xa9";
  EXPECT_THAT(CheckLoadSpec(spec), StatusIs(absl::StatusCode::kInvalidArgument));
  spec.tags.pop_back();
  EXPECT_EQ(CheckLoadSpec(spec)->tags[0].name, "caf\xc3\xa9");
}

LoadResult Result() {
  LoadResult result;
  result.label = "daily";
  result.published = true;
  result.records = 12;
  result.rejected_records = 3;
  result.rejections = {{Rejection::kRagged, 1}, {Rejection::kBadCell, 2}};
  result.first_rejected = {{4, Rejection::kBadCell, "no number"}, {9, Rejection::kRagged, "2 cells"}};
  result.new_members = 5;
  result.member_count = 1'000'000'000'000;
  result.business_date = absl::CivilDay(1899, 12, 31);
  result.tags = {{"age", 7, 10}, {"city", 1, 11}};
  result.warnings = {"one", "two"};
  return result;
}

TEST(LoadResultTest, WhatIsStoredComesBack) {
  const LoadResult result = Result();
  const LoadResult read = DecodeResult("daily", EncodeResult(result));
  EXPECT_EQ(read.label, "daily");
  EXPECT_TRUE(read.published);
  EXPECT_FALSE(read.already_published);
  EXPECT_EQ(read.records, result.records);
  EXPECT_EQ(read.rejected_records, result.rejected_records);
  EXPECT_EQ(read.rejections, result.rejections);
  ASSERT_EQ(read.first_rejected.size(), 2u);
  EXPECT_EQ(read.first_rejected[0].line, 4u);
  EXPECT_EQ(read.first_rejected[0].reason, Rejection::kBadCell);
  EXPECT_EQ(read.first_rejected[1].message, "2 cells");
  EXPECT_EQ(read.new_members, result.new_members);
  EXPECT_EQ(read.member_count, result.member_count);
  EXPECT_EQ(read.business_date, result.business_date);
  ASSERT_EQ(read.tags.size(), 2u);
  EXPECT_EQ(read.tags[0].name, "age");
  EXPECT_EQ(read.tags[0].version, 7u);
  EXPECT_EQ(read.tags[1].member_count, 11u);
  EXPECT_EQ(read.warnings, result.warnings);
}

TEST(LoadResultTest, ALabelComesBackWithTheSameContentAlone) {
  records::LoadRecord published;
  published.set_input_sha256(Spec().input_sha256);
  published.set_fingerprint(FingerprintOf(Spec()));
  published.set_content(ContentText(Spec()));
  *published.mutable_result() = EncodeResult(Result());
  const absl::StatusOr<LoadResult> again = RepeatedResult(Spec(), published);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->already_published);
  EXPECT_EQ(again->records, 12u);
  for (const auto& change : Changes()) {
    LoadSpec spec = Spec();
    change(spec);
    EXPECT_THAT(RepeatedResult(spec, published), StatusIs(absl::StatusCode::kAlreadyExists));
  }
  LoadSpec other = Spec();
  other.input_sha256[0] = 'y';
  const absl::Status refused = RepeatedResult(other, published).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("its input had the SHA-256 787878787878"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("this one has 797878787878"))
      << "the rest is the same";
  other.tags.pop_back();
  const std::string both(RepeatedResult(other, published).status().message());
  EXPECT_THAT(both, HasSubstr(ContentText(Spec())));
  EXPECT_THAT(both, HasSubstr(ContentText(other)));
  other.input_sha256.clear();
  EXPECT_THAT(RepeatedResult(other, published), IsOk()) << "an unknown input isn't compared";
}

// Tag 5 has versions of the days given, in that order.
class LoadDatesTest : public testing::Test {
 protected:
  void Publish(absl::CivilDay day) {
    const Content content = {{{kKnownRow, 0}, Bitmap::FromSorted({1})}};
    last_ = store_.PublishStore(++loads_, kTag, content, day);
  }
  TagDates Find(absl::CivilDay date, bool make_current) {
    const ReadTransaction view = *store_.environment().BeginRead();
    return *FindTagDates(view, kTag, PlanOf(date, make_current), kToday);
  }
  static LoadPlan PlanOf(absl::CivilDay date, bool make_current) {
    LoadPlan plan;
    plan.spec.make_current = make_current;
    plan.business_date = date;
    plan.zone = absl::UTCTimeZone();
    plan.tags = {{.tag = {.id = kTag, .name = "age"}}, {.tag = {.id = 6, .name = "city"}}};
    return plan;
  }

  static constexpr TagId kTag = 5;
  StoreUnderTest store_;
  LoadId loads_ = 0;
  Version last_ = 0;
};

TEST_F(LoadDatesTest, ALoadBuildsOnTheVersionOfItsDate) {
  EXPECT_FALSE(Find(kToday, false).parent.has_value());
  EXPECT_FALSE(Find(kToday, false).later.has_value());
  Publish(kToday - 5);
  const Version old = last_;
  Publish(kToday - 2);
  EXPECT_FALSE(Find(kToday - 6, false).parent.has_value()) << "before the first version";
  EXPECT_EQ(Find(kToday - 5, false).parent, old);
  EXPECT_EQ(Find(kToday - 3, false).parent, old);
  EXPECT_EQ(Find(kToday - 2, false).parent, last_);
  EXPECT_EQ(Find(kToday, false).parent, last_);
  EXPECT_FALSE(Find(kToday - 2, false).later.has_value());
  ASSERT_TRUE(Find(kToday - 3, false).later.has_value());
  EXPECT_EQ(Find(kToday - 3, false).later->version, last_);
}

TEST_F(LoadDatesTest, MakeCurrentPublishesAgainAndEndsAMistypedDate) {
  Publish(kToday + 1);
  const TagDates behind = Find(kToday, true);
  EXPECT_TRUE(behind.again) << "tomorrow is no slip";
  EXPECT_FALSE(behind.ends_later);
  Publish(kToday + 400);
  const TagDates mistyped = Find(kToday, true);
  EXPECT_FALSE(mistyped.again);
  EXPECT_TRUE(mistyped.ends_later);
  EXPECT_EQ(
      LateSentence(PlanOf(kToday, true), {mistyped, {}}, kToday),
      "the tag 'age' is of 2026-03-10 now, and what it had for later dates, up to 2027-04-14, is reached "
      "only by its version number from now on");
}

TEST_F(LoadDatesTest, OneSentenceSaysThatTodaysValuesStay) {
  Publish(kToday);
  const LoadPlan plan = PlanOf(kToday - 1, false);
  const TagDates late = Find(kToday - 1, false);
  EXPECT_EQ(LateSentence(plan, {{}, {}}, kToday), "");
  EXPECT_THAT(LateSentence(plan, {late, {}}, kToday),
              HasSubstr("today's values of the tag 'age' did not change, because there are newer ones of "
                        "2026-03-10; load it"));
  EXPECT_THAT(LateSentence(plan, {late, late}, kToday),
              HasSubstr("today's values of its tags did not change"));
}

TEST_F(LoadDatesTest, ADateBehindTomorrowIsASlipUnlessTheLoadSaysNot) {
  EXPECT_THAT(CheckLoadDate(PlanOf(kToday + 1, false), kToday), IsOk());
  const absl::Status slip = CheckLoadDate(PlanOf(kToday + 2, false), kToday);
  EXPECT_THAT(slip, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(slip.message()), HasSubstr("2026-03-12 lies after tomorrow (today is 2026-03-10"));
  LoadPlan meant = PlanOf(kToday + 2, false);
  meant.spec.allow_future = true;
  EXPECT_THAT(CheckLoadDate(meant, kToday), IsOk());
}

}  // namespace
}  // namespace muster::index

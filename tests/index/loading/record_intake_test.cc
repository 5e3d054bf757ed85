// The intake of batches of text: ids, cells, rejections, and the end of the input.
#include "index/loading/intake/record_intake.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/loading/intake/accepted_records.h"
#include "index/loading/intake/json_list.h"
#include "index/status/status_reason.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Cells of one column, or the member ids.
struct TextColumn {
  explicit TextColumn(const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
      text += cell;
      ends.push_back(static_cast<uint32_t>(text.size()));
    }
  }
  CellsView view() const { return {text, ends}; }

  std::string text;
  std::vector<uint32_t> ends;
};

// A load of `age`, a NUMBER, and `city`, a SINGLE, both new.
class RecordIntakeTest : public testing::Test {
 protected:
  RecordIntakeTest() {
    index_ = Open(EnvironmentKind::kIndex);
    members_environment_ = Open(EnvironmentKind::kMembers);
    writer_ = std::make_unique<WriterQueue>(*members_environment_);
    members_ = *MemberDictionary::Open(*writer_);
    plan_.spec.population = "shop";
    plan_.spec.missing = {"NULL"};
    plan_.spec.max_rejected = 1;
    plan_.spec.tags = {{.name = "age", .kind = TagKind::kNumber}, {.name = "city", .kind = TagKind::kSingle}};
    for (const LoadTagSpec& spec : plan_.spec.tags)
      plan_.tags.push_back({.tag = {.name = spec.name, .kind = *spec.kind}, .is_new = true});
    plan_.zone = absl::UTCTimeZone();
  }

  std::unique_ptr<RecordIntake> Make() {
    absl::StatusOr<std::unique_ptr<RecordIntake>> intake = RecordIntake::Make(plan_, *members_, *index_);
    EXPECT_THAT(intake, IsOk());
    return *std::move(intake);
  }
  static absl::Status Feed(RecordIntake& intake, const std::vector<std::string>& ids,
                           const std::vector<std::string>& ages, const std::vector<std::string>& cities,
                           std::vector<RejectedRecord> rejected = {}) {
    const TextColumn id_column(ids), age_column(ages), city_column(cities);
    return intake.Feed({.member_ids = id_column.view(),
                        .cells = {age_column.view(), city_column.view()},
                        .rejected = std::move(rejected)});
  }
  absl::StatusOr<std::unique_ptr<AcceptedRecords>> Accept(RecordIntake& intake, uint64_t records) {
    result_ = {};
    return AcceptRecords(plan_, {*members_, *index_}, intake, records, result_);
  }

  LoadPlan plan_;
  LoadResult result_;

 private:
  std::unique_ptr<Environment> Open(EnvironmentKind kind) {
    return *Environment::Open({.directory = directory_.path() + "/" + EnvironmentName(kind), .kind = kind});
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> index_, members_environment_;
  std::unique_ptr<WriterQueue> writer_;
  std::unique_ptr<MemberDictionary> members_;
};

TEST_F(RecordIntakeTest, RecordsBecomeColumnsByMember) {
  const auto intake = Make();
  ASSERT_THAT(Feed(*intake, {" a ", "b", "a"}, {"7", "", "7"}, {"Rome", "Bonn", ""}), IsOk());
  ASSERT_THAT(Feed(*intake, {"c"}, {"NULL"}, {"Rome"}), IsOk());
  EXPECT_EQ(intake->records(), 4u);
  EXPECT_EQ(intake->accepted(), 4u);
  const auto accepted = Accept(*intake, 4);
  ASSERT_THAT(accepted, IsOk());
  EXPECT_EQ((*accepted)->tile_count(), 1u);
  const std::shared_ptr<Tile> tile = *(*accepted)->Open(0);
  EXPECT_THAT(tile->members(), ElementsAre(0, 1, 2)) << "white space is no part of an id";
  const MemberCells ages = *tile->Cells(0);
  EXPECT_THAT(ages.ordinals, ElementsAre(0));
  EXPECT_THAT(ages.numbers, ElementsAre(7));
  const MemberCells cities = *tile->Cells(1);
  EXPECT_THAT(cities.ordinals, ElementsAre(0, 1, 2));
  EXPECT_EQ(cities.values[0], cities.values[2]);
  EXPECT_NE(cities.values[0], cities.values[1]);
  EXPECT_EQ(result_.records, 4u);
  EXPECT_EQ(result_.rejected_records, 0u);
}

TEST_F(RecordIntakeTest, WhatIsNoMemberIdRejectsItsRecord) {
  const auto intake = Make();
  const std::vector<std::string> ids = {
      "",     "NULL", std::string(481, 'x'), std::string(480, 'x'), "\xff", std::string("a\0b", 3),
      "a\tb", "a b"};
  ASSERT_THAT(Feed(*intake, ids, std::vector<std::string>(8, "1"), std::vector<std::string>(8)), IsOk());
  ASSERT_THAT(Accept(*intake, 8), IsOk());
  std::vector<std::string> why;
  for (const RejectedRecord& rejected : result_.first_rejected) why.push_back(rejected.message);
  EXPECT_THAT(why, ElementsAre("the member id is empty", HasSubstr("means \"no value\""),
                               HasSubstr("has 481 bytes; at most 480 are taken"), HasSubstr("is not UTF-8"),
                               HasSubstr("holds a NUL byte"), HasSubstr("holds a control character")));
  EXPECT_THAT(result_.rejections, ElementsAre(std::pair(Rejection::kBadMemberId, uint64_t{4}),
                                              std::pair(Rejection::kBadText, uint64_t{2})));
  EXPECT_EQ(intake->accepted(), 0u) << "they were taken";
}

TEST_F(RecordIntakeTest, ARejectedRecordGivesNoOrdinalAndNoCells) {
  const auto intake = Make();
  ASSERT_THAT(Feed(*intake, {"bad", "good"}, {"x", "3"}, {"Rome", "Rome"}), IsOk());
  const auto accepted = Accept(*intake, 2);
  ASSERT_THAT(accepted, IsOk());
  const std::shared_ptr<Tile> tile = *(*accepted)->Open(0);
  EXPECT_THAT(tile->members(), ElementsAre(0)) << "`good` has the first ordinal";
  EXPECT_THAT(tile->Cells(0)->numbers, ElementsAre(3));
  ASSERT_EQ(result_.first_rejected.size(), 1u);
  EXPECT_EQ(result_.first_rejected[0].line, 1u);
  EXPECT_EQ(result_.first_rejected[0].reason, Rejection::kBadCell);
}

TEST_F(RecordIntakeTest, ABatchThatDoesNotFitItselfChangesNothing) {
  const auto intake = Make();
  const auto refusal = [&](const absl::Status& fed) {
    EXPECT_THAT(fed, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(ReasonOf(fed), Reason::kBadRequest);
    return std::string(fed.message());
  };
  const TextColumn ids({"a", "b"}), cells({"1", "2"}), few({"1"});
  EXPECT_THAT(refusal(intake->Feed({.member_ids = ids.view(), .cells = {cells.view()}})),
              HasSubstr("1 columns of cells, and the load takes 2"));
  const std::vector<uint64_t> lines = {1};
  EXPECT_THAT(refusal(intake->Feed(
                  {.member_ids = ids.view(), .cells = {cells.view(), cells.view()}, .lines = lines})),
              HasSubstr("2 member ids, but 1 line numbers"));
  refusal(intake->Feed({.member_ids = ids.view(), .cells = {cells.view(), few.view()}}));
  EXPECT_THAT(refusal(Feed(*intake, {}, {}, {}, {{.line = 3, .reason = static_cast<Rejection>(99)}})),
              HasSubstr("line 3 was rejected for an unknown reason"));
  EXPECT_EQ(intake->records(), 0u);
}

TEST_F(RecordIntakeTest, TheEndOfALoadIsChecked) {
  const auto intake = Make();
  ASSERT_THAT(Feed(*intake, {"a", "b"}, {"1", "x"}, {"", ""}, {{9, Rejection::kRagged, "2 cells"}}), IsOk());
  EXPECT_EQ(intake->records(), 3u) << "those that the client rejected count";
  EXPECT_THAT(Accept(*intake, 4), StatusIs(absl::StatusCode::kInvalidArgument));
  plan_.spec.max_rejected = 0.5;
  const auto refused = Accept(*intake, 3);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused.status()), Reason::kTooManyRejected);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("2 of 3 records were rejected"));
}

TEST_F(RecordIntakeTest, NoRecordAtAllIsRefusedUnlessAllowed) {
  EXPECT_EQ(ReasonOf(Accept(*Make(), 0).status()), Reason::kNoRecords);
  plan_.spec.allow_empty = true;
  const auto accepted = Accept(*Make(), 0);
  ASSERT_THAT(accepted, IsOk());
  EXPECT_TRUE((*accepted)->empty());
  EXPECT_THAT((*(*accepted)->Open(0))->members(), IsEmpty());
}

TEST_F(RecordIntakeTest, ContradictionsNameWhatTheRecordsSay) {
  const auto intake = Make();
  ASSERT_THAT(Feed(*intake, {"a", "a"}, {"1", "1"}, {"Rome", "Bonn"}), IsOk());
  ASSERT_THAT(Accept(*intake, 2), IsOk());
  ASSERT_EQ(result_.first_rejected.size(), 1u);
  EXPECT_EQ(result_.first_rejected[0].message,
            "member 'a', tag 'city': 'Bonn' here, 'Rome' in an earlier record");
}

TEST(JsonListReaderTest, ReadsFlatArraysAndNothingElse) {
  struct Case {
    std::string cell;
    JsonListKind kind;
    std::vector<std::string> parts = {};
  };
  const std::vector<Case> cases = {
      {"[]", JsonListKind::kFlat},
      {R"(["a","b"])", JsonListKind::kFlat, {"a", "b"}},
      {R"([ "a" , 1.50 , true, false, null ])", JsonListKind::kFlat, {"a", "1.50", "true", "false", ""}},
      {R"(["\u4e0a\n\"\\", "]"])", JsonListKind::kFlat, {"上\n\"\\", "]"}},
      {"[-7, 12345678901234567890123]", JsonListKind::kFlat, {"-7", "12345678901234567890123"}},
      {R"([["a"]])", JsonListKind::kNested},
      {R"(["a", {"b": 1}])", JsonListKind::kNested, {"a"}},
      {"", JsonListKind::kNone},
      {"[", JsonListKind::kNone},
      {R"(["a")", JsonListKind::kNone},
      {R"(["a"] x)", JsonListKind::kNone},
      {R"(["a" "b"])", JsonListKind::kNone},
      {"[sic] they said", JsonListKind::kNone},
      {R"({"a": 1})", JsonListKind::kNone},
      {R"("a")", JsonListKind::kNone},
      {"12", JsonListKind::kNone},
  };
  JsonListReader reader;
  for (int round = 0; round < 2; ++round) {
    for (const Case& each : cases) {
      std::vector<std::string_view> parts = {"left over"};
      ASSERT_EQ(reader.Read(each.cell, parts), each.kind) << each.cell;
      if (each.kind != JsonListKind::kFlat) continue;
      EXPECT_EQ(std::vector<std::string>(parts.begin(), parts.end()), each.parts) << each.cell;
    }
  }
}

TEST_F(RecordIntakeTest, CodedCellsCountAsOftenAsTheyOccur) {
  plan_.spec.tags = {{.name = "interests", .kind = TagKind::kMulti, .separator = ","}};
  plan_.tags = {{.tag = {.name = "interests", .kind = TagKind::kMulti}, .is_new = true}};
  const auto intake = Make();
  const TextColumn ids(std::vector<std::string>(1000, "a"));
  std::string list = "v0";
  for (int i = 1; i < 1000; ++i) list += ",v" + std::to_string(i);
  const TextColumn once({list});
  const std::string codes(2000, '\0');
  const CellsView coded = {once.text, once.ends, codes};
  EXPECT_GT(intake->BytesToFeed({.member_ids = ids.view(), .cells = {coded}}), 1000u * 1000 * 20)
      << "a million values come of some kilobytes";
  ASSERT_THAT(intake->Feed({.member_ids = ids.view(), .cells = {coded}}), IsOk());
  const auto accepted = Accept(*intake, 1000);
  ASSERT_THAT(accepted, IsOk());
  const std::shared_ptr<Tile> tile = *(*accepted)->Open(0);
  EXPECT_EQ(tile->Cells(0)->ordinals.size(), 1000u);
}

TEST_F(RecordIntakeTest, CodesThatNameNoTextAreRefused) {
  const auto intake = Make();
  const TextColumn ids({"a", "b"}), ages({"1", "2"}), cities({"Rome"});
  for (const std::string& codes :
       {std::string("\0\0\1\0", 4), std::string("\0\0\0", 3), std::string("\0\0", 2)}) {
    const CellsView coded = {cities.text, cities.ends, codes};
    EXPECT_THAT(intake->Feed({.member_ids = ids.view(), .cells = {ages.view(), coded}}),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(intake->Feed({.member_ids = {ids.text, ids.ends, std::string_view("\0\0\1\0", 4)},
                            .cells = {ages.view(), ages.view()}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(intake->records(), 0u);
}

}  // namespace
}  // namespace muster::index

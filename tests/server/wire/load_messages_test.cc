#include "server/wire/load_messages.h"

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string FieldOf(const absl::Status& status) {
  const auto details = DetailsOf(ToRpcStatus(status));
  return details.bad.field_violations().empty() ? "" : details.bad.field_violations(0).field();
}

v1::CellColumn Column(const std::vector<std::string>& cells) {
  v1::CellColumn column;
  for (const std::string& cell : cells) {
    column.mutable_text()->append(cell);
    column.add_ends(static_cast<uint32_t>(column.text().size()));
  }
  return column;
}

v1::LoadSpec SomeSpec() {
  v1::LoadSpec spec;
  spec.set_population("p");
  v1::LoadTag& tag = *spec.add_tags();
  tag.set_name("interests");
  tag.set_kind(v1::TAG_KIND_MULTI);
  tag.set_separator("|");
  tag.set_weight_separator(":");
  tag.set_weight_scale(2);
  tag.set_on_merge(v1::MULTI_MERGE_REPLACE);
  return spec;
}

TEST(LoadMessagesTest, ASpecWithItsDefaults) {
  const absl::StatusOr<index::LoadSpec> spec = DecodeLoadSpec(SomeSpec());
  ASSERT_THAT(spec, IsOk());
  EXPECT_EQ(spec->mode, index::LoadMode::kMerge);
  EXPECT_FALSE(spec->update_only);
  EXPECT_EQ(spec->max_rejected, 0.01);
  EXPECT_TRUE(spec->trim);
  EXPECT_FALSE(spec->business_date.has_value());
  ASSERT_THAT(spec->tags, SizeIs(1));
  EXPECT_EQ(spec->tags[0].kind, index::TagKind::kMulti);
  EXPECT_EQ(spec->tags[0].weight_scale, 2);
  EXPECT_TRUE(spec->tags[0].replace_on_merge);
}

TEST(LoadMessagesTest, ARemoveAndALoadThatMakesNoMembers) {
  v1::LoadSpec request = SomeSpec();
  request.set_mode(v1::LOAD_MODE_REMOVE);
  absl::StatusOr<index::LoadSpec> spec = DecodeLoadSpec(request);
  ASSERT_THAT(spec, IsOk());
  EXPECT_EQ(spec->mode, index::LoadMode::kRemove);
  EXPECT_FALSE(spec->makes_members());
  EXPECT_TRUE(spec->builds_on_parent());
  request.set_mode(v1::LOAD_MODE_REPLACE);
  request.mutable_tags(0)->clear_on_merge();
  request.set_update_only(true);
  spec = DecodeLoadSpec(request);
  ASSERT_THAT(spec, IsOk());
  EXPECT_FALSE(spec->makes_members());
  EXPECT_FALSE(spec->builds_on_parent());
}

TEST(LoadMessagesTest, ASpecThatSaysEverything) {
  v1::LoadSpec request = SomeSpec();
  request.set_mode(v1::LOAD_MODE_REPLACE);
  request.mutable_tags(0)->clear_on_merge();
  request.set_label("day 1");
  request.set_business_date("2024-02-29");
  request.set_keep_white_space(true);
  request.set_max_rejected(0);
  request.add_missing("\\N");
  request.set_input_sha256(std::string(32, 'x'));
  request.add_tags()->set_name("known");
  const absl::StatusOr<index::LoadSpec> spec = DecodeLoadSpec(request);
  ASSERT_THAT(spec, IsOk());
  EXPECT_EQ(spec->mode, index::LoadMode::kReplace);
  EXPECT_EQ(spec->label, "day 1");
  EXPECT_EQ(spec->business_date, absl::CivilDay(2024, 2, 29));
  EXPECT_FALSE(spec->trim);
  EXPECT_EQ(spec->max_rejected, 0.0);
  EXPECT_THAT(spec->missing, ElementsAre("\\N"));
  EXPECT_EQ(spec->input_sha256.size(), 32u);
  EXPECT_FALSE(spec->tags[1].kind.has_value());
}

TEST(LoadMessagesTest, WhatIsWrongWithASpecIsNamed) {
  const std::vector<std::pair<std::string, std::function<void(v1::LoadSpec&)>>> cases = {
      {"spec.population", [](v1::LoadSpec& s) { s.clear_population(); }},
      {"spec.mode", [](v1::LoadSpec& s) { s.set_mode(static_cast<v1::LoadMode>(9)); }},
      {"spec.max_rejected", [](v1::LoadSpec& s) { s.set_max_rejected(1.5); }},
      {"spec.max_rejected",
       [](v1::LoadSpec& s) { s.set_max_rejected(std::numeric_limits<double>::quiet_NaN()); }},
      {"spec.input_sha256", [](v1::LoadSpec& s) { s.set_input_sha256("short"); }},
      {"spec.business_date", [](v1::LoadSpec& s) { s.set_business_date("2023-02-29"); }},
      {"spec.missing",
       [](v1::LoadSpec& s) {
         for (int i = 0; i < 101; ++i) s.add_missing("x");
       }},
      {"spec.tags[0].name", [](v1::LoadSpec& s) { s.mutable_tags(0)->clear_name(); }},
      {"spec.tags[0].kind",
       [](v1::LoadSpec& s) { s.mutable_tags(0)->set_kind(static_cast<v1::TagKind>(77)); }},
      {"spec.tags[0].scale", [](v1::LoadSpec& s) { s.mutable_tags(0)->set_scale(19); }},
      {"spec.tags[0].weight_scale",
       [](v1::LoadSpec& s) { s.mutable_tags(0)->set_weight_scale(4'000'000'000u); }},
      {"spec.tags[0].on_merge", [](v1::LoadSpec& s) { s.set_mode(v1::LOAD_MODE_REPLACE); }},
      {"spec.tags[0].on_merge",
       [](v1::LoadSpec& s) { s.mutable_tags(0)->set_on_merge(static_cast<v1::MultiMerge>(5)); }},
      {"spec.tags[0].on_conflict",
       [](v1::LoadSpec& s) { s.mutable_tags(0)->set_on_conflict(static_cast<v1::OnConflict>(6)); }},
      {"spec.layout", [](v1::LoadSpec& s) { s.set_layout(static_cast<v1::RecordLayout>(3)); }},
  };
  for (const auto& [field, spoil] : cases) {
    v1::LoadSpec spec = SomeSpec();
    spoil(spec);
    const absl::Status status = DecodeLoadSpec(spec).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << field;
    EXPECT_EQ(FieldOf(status), field) << status;
  }
}

TEST(LoadMessagesTest, ABatchIsViewed) {
  v1::RecordBatch batch;
  *batch.mutable_member_ids() = Column({"a", "bb", ""});
  *batch.add_cells() = Column({"", "x|y", "z"});
  for (const uint64_t line : {2, 3, 5}) batch.add_lines(line);
  v1::RejectedRecord& rejected = *batch.add_rejected();
  rejected.set_line(4);
  rejected.set_reason(v1::REJECTION_REASON_RAGGED);
  rejected.set_message("three cells instead of two");
  const absl::StatusOr<index::RecordBatchView> view = DecodeBatch(batch, 1);
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->member_ids.text, "abb");
  EXPECT_THAT(view->member_ids.ends, ElementsAre(1, 3, 3));
  ASSERT_THAT(view->cells, SizeIs(1));
  EXPECT_THAT(view->cells[0].ends, ElementsAre(0, 3, 4));
  EXPECT_THAT(view->lines, ElementsAre(2, 3, 5));
  ASSERT_THAT(view->rejected, SizeIs(1));
  EXPECT_EQ(view->rejected[0].reason, index::Rejection::kRagged);
}

TEST(LoadMessagesTest, ACodedColumnHasTheTextsOfItsCodes) {
  v1::RecordBatch batch;
  *batch.mutable_member_ids() = Column({"a", "b", "c"});
  *batch.add_cells() = Column({"Rome", "Bonn"});
  batch.mutable_cells(0)->set_codes("\1\0\0\0\1\0", 6);
  const absl::StatusOr<index::RecordBatchView> view = DecodeBatch(batch, 1);
  ASSERT_THAT(view, IsOk());
  const index::CellsView& cells = view->cells[0];
  ASSERT_EQ(cells.records(), 3u);
  EXPECT_EQ(cells.TextAt(cells.CodeOf(0)), "Bonn");
  EXPECT_EQ(cells.TextAt(cells.CodeOf(1)), "Rome");
  EXPECT_EQ(cells.TextAt(cells.CodeOf(2)), "Bonn");
}

TEST(LoadMessagesTest, ABatchOfRejectedRecordsAloneNeedsNoColumns) {
  v1::RecordBatch batch;
  batch.add_rejected()->set_reason(v1::REJECTION_REASON_BAD_TEXT);
  const absl::StatusOr<index::RecordBatchView> view = DecodeBatch(batch, 3);
  ASSERT_THAT(view, IsOk());
  EXPECT_THAT(view->cells, SizeIs(3));
}

TEST(LoadMessagesTest, ALongBatchHasATagForEachRecord) {
  v1::RecordBatch batch;
  *batch.mutable_member_ids() = Column({"a", "b"});
  *batch.add_cells() = Column({"x", "y"});
  batch.set_tag_numbers("\2\0\0\0", 4);
  const absl::StatusOr<index::RecordBatchView> view = DecodeBatch(batch, 3, /*is_long=*/true);
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->TagOf(0), 2u);
  EXPECT_EQ(view->TagOf(1), 0u);
  const std::vector<std::pair<std::string, std::function<void(v1::RecordBatch&)>>> cases = {
      {"batch.tag_numbers", [](v1::RecordBatch& b) { b.clear_tag_numbers(); }},
      {"batch.tag_numbers", [](v1::RecordBatch& b) { b.set_tag_numbers("\0\0\0", 3); }},
      {"batch.tag_numbers", [](v1::RecordBatch& b) { b.set_tag_numbers("\0\0\3\0", 4); }},
      {"batch.tag_numbers", [](v1::RecordBatch& b) { b.set_tag_numbers("\0\0\0\1", 4); }},
      {"batch.cells",
       [](v1::RecordBatch& b) {
         *b.add_cells() = Column({"x", "y"});
       }},
      {"batch.cells", [](v1::RecordBatch& b) { b.clear_cells(); }},
  };
  for (const auto& [field, spoil] : cases) {
    v1::RecordBatch spoiled = batch;
    spoil(spoiled);
    EXPECT_EQ(FieldOf(DecodeBatch(spoiled, 3, /*is_long=*/true).status()), field);
  }
  EXPECT_EQ(FieldOf(DecodeBatch(batch, 1).status()), "batch.tag_numbers") << "the layout is WIDE";
}

TEST(LoadMessagesTest, WhatDoesNotFitInABatchIsNamed) {
  const std::vector<std::pair<std::string, std::function<void(v1::RecordBatch&)>>> cases = {
      {"batch.cells", [](v1::RecordBatch& b) { b.add_cells(); }},
      {"batch.cells", [](v1::RecordBatch& b) { b.clear_cells(); }},
      {"batch.cells[0].ends", [](v1::RecordBatch& b) { b.mutable_cells(0)->add_ends(2); }},
      {"batch.cells[0].ends", [](v1::RecordBatch& b) { b.mutable_cells(0)->mutable_ends()->RemoveLast(); }},
      {"batch.cells[0].ends[1]", [](v1::RecordBatch& b) { b.mutable_cells(0)->set_ends(1, 4'000'000'000u); }},
      {"batch.cells[0].ends[1]",
       [](v1::RecordBatch& b) {
         b.mutable_cells(0)->set_ends(0, 2);
         b.mutable_cells(0)->set_ends(1, 1);
       }},
      {"batch.member_ids.codes", [](v1::RecordBatch& b) { b.mutable_member_ids()->set_codes("....", 4); }},
      {"batch.cells[0].codes", [](v1::RecordBatch& b) { b.mutable_cells(0)->set_codes("\0\0", 2); }},
      {"batch.cells[0].codes", [](v1::RecordBatch& b) { b.mutable_cells(0)->set_codes("\0\0\0\0\0", 5); }},
      {"batch.cells[0].codes", [](v1::RecordBatch& b) { b.mutable_cells(0)->set_codes("\1\0\2\0", 4); }},
      {"batch.cells[0].codes", [](v1::RecordBatch& b) { b.mutable_cells(0)->set_codes("\1\0\0\1", 4); }},
      {"batch.cells[0].ends[1]",
       [](v1::RecordBatch& b) {
         b.mutable_cells(0)->set_codes("\0\0\0\0", 4);
         b.mutable_cells(0)->set_ends(1, 3);
       }},
      {"batch.member_ids.text",
       [](v1::RecordBatch& b) { b.mutable_member_ids()->mutable_text()->append("more"); }},
      {"batch.member_ids.ends[0]", [](v1::RecordBatch& b) { b.mutable_member_ids()->clear_text(); }},
      {"batch.cells[0].ends",
       [](v1::RecordBatch& b) {
         b.mutable_cells(0)->clear_text();
         b.mutable_cells(0)->mutable_ends()->Resize(65'537, 0);
         for (uint32_t& end : *b.mutable_cells(0)->mutable_ends()) end = 0;
         b.mutable_cells(0)->set_codes(std::string(4, '\0'));
       }},
      {"batch.lines", [](v1::RecordBatch& b) { b.add_lines(1); }},
      {"batch.rejected[0].reason", [](v1::RecordBatch& b) { b.add_rejected(); }},
  };
  for (const auto& [field, spoil] : cases) {
    v1::RecordBatch batch;
    *batch.mutable_member_ids() = Column({"a", "b"});
    *batch.add_cells() = Column({"x", "y"});
    ASSERT_THAT(DecodeBatch(batch, 1), IsOk());
    spoil(batch);
    EXPECT_EQ(FieldOf(DecodeBatch(batch, 1).status()), field);
  }
}

TEST(LoadMessagesTest, AResultIsToldWhole) {
  index::LoadResult result;
  result.label = "day 1";
  result.published = true;
  result.records = 10;
  result.rejected_records = 2;
  result.rejections = {{index::Rejection::kBadCell, 2}};
  result.first_rejected = {{7, index::Rejection::kBadCell, "`\xff` is not a date"}};
  result.new_members = 8;
  result.member_count = 16;
  result.business_date = absl::CivilDay(2024, 3, 1);
  result.tags = {{"city", 4, 8}};
  result.warnings = {"one"};
  const v1::LoadRecordsResponse response = EncodeLoadResult(result, result.member_count);
  EXPECT_EQ(response.state(), v1::LOAD_STATE_PUBLISHED);
  EXPECT_EQ(response.rejections(0).reason(), v1::REJECTION_REASON_BAD_CELL);
  EXPECT_EQ(response.first_rejected(0).line(), 7u);
  EXPECT_EQ(response.first_rejected(0).message(), "`\xEF\xBF\xBD` is not a date");
  EXPECT_EQ(response.business_date(), "2024-03-01");
  EXPECT_EQ(response.tags(0).coverage(), 0.5);
  EXPECT_EQ(response.warnings(0), "one");
  EXPECT_FALSE(response.has_cells());
  result.cells = index::CellCounts{1, 2, 3};
  result.unknown_records = 4;
  const v1::LoadRecordsResponse counted = EncodeLoadResult(result, result.member_count);
  EXPECT_EQ(counted.cells().changed(), 1u);
  EXPECT_EQ(counted.cells().unchanged(), 2u);
  EXPECT_EQ(counted.cells().dropped(), 3u);
  EXPECT_EQ(counted.unknown_records(), 4u);
  result.published = false;
  EXPECT_EQ(EncodeLoadResult(result, result.member_count).state(), v1::LOAD_STATE_EMPTY);
}

TEST(CatalogMessagesTest, TagsThatDontGoTogetherAreNamed) {
  const std::vector<std::pair<std::string, std::function<void(v1::Tag&)>>> cases = {
      {"tag.kind", [](v1::Tag& t) { t.clear_kind(); }},
      {"tag.kind", [](v1::Tag& t) { t.set_kind(static_cast<v1::TagKind>(99)); }},
      {"tag.scale", [](v1::Tag& t) { t.set_scale(19); }},
      {"tag.scale",
       [](v1::Tag& t) {
         t.set_scale(2);
         t.set_kind(v1::TAG_KIND_DATE);
       }},
      {"tag.weighted", [](v1::Tag& t) { t.set_weighted(true); }},
      {"tag.weight_scale",
       [](v1::Tag& t) {
         t.set_kind(v1::TAG_KIND_MULTI);
         t.set_weight_scale(1);
       }},
      {"tag.weight_scale",
       [](v1::Tag& t) {
         t.set_kind(v1::TAG_KIND_MULTI);
         t.set_weighted(true);
         t.set_weight_scale(19);
       }},
  };
  for (const auto& [field, spoil] : cases) {
    v1::Tag tag;
    tag.set_name("n");
    tag.set_kind(v1::TAG_KIND_NUMBER);
    ASSERT_THAT(DecodeTag(tag, "tag"), IsOk());
    spoil(tag);
    EXPECT_EQ(FieldOf(DecodeTag(tag, "tag").status()), field);
  }
}

TEST(CatalogMessagesTest, KindsComeBack) {
  for (const index::TagKind kind :
       {index::TagKind::kFlag, index::TagKind::kSingle, index::TagKind::kMulti, index::TagKind::kNumber,
        index::TagKind::kDate, index::TagKind::kTimestamp}) {
    EXPECT_EQ(DecodeKind(EncodeKind(kind)), kind);
  }
  EXPECT_FALSE(DecodeKind(v1::TAG_KIND_UNSPECIFIED).has_value());
}

TEST(CatalogMessagesTest, ATagWithItsNumbers) {
  index::Tag tag;
  tag.name = "age";
  tag.kind = index::TagKind::kNumber;
  tag.scale = 1;
  const v1::Tag encoded =
      EncodeTag(tag, {.member_count = 3, .version = 2, .business_date = absl::CivilDay(2024, 1, 2)}, 4);
  EXPECT_EQ(encoded.coverage(), 0.75);
  EXPECT_EQ(encoded.business_date(), "2024-01-02");
  EXPECT_EQ(encoded.version(), 2u);
  EXPECT_EQ(EncodeTag(tag, {}, 0).coverage(), 0.0);
}

}  // namespace
}  // namespace muster::server

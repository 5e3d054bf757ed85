#include "loaders/schema/inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "loaders/schema/cell_shape.h"
#include "loaders/schema/tag_name.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What is inferred of a column of these cells: its kind, with a NUMBER's scale or a MULTI's separator.
std::string Guess(const std::vector<std::string>& cells) {
  Inference inference({"id", "c"}, 0);
  int id = 0;
  for (const std::string& cell : cells) {
    const std::string name = absl::StrCat("m", ++id);
    inference.Take({name, cell});
  }
  EXPECT_FALSE(inference.NeedsSecondReading());
  const TagSchema schema = inference.Schema();
  if (schema.tags.empty()) return absl::StrCat("none: ", inference.Notes().at(0));
  const v1::LoadTag& tag = schema.tags[0].tag;
  if (tag.kind() == v1::TAG_KIND_NUMBER) return absl::StrCat("NUMBER ", tag.scale());
  return KindName(tag.kind()) + tag.separator();
}

TEST(Inference, FindsNumbersWithTheirScale) {
  EXPECT_EQ(Guess({"0", "1", "0"}), "NUMBER 0");
  EXPECT_EQ(Guess({"29.85", "", " 3 ", "-1.5"}), "NUMBER 2");
  EXPECT_EQ(Guess({".5", "+5", "10.00"}), "NUMBER 2");
  EXPECT_EQ(Guess({"123456789012345678"}), "NUMBER 0");
  EXPECT_EQ(Guess({"12345678901234.5000000000"}), "NUMBER 1");
  EXPECT_EQ(Guess({"1234567890123456789"}), "SINGLE");
}

TEST(Inference, TakesDigitsThatAreNamesForText) {
  EXPECT_EQ(Guess({"1", "01234"}), "SINGLE");
  EXPECT_EQ(Guess({"+8613812345678"}), "SINGLE");
  EXPECT_EQ(Guess({"1e5"}), "SINGLE");
  EXPECT_EQ(Guess({"0.5", "0"}), "NUMBER 1");
}

TEST(Inference, FindsDatesTimesAndFlags) {
  EXPECT_EQ(Guess({"2026-01-31", "0001-02-28"}), "DATE");
  EXPECT_EQ(Guess({"2026-02-30"}), "SINGLE");
  EXPECT_EQ(Guess({"2010-12-01 08:26:00", "2026-01-31T23:59:59.123456+08:00"}), "TIMESTAMP");
  EXPECT_EQ(Guess({"2010-12-01 08:26:00", "2026-01-31"}), "SINGLE");
  EXPECT_EQ(Guess({"Yes", "no", "TRUE", "f"}), "FLAG");
  EXPECT_EQ(Guess({"Yes", "No", "No internet service"}), "SINGLE");
  EXPECT_EQ(Guess({"Yes", "1"}), "SINGLE");
}

TEST(Inference, FindsLists) {
  EXPECT_EQ(Guess({"31", "0|31", ""}), "MULTI|");
  EXPECT_EQ(Guess({"运动|音乐", "运动"}), "MULTI|");
  EXPECT_EQ(Guess({"a||b", "c"}), "SINGLE");
  std::vector<std::string> cells(500, "text");
  cells[400] = "one | among many";
  EXPECT_EQ(Guess(cells), "SINGLE");
}

TEST(Inference, LeavesOutWhatCantBeATag) {
  EXPECT_EQ(Guess({"", "  "}), "none: the column 'c' is left out: no cell of it has a value");
  EXPECT_THAT(Guess({std::string(401, 'x')}), HasSubstr("longer than the 400 bytes"));
  Inference inference({"id", ""}, 0);
  inference.Take({"a", "x"});
  EXPECT_THAT(inference.Schema().tags, IsEmpty());
  EXPECT_THAT(inference.Notes(), ElementsAre("column 2 is left out: the header gives it no name"));
}

TEST(Inference, TakesDumpedNullsForMissing) {
  Inference inference({"c", "id"}, 1);
  inference.Take({"\\N", "a"});
  inference.Take({"7", "b"});
  const TagSchema schema = inference.Schema();
  EXPECT_THAT(schema.missing, ElementsAre("\\N"));
  EXPECT_EQ(schema.member_id, "id");
  ASSERT_EQ(schema.tags.size(), 1u);
  EXPECT_EQ(schema.tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
}

TEST(Inference, ContradictingRecordsOfAMemberMakeAMulti) {
  const std::vector<std::vector<absl::string_view>> records = {
      {"a", "1", "x", "UK"}, {"b", "2", "y", "FR"}, {"a", "3", "x", ""}, {"a", "1", "", "UK"}};
  Inference inference({"id", "quantity", "text", "country"}, 0);
  for (const auto& record : records) inference.Take(record);
  ASSERT_TRUE(inference.NeedsSecondReading());
  inference.BeginSecondReading();
  for (const auto& record : records) inference.Take(record);
  const TagSchema schema = inference.Schema();
  ASSERT_EQ(schema.tags.size(), 3u);
  EXPECT_EQ(schema.tags[0].tag.kind(), v1::TAG_KIND_MULTI);
  EXPECT_EQ(schema.tags[0].tag.separator(), "");
  EXPECT_EQ(schema.tags[1].tag.kind(), v1::TAG_KIND_SINGLE);
  EXPECT_EQ(schema.tags[2].tag.kind(), v1::TAG_KIND_SINGLE);
}

TEST(Inference, PassesOverRecordsWithoutAMember) {
  Inference inference({"id", "c"}, 0);
  for (const char* cell : {"1", "2", "text"}) inference.Take({" ", cell});
  EXPECT_FALSE(inference.NeedsSecondReading());
  inference.Take({"a", "3"});
  ASSERT_EQ(inference.Schema().tags.size(), 1u);
  EXPECT_EQ(inference.Schema().tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
}

TEST(Inference, NamesTagsAsTheyMayBeNamed) {
  EXPECT_EQ(TagNameOf("城市 2"), "城市 2");
  EXPECT_EQ(TagNameOf("Price ($)"), "Price");
  EXPECT_EQ(TagNameOf("a/b%c"), "a_b_c");
  EXPECT_EQ(TagNameOf("???"), "");
  EXPECT_EQ(TagNameOf(std::string(200, 'x')), std::string(128, 'x'));
  Inference inference({"id", "a/b", "a%b", "??"}, 0);
  inference.Take({"m", "1", "2", "3"});
  const TagSchema schema = inference.Schema();
  ASSERT_EQ(schema.tags.size(), 3u);
  EXPECT_EQ(schema.tags[0].tag.name(), "a_b");
  EXPECT_EQ(schema.tags[0].column, "a/b");
  EXPECT_EQ(schema.tags[1].tag.name(), "a_b_3");
  EXPECT_EQ(schema.tags[2].tag.name(), "column_4");
}

TEST(CellShape, KnowsTimestamps) {
  for (const char* yes : {"2026-01-31T08:00", "2026-01-31 08:00:01.5", "2026-01-31t08:00:01Z",
                          "2026-01-31T08:00+0800", "2026-01-31T08:00:00-05"}) {
    EXPECT_TRUE(IsTimestamp(yes)) << yes;
  }
  for (const char* no :
       {"2026-01-31", "2026-01-31 24:00:00", "2026-01-31 08:60", "2026-01-31 08:00:01.",
        "2026-01-31 08:00:01.1234567", "2026-01-31 08:00:00+8", "2026-13-01 08:00", "2026-01-31_08:00"}) {
    EXPECT_FALSE(IsTimestamp(no)) << no;
  }
}

}  // namespace
}  // namespace muster::loaders

#include "loaders/schema/inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "loaders/schema/cell_shape.h"

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
    inference.Take(static_cast<uint64_t>(id) + 1, {name, cell});
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
  EXPECT_EQ(Guess({"2010-12-01 08:26:00", "2026-01-31"}), "TIMESTAMP");  // a date alone is its midnight
  EXPECT_EQ(Guess({"2026-01-31", "2010-12-01 08:26:00"}), "TIMESTAMP");
  EXPECT_EQ(Guess({"Yes", "no", "TRUE", "f"}), "FLAG");
  EXPECT_EQ(Guess({"Yes", "No", "No internet service"}), "SINGLE");
  EXPECT_EQ(Guess({"Yes", "1"}), "SINGLE");
}

TEST(Inference, LettersAreAFlagWhenBothAreThere) {
  EXPECT_EQ(Guess({"Y", "n", "y"}), "FLAG");
  EXPECT_EQ(Guess({"T", "F"}), "FLAG");
  EXPECT_EQ(Guess({"F", "F"}), "SINGLE");
  EXPECT_EQ(Guess({"f", "F", "N"}), "SINGLE");
  EXPECT_EQ(Guess({"Y", "Y", "true"}), "FLAG");
  EXPECT_EQ(Guess({"false", "false"}), "FLAG");
  EXPECT_EQ(Guess({"F", "M"}), "SINGLE");
}

TEST(Inference, FindsLists) {
  EXPECT_EQ(Guess({"31", "0|31", ""}), "MULTI|");
  EXPECT_EQ(Guess({"运动|音乐", "运动"}), "MULTI|");
  EXPECT_EQ(Guess({"a||b", "c"}), "SINGLE");
  std::vector<std::string> cells(500, "text");
  cells[400] = "one | among many";
  EXPECT_EQ(Guess(cells), "SINGLE");
  // A list may be longer than a value, and a text may not.
  const std::string long_list = std::string(300, 'x') + "|" + std::string(300, 'y');
  EXPECT_EQ(Guess({long_list, "a"}), "MULTI|");
  cells[400] = long_list;
  EXPECT_THAT(Guess(cells), HasSubstr("none: the column 'c' is left out"));
  EXPECT_EQ(Guess({"[\"a\",\"b\"]", "[]", "[1, 2]"}), "MULTI");
  EXPECT_EQ(Guess({"[\"a\"]", "[see below]"}), "SINGLE");
}

TEST(Inference, LeavesOutWhatCantBeATag) {
  EXPECT_THAT(Guess({"", "  "}), HasSubstr("none: the column 'c' is left out: no cell of it has a value"));
  EXPECT_THAT(Guess({"x", std::string(401, 'x')}), HasSubstr("in line 3 is longer than the 400 bytes"));
  EXPECT_THAT(Guess({std::string(401, '1')}), HasSubstr("longer than the 400 bytes"));
  Inference inference({"id", ""}, 0);
  inference.Take(2, {"a", "x"});
  EXPECT_THAT(inference.Schema().tags, IsEmpty());
  EXPECT_THAT(inference.Notes(), ElementsAre(HasSubstr("column 2 is left out: the header gives it no name")));
}

TEST(Inference, TakesDumpedNullsForMissing) {
  Inference inference({"c", "id"}, 1);
  inference.Take(2, {"\\N", "a"});
  inference.Take(3, {"7", "b"});
  inference.Take(4, {"x", "\\N"});  // no member
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
  for (size_t i = 0; i < records.size(); ++i) inference.Take(i + 2, records[i]);
  ASSERT_TRUE(inference.NeedsSecondReading());
  inference.BeginSecondReading();
  for (size_t i = 0; i < records.size(); ++i) inference.Take(i + 2, records[i]);
  const TagSchema schema = inference.Schema();
  ASSERT_EQ(schema.tags.size(), 3u);
  EXPECT_EQ(schema.tags[0].tag.kind(), v1::TAG_KIND_MULTI);
  EXPECT_EQ(schema.tags[0].tag.separator(), "");
  EXPECT_EQ(schema.tags[1].tag.kind(), v1::TAG_KIND_SINGLE);
  EXPECT_EQ(schema.tags[2].tag.kind(), v1::TAG_KIND_SINGLE);
  EXPECT_THAT(
      inference.Notes(),
      ElementsAre("4 records name 2 members, so 'quantity' is MULTI, one value a record: 'a' in line 4 is "
                  "the first to differ; if each member should have one record, look at the ids"));
}

TEST(Inference, TheSameValueWrittenTwiceIsNoContradiction) {
  const std::vector<std::vector<absl::string_view>> records = {
      {"a", "1", "true", "2026-01-31 08:00:00Z", "e\xcc\x81", "NULL"},
      {"a", "1.0", "Yes", "2026-01-31T09:00:00+01:00", "\xc3\xa9", "5"}};
  Inference inference({"id", "n", "f", "t", "s", "null"}, 0);
  for (int reading = 0; reading < 2; ++reading) {
    if (reading == 1) inference.BeginSecondReading();
    for (size_t i = 0; i < records.size(); ++i) inference.Take(i + 2, records[i]);
  }
  std::vector<std::string> kinds;
  for (const SchemaTag& tag : inference.Schema().tags) kinds.push_back(KindName(tag.tag.kind()));
  EXPECT_THAT(kinds, ElementsAre("NUMBER", "FLAG", "TIMESTAMP", "SINGLE", "NUMBER"));
}

TEST(Inference, PassesOverRecordsWithoutAMember) {
  Inference inference({"id", "c"}, 0);
  for (const char* cell : {"1", "2", "text"}) inference.Take(2, {" ", cell});
  EXPECT_FALSE(inference.NeedsSecondReading());
  EXPECT_THAT(inference.Notes(), IsEmpty());
  inference.Take(5, {"a", "3"});
  ASSERT_EQ(inference.Schema().tags.size(), 1u);
  EXPECT_EQ(inference.Schema().tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
}

TEST(CellShape, KnowsTimestampsOfOtherPrograms) {
  for (const char* yes : {"2026-01-31T08:00", "2026-01-31 08:00:01.5", "2026-01-31t08:00:01Z",
                          "2026-01-31T08:00+0800", "2026-01-31T08:00:00-05", "2015-01-27 07:58:00.0000000",
                          "2015-05-20 21:34:02 UTC", "2015-01-27 07:58:00 +0800", "2026-01-31"}) {
    EXPECT_TRUE(IsTimestamp(yes)) << yes;
  }
  for (const char* no :
       {"2026-01-31 24:00:00", "2026-01-31 08:60", "2026-01-31 08:00:01.", "2026-01-31 08:00:01.1234567",
        "2026-01-31 08:00:00+8", "2026-13-01 08:00", "2026-01-31_08:00", "20260131"}) {
    EXPECT_FALSE(IsTimestamp(no)) << no;
  }
}

TEST(CellShape, KnowsNumbersThatSpreadsheetsShortened) {
  for (const char* yes : {"6.21E+17", "1E+5", "1,23E+11", "9.9e-07"}) EXPECT_TRUE(IsScientific(yes)) << yes;
  for (const char* no : {"", "E+5", "1E5", "5e12", "1.2.3E+4", "1E+", "1E+x", "x1E+5", "1E+1234"}) {
    EXPECT_FALSE(IsScientific(no)) << no;
  }
}

}  // namespace
}  // namespace muster::loaders

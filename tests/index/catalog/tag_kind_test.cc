// Checks the table of kinds row by row against the rules (docs/semantics.md, rules 5, 8 and 17).
#include "index/catalog/tag_kind.h"

#include "gtest/gtest.h"
#include "index/bitmap/row_id.h"

namespace muster::index {
namespace {

TEST(TagKinds, EachKindsRow) {
  const auto row = [](TagKind kind) {
    const TagKindTraits& traits = TraitsOf(kind);
    std::string said = traits.name;
    if (traits.has_texts) said += " texts";
    if (traits.has_values) said += " values";
    if (traits.is_numeric) said += " numeric";
    if (traits.has_scale) said += " scale";
    if (traits.has_format) said += " format";
    if (traits.has_several) said += " several";
    if (traits.has_weights) said += " weights";
    return said;
  };
  EXPECT_EQ(row(TagKind::kFlag), "FLAG values");
  EXPECT_EQ(row(TagKind::kSingle), "SINGLE texts values");
  EXPECT_EQ(row(TagKind::kMulti), "MULTI texts values several weights");
  EXPECT_EQ(row(TagKind::kNumber), "NUMBER numeric scale");
  EXPECT_EQ(row(TagKind::kDate), "DATE numeric format");
  EXPECT_EQ(row(TagKind::kTimestamp), "TIMESTAMP numeric format");
}

// A member of any kind has values of it that are listed, or numbers that are ordered.
TEST(TagKinds, HaveValuesOrNumbers) {
  for (size_t number = 1; number < std::size(kTagKinds); ++number)
    EXPECT_NE(kTagKinds[number].has_values, kTagKinds[number].is_numeric) << kTagKinds[number].name;
}

TEST(TagKinds, NumbersThatAreNoKind) {
  EXPECT_FALSE(IsTagKind(0));
  EXPECT_TRUE(IsTagKind(static_cast<uint64_t>(TagKind::kTimestamp)));
  EXPECT_FALSE(IsTagKind(static_cast<uint64_t>(TagKind::kTimestamp) + 1));
  EXPECT_FALSE(IsTagKind(~uint64_t{0}));
}

TEST(TagKinds, StoredValuesAsText) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &zone));
  EXPECT_EQ(StoredValueText(TagKind::kFlag, kTrueValue, {}), "true");
  EXPECT_EQ(StoredValueText(TagKind::kFlag, kOwnValue, {}), "false");
  EXPECT_EQ(StoredValueText(TagKind::kNumber, -1250, {.scale = 3}), "-1.250");
  EXPECT_EQ(StoredValueText(TagKind::kNumber, 1250, {}), "1250");
  EXPECT_EQ(StoredValueText(TagKind::kDate, 0, {}), "1900-01-01");
  EXPECT_EQ(StoredValueText(TagKind::kTimestamp, 0, {.zone = zone}).substr(0, 19), "1970-01-01T08:00:00");
}

}  // namespace
}  // namespace muster::index

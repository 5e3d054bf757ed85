// Parses single cells of one value. cell_reader_test.cc tests how loads use them.
#include "index/loading/plan/scalar_cell.h"

#include <optional>
#include <random>
#include <string>

#include "absl/numeric/int128.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;

// Digit by digit, with numbers that are wide enough: nothing where more digits than the scale has count, or
// the number is out of range.
std::optional<int64_t> ReferenceNumber(const std::string& cell, int scale) {
  size_t at = 0;
  const bool negative = !cell.empty() && cell[0] == '-';
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+')) ++at;
  absl::int128 value = 0;
  int decimals = -1, digits = 0, left = scale;
  for (; at < cell.size(); ++at) {
    if (cell[at] == '.') {
      if (decimals >= 0) return std::nullopt;
      decimals = 0;
      continue;
    }
    if (cell[at] < '0' || cell[at] > '9') return std::nullopt;
    ++digits;
    if (decimals >= 0 && ++decimals > scale) {
      if (cell[at] != '0') return std::nullopt;
      continue;
    }
    value = value * 10 + (cell[at] - '0');
    if (value > absl::int128(kMaxNumber)) return std::nullopt;
    if (decimals > 0) --left;
  }
  if (digits == 0 || decimals == 0) return std::nullopt;
  for (; left > 0; --left) value *= 10;
  if (value > absl::int128(kMaxNumber)) return std::nullopt;
  return static_cast<int64_t>(negative ? -value : value);
}

TEST(NumberCellTest, RandomCellsAreTheReferences) {
  std::mt19937 random(3);
  int read = 0, refused = 0;
  for (int round = 0; round < 200'000; ++round) {
    const int scale = static_cast<int>(random() % 19);
    std::string cell;
    if (random() % 3 == 0) cell += random() % 2 == 0 ? '-' : '+';
    for (uint32_t i = random() % (random() % 5 == 0 ? 22 : 5); i > 0; --i)
      cell += static_cast<char>('0' + random() % 10);
    if (random() % 2 == 0) {
      cell += '.';
      for (uint32_t i = random() % 5; i > 0; --i) cell += static_cast<char>('0' + random() % 10);
      cell.append(random() % 4, '0');
    }
    if (random() % 50 == 0) cell += "x, e"[random() % 4];
    const std::optional<int64_t> expected = ReferenceNumber(cell, scale);
    NumberNotation notation;
    notation.scale = scale;
    ASSERT_EQ(ReadNumberCell(cell, notation), expected) << "'" << cell << "' with the scale " << scale;
    ++(expected.has_value() ? read : refused);
    if (!expected.has_value()) {
      EXPECT_NE(ExplainNumberCell(cell, notation), "") << cell;
    }
  }
  EXPECT_GT(read, 20'000);
  EXPECT_GT(refused, 20'000);
}

TEST(NumberCellTest, TooManyDigitsNameTheMend) {
  NumberNotation notation{.scale = 1, .tag = "price", .population = "shop"};
  EXPECT_THAT(ExplainNumberCell("1.25", notation), HasSubstr(WideningOf("price", 2, "shop")));
  EXPECT_THAT(WideningOf("price", 2, "shop"), HasSubstr("muster tags set price --scale 2"));
}

TEST(CellFormatTest, EachKindTakesItsNotations) {
  EXPECT_EQ(ParseCellFormat(TagKind::kDate, "")->notation, CellNotation::kIso);
  EXPECT_EQ(ParseCellFormat(TagKind::kDate, "yyyy-mm-dd")->notation, CellNotation::kIso);
  EXPECT_EQ(ParseCellFormat(TagKind::kDate, "yyyymmdd")->notation, CellNotation::kYyyymmdd);
  EXPECT_EQ(ParseCellFormat(TagKind::kDate, "epoch_s")->notation, CellNotation::kEpochSeconds);
  EXPECT_EQ(ParseCellFormat(TagKind::kTimestamp, "iso8601")->notation, CellNotation::kIso);
  EXPECT_EQ(ParseCellFormat(TagKind::kTimestamp, "epoch_ms")->notation, CellNotation::kEpochMillis);
  EXPECT_EQ(ParseCellFormat(TagKind::kTimestamp, "epoch_us")->notation, CellNotation::kEpochMicros);
  EXPECT_EQ(ParseCellFormat(TagKind::kDate, "%d/%m/%Y")->notation, CellNotation::kPattern);
  const auto refused = [](TagKind kind, const char* format) {
    const absl::Status status = ParseCellFormat(kind, format).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << format;
    EXPECT_EQ(ReasonOf(status), Reason::kBadRequest) << format;
    return std::string(status.message());
  };
  EXPECT_THAT(refused(TagKind::kNumber, "epoch_s"), HasSubstr("only DATE and TIMESTAMP tags take one"));
  EXPECT_THAT(refused(TagKind::kDate, "epoch_us"), HasSubstr("a DATE takes yyyy-mm-dd"));
  EXPECT_THAT(refused(TagKind::kTimestamp, "yyyymmdd"), HasSubstr("a TIMESTAMP takes iso8601"));
  refused(TagKind::kDate, "%q");
}

TEST(ScalarCellTest, WhatIsNotReadIsExplained) {
  for (const TagKind kind : {TagKind::kFlag, TagKind::kNumber, TagKind::kDate, TagKind::kTimestamp}) {
    const ScalarCell cell(kind, {.tag = "t", .population = "p"}, {}, absl::UTCTimeZone());
    for (const char* text :
         {"", "x", "1.5.2", "2026-02-30", "9999999999999999999999", "2026-01-01T25:00:00"}) {
      if (cell.Read(text).has_value()) continue;
      EXPECT_NE(cell.Explain(text), "") << TagKindName(kind) << " '" << text << "'";
    }
  }
  const ScalarCell flag(TagKind::kFlag, {}, {}, absl::UTCTimeZone());
  EXPECT_EQ(flag.Read("Yes"), 1);
  EXPECT_EQ(flag.Read("f"), 0);
  EXPECT_EQ(flag.Read("ja"), std::nullopt);
  const ScalarCell date(TagKind::kDate, {}, {}, absl::UTCTimeZone());
  EXPECT_EQ(date.Read("1900-01-02"), 1);
  EXPECT_EQ(date.Read("1899-12-31"), -1);
  EXPECT_EQ(date.Read("1900-1-2"), std::nullopt);
}

}  // namespace
}  // namespace muster::index

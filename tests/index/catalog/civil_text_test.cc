#include "index/catalog/civil_text.h"

#include <gtest/gtest.h>

namespace muster::index {
namespace {

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

TEST(CivilTextTest, ReadsDatesThatExist) {
  EXPECT_EQ(DayNumber(ParseDate("1900-01-01").value()), 0);
  EXPECT_EQ(DayNumber(ParseDate("1899-12-31").value()), -1);
  EXPECT_EQ(DayNumber(ParseDate("2024-02-29").value()), 45349);
  EXPECT_EQ(DateText(ParseDate("0001-01-01").value()), "0001-01-01");
  EXPECT_EQ(DateNumberText(DayNumber(ParseDate("9999-12-31").value())), "9999-12-31");
  for (const char* bad :
       {"", "2023-02-29", "2023-13-01", "2023-00-10", "2023-01-00", "0000-01-01", "10000-01-01", "2023-1-1",
        "20230101", "2023-01-01 ", " 2023-01-01", "2023/01/01", "-001-01-01"}) {
    EXPECT_EQ(ParseDate(bad), std::nullopt) << bad;
  }
}

TEST(CivilTextTest, AnyDayNumberPrints) {
  EXPECT_EQ(DateNumberText(0), "1900-01-01");
  EXPECT_EQ(DateNumberText(kMaxNumber), "day 9223372036854775807");
}

TEST(CivilTextTest, ReadsTimestamps) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00", utc), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01 00:00", utc), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:01.5", utc), 1'500'000);
  EXPECT_EQ(ParseTimestamp("1969-12-31T23:59:59.999999Z", utc), -1);
  EXPECT_EQ(ParseTimestamp("1970-01-01T08:00:00+08:00", utc), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T08:00:00+0800", utc), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T08:00:00+08", utc), 0);
  EXPECT_EQ(ParseTimestamp("1969-12-31T19:30:00-04:30", utc), 0);
  EXPECT_EQ(ParseTimestamp("1970-01-01T08:00:00", Zone("Asia/Shanghai")), 0);
  for (const char* bad :
       {"", "1970-01-01", "1970-01-01T", "1970-01-01T24:00:00", "1970-01-01T00:60", "1970-01-01T00:00:60",
        "1970-01-01T00:00:00.", "1970-01-01T00:00:00.1234567", "1970-01-01T00:00:00+8",
        "1970-01-01T00:00:00 Z", "1970-01-01T00:00:00+08:00x", "1970-02-30T00:00:00", "1970-01-01  00:00"}) {
    EXPECT_EQ(ParseTimestamp(bad, utc), std::nullopt) << bad;
  }
}

TEST(CivilTextTest, ClockChangesFollowTheRule) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  // 02:30 doesn't exist on this day: the later instant, 03:30 summer time.
  EXPECT_EQ(ParseTimestamp("2026-03-29T02:30:00", berlin),
            ParseTimestamp("2026-03-29T03:30:00+02:00", berlin));
  // 02:30 comes twice on this day: the earlier instant, still summer time.
  EXPECT_EQ(ParseTimestamp("2026-10-25T02:30:00", berlin),
            ParseTimestamp("2026-10-25T02:30:00+02:00", berlin));
}

TEST(CivilTextTest, TimestampsPrintAsTheyAreRead) {
  for (const char* zone_name : {"UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin"}) {
    const absl::TimeZone zone = Zone(zone_name);
    for (const int64_t micros : {int64_t{0}, int64_t{-1}, int64_t{1'500'000}, int64_t{1'769'842'800'000'000},
                                 int64_t{-62'135'596'800'000'000}, int64_t{-3'000'000'000'000'000}}) {
      const std::string text = TimestampText(micros, zone);
      EXPECT_EQ(ParseTimestamp(text, absl::UTCTimeZone()), micros) << zone_name << " " << text;
    }
  }
  EXPECT_EQ(TimestampText(0, absl::UTCTimeZone()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(TimestampText(250'000, Zone("Asia/Shanghai")), "1970-01-01T08:00:00.25+08:00");
  EXPECT_EQ(TimestampText(0, Zone("America/St_Johns")), "1969-12-31T20:30:00-03:30");
}

TEST(CivilTextTest, DaysBeginWhenTheClockSaysSo) {
  EXPECT_EQ(StartOfDayMicros(absl::CivilDay(1970, 1, 2), Zone("Asia/Shanghai")),
            int64_t{16} * 3600 * 1'000'000);
  // Midnight was skipped in São Paulo on this day: it began at 01:00.
  EXPECT_EQ(StartOfDayMicros(absl::CivilDay(2018, 11, 4), Zone("America/Sao_Paulo")),
            ParseTimestamp("2018-11-04T01:00:00-02:00", absl::UTCTimeZone()));
}

void ExpectDecimal(const char* text, int scale, int64_t floor, bool exact, int overflow = 0) {
  const std::optional<ScaledDecimal> decimal = ParseDecimal(text, scale);
  ASSERT_TRUE(decimal.has_value()) << text;
  EXPECT_EQ(decimal->floor, floor) << text;
  EXPECT_EQ(decimal->exact, exact) << text;
  EXPECT_EQ(decimal->overflow, overflow) << text;
}

TEST(CivilTextTest, DecimalsAreScaledExactly) {
  ExpectDecimal("30", 0, 30, true);
  ExpectDecimal("30.5", 0, 30, false);
  ExpectDecimal("-30.5", 0, -31, false);
  ExpectDecimal("30.50", 1, 305, true);
  ExpectDecimal("30.0000000000000000000000000000", 0, 30, true);
  ExpectDecimal(".5", 2, 50, true);
  ExpectDecimal("+5", 2, 500, true);
  ExpectDecimal("-0", 3, 0, true);
  ExpectDecimal("-0.001", 2, -1, false);
  ExpectDecimal("000000000000000000000000000007", 0, 7, true);
}

TEST(CivilTextTest, DecimalsBeyondTheRangeSayWhere) {
  ExpectDecimal("9223372036854775807", 0, kMaxNumber, true);
  ExpectDecimal("-9223372036854775807", 0, kMinNumber, true);
  ExpectDecimal("9223372036854775807.5", 0, kMaxNumber, false, 1);
  ExpectDecimal("-9223372036854775807.5", 0, kMinNumber, false, -1);
  ExpectDecimal("9223372036854775808", 0, kMaxNumber, false, 1);
  ExpectDecimal("-9223372036854775808", 0, kMinNumber, false, -1);
  ExpectDecimal("10", 18, kMaxNumber, false, 1);
  ExpectDecimal("9.223372036854775807", 18, kMaxNumber, true);
  const std::string nines(5000, '9');
  ExpectDecimal(nines.c_str(), 18, kMaxNumber, false, 1);
}

TEST(CivilTextTest, WhatIsNotADecimalIsRefused) {
  for (const char* bad :
       {"", "-", "+", ".", "5.", "-.", "1e5", "1,000", " 1", "1 ", "--1", "+-1", "0x10", "1.2.3", "NaN"}) {
    EXPECT_EQ(ParseDecimal(bad, 2), std::nullopt) << bad;
  }
}

TEST(CivilTextTest, DecimalsPrintWithTheirScale) {
  EXPECT_EQ(DecimalText(1250, 2), "12.50");
  EXPECT_EQ(DecimalText(-5, 2), "-0.05");
  EXPECT_EQ(DecimalText(0, 0), "0");
  EXPECT_EQ(DecimalText(7, 18), "0.000000000000000007");
  EXPECT_EQ(DecimalText(kMinNumber, 0), "-9223372036854775807");
  EXPECT_EQ(ParseDecimal(DecimalText(kMinNumber, 18), 18)->floor, kMinNumber);
}

}  // namespace
}  // namespace muster::index

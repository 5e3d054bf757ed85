#include "text/civil_text.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"

namespace muster {
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

TEST(CivilTextTest, ADateHasAShapeWhateverItsDay) {
  for (const char* shaped : {"2026-01-31", "2026-02-31", "0000-00-00"}) EXPECT_TRUE(IsDateShaped(shaped));
  for (const char* other : {"", "2026-1-31", "2026-01-31 ", "2026/01/31", "2026-01-3x", "20260131"})
    EXPECT_FALSE(IsDateShaped(other)) << other;
}

TEST(CivilTextTest, AnyDayNumberPrints) {
  EXPECT_EQ(DateNumberText(0), "1900-01-01");
  EXPECT_EQ(DateNumberText(std::numeric_limits<int64_t>::max()), "day 9223372036854775807");
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
  for (const char* bad : {"",
                          "1970-01-01T",
                          "1970-01-01 ",
                          "1970-01-01T24:00:00",
                          "1970-01-01T00:60",
                          "1970-01-01T00:00:60",
                          "1970-01-01T00:00:00.",
                          "1970-01-01T00:00:00+8",
                          "1970-01-01T00:00:00+08:00x",
                          "1970-01-01T00:00:00+08:0",
                          "1970-01-01T00:00:00+08:00:0",
                          "1970-01-01T00:00:00+08:0000",
                          "1970-01-01T00:00:00+24",
                          "1970-01-01T00:00:00+08:60",
                          "1970-01-01T00:00:00+08:00:60",
                          "1970-01-01T00:00:00  Z",
                          "1970-01-01T00:00:00 ",
                          "1970-01-01T00:00:00 GMT",
                          "1970-01-01T00:00:00UTCx",
                          "1970-01-01Z",
                          "1970-01-01 UTC",
                          "1970-01-01 +08",
                          "1970-02-30T00:00:00",
                          "1970-01-01  00:00",
                          "1970-01-01 0:00:00",
                          "1970-01-01T00:00:00,5"}) {
    EXPECT_EQ(ParseTimestamp(bad, utc), std::nullopt) << bad;
  }
}

// What SQL Server, BigQuery, Java and Python print.
TEST(CivilTextTest, ReadsTimestampsOfOtherSystems) {
  const absl::TimeZone shanghai = Zone("Asia/Shanghai");
  const int64_t want = *ParseTimestamp("2015-01-26T23:58:00Z", shanghai);
  for (const char* text :
       {"2015-01-27 07:58:00.0000000", "2015-01-27 07:58:00.000000000", "2015-01-27 07:58:00.0",
        "2015-01-27 07:58:00.0000000 +08:00", "2015-01-26 23:58:00 UTC", "2015-01-26 23:58:00UTC",
        "2015-01-26 23:58:00 utc", "2015-01-26T23:58:00 Z", "2015-01-26t23:58:00z",
        "2015-01-27 07:58:00 +0800", "2015-01-27 07:58:00+0800", "2015-01-27 07:58:00 +08",
        "2015-01-27T07:58+08:00", "2015-01-27 07:58", "2015-01-26 23:58:00.000000+00",
        "2015-01-27T08:03:43+08:05:43", "2015-01-27T08:03:43+080543", "2015-01-26T23:58:00-00:00"}) {
    EXPECT_EQ(ParseTimestamp(text, shanghai), want) << text;
  }
  EXPECT_EQ(ParseTimestamp("2015-01-27 07:58:00.1234560", shanghai), want + 123'456);
  EXPECT_EQ(ParseTimestamp("2015-01-27 07:58:00.123456000", shanghai), want + 123'456);
  EXPECT_EQ(ParseTimestamp("2015-01-27", shanghai), want - int64_t{(7 * 60 + 58) * 60} * 1'000'000);
  int64_t micros = 0;
  for (const char* fine :
       {"2015-01-27 07:58:00.1234567", "2015-01-27 07:58:00.000000001", "2015-01-27 07:58:00.0000000000"}) {
    EXPECT_EQ(ReadTimestamp(fine, shanghai, micros), TimestampFault::kPrecision) << fine;
  }
}

// A date alone is its midnight, where there is one.
TEST(CivilTextTest, ADateAloneBeginsWhereTheDayDoes) {
  for (const char* zone : {"UTC", "America/Sao_Paulo", "America/Havana", "Asia/Shanghai"}) {
    for (absl::CivilDay day(2018, 1, 1); day < absl::CivilDay(2019, 1, 1); ++day) {
      EXPECT_EQ(ParseTimestamp(DateText(day), Zone(zone)), StartOfDayMicros(day, Zone(zone)))
          << zone << " " << DateText(day);
    }
  }
}

// Every offset at both ends of the range: in range is what lies in the years 0001 to 9999 of UTC.
TEST(CivilTextTest, TheRangeOfTimestampsIsThatOfUtc) {
  const int64_t first = *ParseTimestamp("0001-01-01T00:00:00Z", absl::UTCTimeZone());
  const int64_t last = *ParseTimestamp("9999-12-31T23:59:59.999999Z", absl::UTCTimeZone());
  EXPECT_TRUE(IsTimestampInRange(first) && !IsTimestampInRange(first - 1));
  EXPECT_TRUE(IsTimestampInRange(last) && !IsTimestampInRange(last + 1));
  constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;
  for (int minutes = -(23 * 60 + 59); minutes <= 23 * 60 + 59; ++minutes) {
    const std::string offset = absl::StrFormat("%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                                               std::abs(minutes) % 60);
    const int64_t shift = int64_t{minutes} * 60 * 1'000'000;
    const auto expect = [&](const char* local, int64_t utc) {
      int64_t micros = 0;
      const TimestampFault fault = ReadTimestamp(local + offset, Zone("Asia/Shanghai"), micros);
      const bool in_range = utc - shift >= first && utc - shift <= last;
      EXPECT_EQ(fault, in_range ? TimestampFault::kNone : TimestampFault::kRange) << local << offset;
      if (in_range) {
        EXPECT_EQ(micros, utc - shift) << local << offset;
      }
    };
    expect("0001-01-01T00:00:00", first);
    expect("0001-01-01T23:59:59.999999", first + kDayMicros - 1);
    expect("9999-12-31T00:00:00", last + 1 - kDayMicros);
    expect("9999-12-31T23:59:59.999999", last);
  }
  // Without an offset the zone's counts: local mean time before 1901 was 08:05:43.
  int64_t micros = 0;
  EXPECT_EQ(ReadTimestamp("0001-01-01T08:05:42.999999", Zone("Asia/Shanghai"), micros),
            TimestampFault::kRange);
  EXPECT_EQ(ParseTimestamp("0001-01-01T08:05:43", Zone("Asia/Shanghai")), first);
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
  const int64_t first = *ParseTimestamp("0001-01-01T00:00:00Z", absl::UTCTimeZone());
  const int64_t last = *ParseTimestamp("9999-12-31T23:59:59.999999Z", absl::UTCTimeZone());
  for (const char* zone_name : {"UTC", "Asia/Shanghai", "America/St_Johns", "Europe/Berlin",
                                "Africa/Monrovia", "Pacific/Apia", "America/Juneau"}) {
    const absl::TimeZone zone = Zone(zone_name);
    std::vector<int64_t> instants = {0, -1, 1'500'000, 1'769'842'800'000'000, -3'000'000'000'000'000};
    for (const int64_t end : {first, last}) {
      for (int64_t hour = -30; hour <= 30; ++hour) {
        const int64_t micros = end + hour * 3'600'000'000 + hour;
        if (IsTimestampInRange(micros)) instants.push_back(micros);
      }
    }
    for (const int64_t micros : instants) {
      const std::string text = TimestampText(micros, zone);
      EXPECT_EQ(ParseTimestamp(text, zone), micros) << zone_name << " " << text;
    }
  }
  // An offset with seconds is printed as it was; a year that isn't one of 0001 to 9999 is avoided.
  EXPECT_EQ(TimestampText(-3'000'000'000'000'000, Zone("Asia/Shanghai")), "1874-12-08T02:45:43+08:05:43");
  EXPECT_EQ(TimestampText(-3'000'000'000'000'000, Zone("Africa/Monrovia")), "1874-12-07T17:56:52-00:43:08");
  EXPECT_EQ(TimestampText(last, Zone("Asia/Shanghai")), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(TimestampText(first, Zone("America/Juneau")), "0001-01-01T15:02:19+15:02:19");
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

}  // namespace
}  // namespace muster

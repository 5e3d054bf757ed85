// Birthdays as numbers, compared with the day of each number.
#include "query/planning/birthday_numbers.h"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "text/civil_text.h"

namespace muster::query {
namespace {

// A day of a leap year, and the number of days that follow.
struct Stretch {
  int month = 1;
  int day = 1;
  int ahead = 0;
};

YearDays DaysOf(std::initializer_list<Stretch> stretches) {
  YearDays days;
  for (const Stretch& stretch : stretches) {
    for (int i = 0; i <= stretch.ahead; ++i) days.Add(absl::CivilDay(2000, stretch.month, stretch.day) + i);
  }
  return days;
}

// Alone and in stretches, around the leap day and around the turn of the year.
const std::vector<YearDays>& Samples() {
  static const std::vector<YearDays> samples = {
      DaysOf({{5, 17, 0}}),
      DaysOf({{2, 29, 0}}),
      DaysOf({{2, 28, 0}}),
      DaysOf({{2, 29, 1}}),
      DaysOf({{2, 27, 4}}),
      DaysOf({{3, 1, 9}, {12, 31, 1}}),
      DaysOf({{12, 25, 30}}),
      DaysOf({{1, 1, 365}}),
      DaysOf({{1, 1, 58}, {3, 1, 305}}),  // all but the leap day
  };
  return samples;
}

bool Has(const std::vector<NumberInterval>& intervals, int64_t number) {
  return std::any_of(intervals.begin(), intervals.end(), [number](const NumberInterval& interval) {
    return interval.low <= number && number <= interval.high;
  });
}

void ExpectAscending(const std::vector<NumberInterval>& intervals) {
  for (size_t i = 0; i < intervals.size(); ++i) {
    ASSERT_LE(intervals[i].low, intervals[i].high);
    if (i > 0) {
      ASSERT_LT(intervals[i - 1].high, intervals[i].low);
    }
  }
}

TEST(BirthdayNumbersTest, HoldEveryDayThatTheSlicesHold) {
  for (const YearDays& days : Samples()) {
    for (const int bits : {0, 1, 9, 16}) {
      const std::vector<NumberInterval> intervals = NumbersOf({.magnitude_bits = bits, .days = days});
      ExpectAscending(intervals);
      const int64_t end = int64_t{1} << bits;
      size_t at = 0;  // the first interval that ends at the number or later
      for (int64_t number = 1 - end; number < end; ++number) {
        while (at < intervals.size() && intervals[at].high < number) ++at;
        const bool held = at < intervals.size() && intervals[at].low <= number;
        ASSERT_EQ(held, days.Holds(YearDays::PlaceOf(DayOfNumber(number)))) << DateNumberText(number);
      }
    }
  }
}

TEST(BirthdayNumbersTest, WithoutABoundHoldTheFirstAndTheLastYear) {
  for (const int bits : {22, 40, index::kMagnitudeBits}) {
    const std::vector<NumberInterval> intervals =
        NumbersOf({.magnitude_bits = bits, .days = DaysOf({{12, 31, 1}})});
    ExpectAscending(intervals);
    for (const absl::CivilDay day : {absl::CivilDay(1, 1, 1), absl::CivilDay(9999, 12, 31)}) {
      EXPECT_TRUE(Has(intervals, DayNumber(day)));
      EXPECT_FALSE(Has(intervals, DayNumber(day) + (day.year() == 1 ? 1 : -1)));
    }
  }
}

// Also where clocks change at midnight, the offset is no whole hour, and a day was left out.
TEST(BirthdayNumbersTest, TimesAreOnTheirZonesDays) {
  std::mt19937_64 random(17);
  constexpr int kBits = 51;  // 1970 ± 71 years
  for (const char* name :
       {"UTC", "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe",
        "Asia/Kathmandu", "Pacific/Apia", "America/Havana", "Africa/Cairo"}) {
    absl::TimeZone zone;
    ASSERT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
    for (const YearDays& days : Samples()) {
      const std::vector<NumberInterval> intervals =
          NumbersOf({.magnitude_bits = kBits, .days = days, .zone = zone});
      ExpectAscending(intervals);
      const auto expect_right = [&](int64_t micros) {
        const absl::CivilDay day(zone.At(absl::FromUnixMicros(micros)).cs);
        ASSERT_EQ(Has(intervals, micros), days.Holds(YearDays::PlaceOf(day))) << name << " " << micros;
      };
      for (int i = 0; i < 300; ++i) {
        const auto most = int64_t{1} << kBits;
        expect_right(static_cast<int64_t>(random() % static_cast<uint64_t>(2 * most - 1)) - most + 1);
      }
      for (size_t i = 1; i + 1 < intervals.size(); i += 7) {
        for (const int64_t edge :
             {intervals[i].low - 1, intervals[i].low, intervals[i].high, intervals[i].high + 1})
          expect_right(edge);
      }
    }
  }
}

}  // namespace
}  // namespace muster::query

#include "query/tree/year_days.h"

#include "gtest/gtest.h"

namespace muster::query {
namespace {

TEST(YearDaysTest, EveryDayOfALeapYearHasAPlace) {
  size_t place = 0;
  for (absl::CivilDay day(2000, 1, 1); day.year() == 2000; ++day) EXPECT_EQ(YearDays::PlaceOf(day), place++);
  EXPECT_EQ(place, YearDays::kDays);
  EXPECT_EQ(YearDays::PlaceOf(absl::CivilDay(1904, 2, 29)), YearDays::kLeapDay);
  EXPECT_EQ(YearDays::PlaceOf(absl::CivilDay(1903, 3, 1)), YearDays::kLeapDay + 1);
}

// The day on which a birthday is kept in a year.
absl::CivilDay KeptIn(int64_t year, absl::CivilDay birthday) {
  const absl::CivilDay same(year, birthday.month(), birthday.day());
  // 29 February of a year without it is 1 March.
  return same.day() == birthday.day() ? same : same - 1;
}

// The rule read slowly: how many days ahead of the first day the next birthday is kept.
int64_t DaysUntil(absl::CivilDay first, absl::CivilDay birthday) {
  const absl::CivilDay kept = KeptIn(first.year(), birthday);
  return (kept >= first ? kept : KeptIn(first.year() + 1, birthday)) - first;
}

TEST(YearDaysTest, KeptAreThoseWhoseNextBirthdayIsNear) {
  // Years with and without 29 February, before and after one that has it, and a century.
  for (const int year : {2023, 2024, 2027, 2028, 2099, 2100, 9999}) {
    for (absl::CivilDay first(year, 1, 1); first.year() == year; first += 3) {
      for (const int ahead : {0, 1, 7, 60, 364, 365, 366}) {
        YearDays kept;
        kept.AddKept(first, ahead);
        for (absl::CivilDay birthday(2000, 1, 1); birthday.year() == 2000; ++birthday) {
          EXPECT_EQ(kept.Holds(YearDays::PlaceOf(birthday)), DaysUntil(first, birthday) <= ahead)
              << birthday << " within " << ahead << " days of " << first;
        }
      }
    }
  }
}

TEST(YearDaysTest, NothingIsFurtherAheadThanAYear) {
  YearDays kept;
  kept.AddKept(absl::CivilDay(2023, 3, 1), 366);
  EXPECT_EQ(kept.count(), YearDays::kDays);
}

}  // namespace
}  // namespace muster::query

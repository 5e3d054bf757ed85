// A set of days of the year, for birthdays.
#ifndef MUSTER_QUERY_TREE_YEAR_DAYS_H_
#define MUSTER_QUERY_TREE_YEAR_DAYS_H_

#include <bitset>
#include <cstddef>

#include "absl/time/civil_time.h"

namespace muster::query {

// A set of the 366 days of a leap year. A plain value.
class YearDays {
 public:
  static constexpr size_t kDays = 366;
  // The place of 29 February; 1 January is 0.
  static constexpr size_t kLeapDay = 59;

  // The place of the day's month and day in a leap year, from 0. The year is ignored.
  static size_t PlaceOf(absl::CivilDay day) {
    return static_cast<size_t>(absl::CivilDay(kLeapYear, day.month(), day.day()) -
                               absl::CivilDay(kLeapYear, 1, 1));
  }

  // Adds the day's month and day.
  void Add(absl::CivilDay day) { places_.set(PlaceOf(day)); }
  // Adds every birthday that falls on one of the days from `first` to `first` + `ahead`, both included. The
  // 29 February falls on the 28th in years without it. REQUIRES: 0 ≤ ahead.
  void AddKept(absl::CivilDay first, int ahead) {
    for (absl::CivilDay day = first; day <= first + ahead; ++day) {
      Add(day);
      const bool last_of_february = day.month() == 2 && (day + 1).month() == 3;
      if (last_of_february) places_.set(kLeapDay);
    }
  }

  bool Holds(size_t place) const { return places_[place]; }
  size_t count() const { return places_.count(); }
  friend bool operator==(const YearDays&, const YearDays&) = default;

 private:
  static constexpr int kLeapYear = 2000;
  std::bitset<kDays> places_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_TREE_YEAR_DAYS_H_

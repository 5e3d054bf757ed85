// The slices of a number bound the possible years of birth: 16 bits of days are 1900 ± 179 years.
// In each year, a run of days is one interval. So the list is short, and NumberSet makes a table of
// it.
#include "query/planning/birthday_numbers.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "query/tree/number_intervals.h"
#include "text/civil_text.h"

namespace muster::query {
namespace {

// Stored dates lie in the years 1 to 9999; in a zone they may lie a day before or after.
constexpr int64_t kFirstYear = 0;
constexpr int64_t kLastYear = 10'000;
constexpr auto kLeapYearDays = static_cast<int64_t>(YearDays::kDays);
constexpr int64_t kMostDays = kLeapYearDays * (kLastYear + 1);

// A range of days of a leap year, by index, both ends included.
struct Run {
  int64_t first = 0;
  int64_t last = 0;
};

std::vector<Run> RunsOf(const YearDays& days) {
  std::vector<Run> runs;
  for (size_t place = 0; place < YearDays::kDays; ++place) {
    if (!days.Holds(place)) continue;
    const auto at = static_cast<int64_t>(place);
    if (runs.empty() || runs.back().last + 1 < at) runs.push_back({at, at});
    runs.back().last = at;
  }
  return runs;
}

// The same range in a year without 29 February; first > last if it is empty.
Run InCommonYear(const Run& run) {
  constexpr auto kLeapDay = static_cast<int64_t>(YearDays::kLeapDay);
  return {run.first > kLeapDay ? run.first - 1 : run.first, run.last >= kLeapDay ? run.last - 1 : run.last};
}

// The year of a number. Years far beyond the last one are not distinguished.
int64_t YearOf(int64_t number, const std::optional<absl::TimeZone>& zone) {
  if (zone.has_value()) {
    constexpr int64_t kMostMicros = kMostDays * 86'400'000'000;
    return zone->At(absl::FromUnixMicros(std::clamp(number, -kMostMicros, kMostMicros))).cs.year();
  }
  return DayOfNumber(std::clamp(number, -kMostDays, kMostDays)).year();
}

NumberInterval NumbersOfDays(absl::CivilDay first, absl::CivilDay last,
                             const std::optional<absl::TimeZone>& zone) {
  if (!zone.has_value()) return {DayNumber(first), DayNumber(last)};
  return {StartOfDayMicros(first, *zone), StartOfDayMicros(last + 1, *zone) - 1};
}

}  // namespace

std::vector<NumberInterval> NumbersOf(const Birthday& birthday) {
  const int64_t greatest = static_cast<int64_t>((uint64_t{1} << birthday.magnitude_bits) - 1);
  const int64_t first_year = std::clamp(YearOf(-greatest, birthday.zone), kFirstYear, kLastYear);
  const int64_t last_year = std::clamp(YearOf(greatest, birthday.zone), kFirstYear, kLastYear);
  const std::vector<Run> runs = RunsOf(birthday.days);
  std::vector<NumberInterval> numbers;
  for (int64_t year = first_year; year <= last_year; ++year) {
    const absl::CivilDay new_year(year, 1, 1);
    const bool is_leap_year = absl::CivilDay(year + 1, 1, 1) - new_year == kLeapYearDays;
    for (const Run& run : runs) {
      const Run days = is_leap_year ? run : InCommonYear(run);
      if (days.first > days.last) continue;
      const NumberInterval interval =
          NumbersOfDays(new_year + days.first, new_year + days.last, birthday.zone);
      // A day that the zone skipped has no instant.
      if (interval.low <= interval.high) numbers.push_back(interval);
    }
  }
  return Merged(std::move(numbers));
}

}  // namespace muster::query

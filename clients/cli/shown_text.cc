#include "clients/cli/shown_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/printable.h"
#include "text/shortened.h"

namespace muster::cli {

std::string FitWidth(std::string_view text, size_t width) {
  const std::string line = absl::StrReplaceAll(Printable(text), {{"\n", "\\n"}, {"\t", " "}});
  return Shortened(line, {.columns = width});
}

std::string Grouped(uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string grouped;
  for (size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[at]);
  }
  return grouped;
}

std::string Counted(uint64_t number, absl::string_view unit) {
  return absl::StrCat(Grouped(number), " ", unit, number == 1 ? "" : "s");
}

std::string Percent(double share) {
  constexpr double kMostBelowTheWhole = 0.999;
  return absl::StrFormat("%.1f %%", 100 * (share < 1 ? std::min(share, kMostBelowTheWhole) : share));
}

std::string ShortBytes(uint64_t bytes) {
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return absl::StrCat(bytes, " B");
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; amount >= 999.95 && unit + 1 < std::size(kUnits); ++unit) amount /= 1000;
  return absl::StrFormat("%.1f %s", amount, kUnits[unit]);
}

std::string DayOf(const std::string& time) { return time.substr(0, time.find('T')); }

}  // namespace muster::cli

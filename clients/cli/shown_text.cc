#include "clients/cli/shown_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/printable.h"
#include "text/display_width.h"

namespace muster::cli {

std::string FitWidth(absl::string_view original, size_t width) {
  const std::string printable = absl::StrReplaceAll(Printable(original), {{"\n", "\\n"}, {"\t", " "}});
  absl::string_view text = printable;
  const bool cut = DisplayWidth(text) > width;
  const size_t room = cut ? width - 1 : width;
  std::string fitted;
  size_t taken = 0;
  while (!text.empty()) {
    const CodePointSize first = FirstCodePoint(text);
    if (taken + first.width > room) break;
    fitted.append(text.data(), first.bytes);
    taken += first.width;
    text.remove_prefix(first.bytes);
  }
  if (cut) fitted.append("…");
  return fitted;
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

}  // namespace muster::cli

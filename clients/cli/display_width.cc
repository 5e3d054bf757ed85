#include "clients/cli/display_width.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/printable.h"

namespace muster::cli {
namespace {

struct CodePoint {
  size_t bytes = 1;
  size_t width = 1;
};

// The first code point of a text that is not empty.
CodePoint First(absl::string_view text) {
  utf8proc_int32_t value = -1;
  const utf8proc_ssize_t bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                  static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (bytes <= 0) return {};
  CodePoint result;
  result.bytes = static_cast<size_t>(bytes);
  const bool control = utf8proc_category(value) == UTF8PROC_CATEGORY_CC;
  result.width = control ? 1 : static_cast<size_t>(std::max(0, utf8proc_charwidth(value)));
  return result;
}

}  // namespace

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint first = First(text);
    width += first.width;
    text.remove_prefix(first.bytes);
  }
  return width;
}

std::string FitWidth(absl::string_view original, size_t width) {
  const std::string printable = absl::StrReplaceAll(Printable(original), {{"\n", "\\n"}, {"\t", " "}});
  absl::string_view text = printable;
  const bool cut = DisplayWidth(text) > width;
  const size_t room = cut ? width - 1 : width;
  std::string fitted;
  size_t taken = 0;
  while (!text.empty()) {
    const CodePoint first = First(text);
    if (taken + first.width > room) break;
    fitted.append(text.data(), first.bytes);
    taken += first.width;
    text.remove_prefix(first.bytes);
  }
  if (cut) fitted.append("…");
  return fitted;
}

size_t BytesOfCodePoints(absl::string_view text, size_t code_points) {
  size_t bytes = 0;
  for (; code_points > 0 && bytes < text.size(); --code_points) bytes += First(text.substr(bytes)).bytes;
  return bytes;
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

std::string ShortBytes(uint64_t bytes) {
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return absl::StrCat(bytes, " B");
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; amount >= 999.95 && unit + 1 < std::size(kUnits); ++unit) amount /= 1000;
  return absl::StrFormat("%.1f %s", amount, kUnits[unit]);
}

}  // namespace muster::cli

#include "clients/cli/printable.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/str_format.h"

namespace muster::cli {
namespace {

// They reorder or join text, so that a value can look like another or hide the text beside it.
bool IsBidirectionalControl(utf8proc_int32_t value) {
  return value == 0x061c || value == 0x200e || value == 0x200f || (value >= 0x202a && value <= 0x202e) ||
         (value >= 0x2066 && value <= 0x2069);
}

bool IsObeyed(utf8proc_int32_t value) {
  if (value == '\n' || value == '\t') return false;
  return utf8proc_category(value) == UTF8PROC_CATEGORY_CC || IsBidirectionalControl(value) ||
         value == 0x2028 || value == 0x2029;
}

bool IsPrintableAscii(char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; }

}  // namespace

std::string Printable(absl::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const auto plain =
        static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsPrintableAscii) - text.begin());
    shown.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    utf8proc_int32_t value = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                     static_cast<utf8proc_ssize_t>(text.size()), &value);
    const size_t bytes = length <= 0 ? 1 : static_cast<size_t>(length);
    if (length <= 0) {
      absl::StrAppendFormat(&shown, "\\x%02x", static_cast<unsigned char>(text[0]));
    } else if (IsObeyed(value)) {
      absl::StrAppendFormat(&shown, value < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(value));
    } else {
      shown.append(text.data(), bytes);
    }
    text.remove_prefix(bytes);
  }
  return shown;
}

size_t WholeCodePoints(absl::string_view text) {
  constexpr size_t kLongest = 4;
  for (size_t back = 1; back <= std::min(kLongest - 1, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;  // within a code point
    const size_t length = byte >= 0xf0 ? 4 : (byte >= 0xe0 ? 3 : 2);
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace muster::cli

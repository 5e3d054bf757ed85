#include "clients/cli/printable.h"

#include "absl/strings/str_format.h"
#include "text/controls.h"
#include "text/utf8.h"

namespace muster::cli {

std::string Printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    const bool stays = c.value == '\n' || c.value == '\t' || !IsObeyed(c.value);
    if (c.valid && stays) {
      shown.append(text.substr(at, c.bytes));
    } else {
      const auto value = static_cast<unsigned>(c.value);
      shown += value < 0x100 ? absl::StrFormat("\\x%02x", value) : absl::StrFormat("\\u%04x", value);
    }
    at += c.bytes;
  }
  return shown;
}

}  // namespace muster::cli

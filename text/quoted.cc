#include "text/quoted.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "text/controls.h"
#include "text/unicode.h"

namespace muster {

std::string Quoted(std::string_view text) {
  constexpr size_t kShownBytes = 60;
  const bool cut = text.size() > kShownBytes;
  std::string_view kept = text.substr(0, kShownBytes);
  if (cut) {  // not within a character
    while (!kept.empty() && (static_cast<unsigned char>(text[kept.size()]) & 0xC0) == 0x80)
      kept.remove_suffix(1);
  }
  return absl::StrCat("'", IsValidUtf8(kept) ? EscapeUnseen(kept) : absl::CEscape({kept.data(), kept.size()}),
                      cut ? "…'" : "'");
}

}  // namespace muster

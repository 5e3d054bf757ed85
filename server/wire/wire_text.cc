#include "server/wire/wire_text.h"

#include <utf8proc.h>

#include <utility>

namespace muster::server {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD
constexpr char kEllipsis[] = "\xE2\x80\xA6";     // …
constexpr size_t kEllipsisBytes = 3;

bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

std::string MendUtf8(std::string_view text) {
  std::string mended;
  mended.reserve(text.size());
  while (!text.empty()) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                     static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length > 0) {
      mended.append(text.substr(0, static_cast<size_t>(length)));
    } else {
      mended.append(kReplacement);
    }
    text.remove_prefix(length > 0 ? static_cast<size_t>(length) : 1);
  }
  return mended;
}

std::string Cut(std::string text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes - kEllipsisBytes;
  while (end > 0 && ContinuesCharacter(text[end])) --end;
  text.resize(end);
  return text + kEllipsis;
}

}  // namespace muster::server

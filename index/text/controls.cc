#include "index/text/controls.h"

#include "absl/strings/str_format.h"

namespace muster::index {
namespace {

// The direction control at text[i], 0 when there is none; `length` gets its bytes.
unsigned DirectionControlAt(std::string_view text, size_t i, size_t& length) {
  const auto byte = [text](size_t at) {
    return at < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[at])) : 0u;
  };
  if (byte(i) == 0xd8 && byte(i + 1) == 0x9c) {
    length = 2;
    return 0x061c;
  }
  if (byte(i) != 0xe2 || (byte(i + 1) != 0x80 && byte(i + 1) != 0x81)) return 0;
  length = 3;
  const unsigned code = 0x2000u | ((byte(i + 1) & 0x3fu) << 6) | (byte(i + 2) & 0x3fu);
  const bool turns = code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
                     (code >= 0x2066 && code <= 0x2069);
  return turns ? code : 0;
}

}  // namespace

bool HasControlCharacter(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    // U+0080–009F are C2 80 to C2 9F.
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool HasDirectionControl(std::string_view text) {
  size_t length = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (DirectionControlAt(text, i, length) != 0) return true;
  }
  return false;
}

std::string EscapeDirectionControls(std::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size();) {
    size_t length = 0;
    const unsigned control = DirectionControlAt(text, i, length);
    if (control == 0) {
      escaped += text[i++];
    } else {
      escaped += absl::StrFormat("\\u%04x", control);
      i += length;
    }
  }
  return escaped;
}

}  // namespace muster::index

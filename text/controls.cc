#include "text/controls.h"

#include <utf8proc.h>

#include "absl/strings/str_format.h"

namespace muster {
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

// A control character, a line separator, or one without ink that isn't an ordinary space. Those that join
// letters (U+200C, U+200D) are part of what is seen.
bool IsUnseen(int32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0xa0) || code == 0xad || code == 0x2007 || code == 0x200b ||
         (code >= 0x2028 && code <= 0x2029) || code == 0x202f || code == 0x2060 || code == 0xfeff ||
         (code >= 0xe0000 && code <= 0xe007f);
}

std::string EscapeOf(int32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      return code > 0xffff ? absl::StrFormat("\\U%08x", code) : absl::StrFormat("\\u%04x", code);
  }
}

// `text` with what is unseen escaped, and the characters of `marks`; whether there was anything unseen.
bool Escape(std::string_view text, std::string_view marks, std::string& escaped) {
  bool any = false;
  for (size_t i = 0; i < text.size();) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + i),
                         static_cast<utf8proc_ssize_t>(text.size() - i), &code);
    const size_t length = taken > 0 ? static_cast<size_t>(taken) : 1;
    size_t direction_length = 0;
    if (taken > 0 && (IsUnseen(code) || DirectionControlAt(text, i, direction_length) != 0)) {
      any = true;
      escaped += EscapeOf(code);
    } else {
      if (marks.find(text[i]) != std::string_view::npos) escaped += '\\';
      escaped.append(text.substr(i, length));
    }
    i += length;
  }
  return any;
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

std::string EscapeUnseen(std::string_view text) {
  std::string escaped;
  return Escape(text, "\\", escaped) ? escaped : std::string(text);
}

std::string EscapeQuoted(std::string_view text) {
  std::string escaped;
  Escape(text, "\\\"", escaped);
  return escaped;
}

}  // namespace muster

#include "text/controls.h"

#include <unicode/uchar.h>
#include <utf8proc.h>

#include "absl/strings/str_format.h"
#include "text/utf8.h"

namespace muster {
namespace {

bool TurnsDirection(char32_t c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

// An invisible format character of Unicode, except those drawn around the following digits, as some Arabic
// signs are.
bool IsFormat(char32_t c) {
  const utf8proc_property_t* const property = utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
  return property->category == UTF8PROC_CATEGORY_CF && property->boundclass != UTF8PROC_BOUNDCLASS_PREPEND;
}

bool JoinsLetters(char32_t c) { return c == 0x200c || c == 0x200d; }

bool IsNoBreakSpace(char32_t c) { return c == 0xa0 || c == 0x2007 || c == 0x202f; }

std::string EscapeOf(char32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      return c > 0xffff ? absl::StrFormat("\\U%08x", static_cast<unsigned>(c))
                        : absl::StrFormat("\\u%04x", static_cast<unsigned>(c));
  }
}

// Appends `text` with unseen characters and the characters of `marks` escaped. Returns whether there were
// unseen ones.
bool Escape(std::string_view text, std::string_view marks, std::string& escaped) {
  bool any = false;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    if (c.valid && IsUnseen(c.value)) {
      any = true;
      escaped += EscapeOf(c.value);
    } else {
      if (marks.find(text[at]) != std::string_view::npos) escaped += '\\';
      escaped.append(text.substr(at, c.bytes));
    }
    at += c.bytes;
  }
  return any;
}

// For text in another encoding: the parts that happen to be valid UTF-8 would mislead.
std::string EscapeBytes(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      absl::StrAppendFormat(&escaped, "\\x%02x", byte);
    } else {
      escaped.append(c == '\\' ? 2 : 1, c);
    }
  }
  return escaped;
}

}  // namespace

bool IsObeyed(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || TurnsDirection(c);
}

bool IsUnseen(char32_t c) {
  if (c < 0x7f) return c < 0x20;
  const bool tag = c >= 0xe0000 && c <= 0xe007f;  // including unassigned ones
  return IsObeyed(c) || IsNoBreakSpace(c) || tag || (IsFormat(c) && !JoinsLetters(c));
}

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
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    if (TurnsDirection(c.value)) return true;
    at += c.bytes;
  }
  return false;
}

bool HasOuterWhiteSpace(std::string_view text) {
  bool first = false, last = false;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = ReadCodePoint(text, at);
    last = u_isUWhiteSpace(static_cast<UChar32>(c.value));
    first = first || (at == 0 && last);
    at += c.bytes;
  }
  return first || last;
}

std::string EscapeUnseen(std::string_view text) {
  if (!IsValidUtf8(text)) return EscapeBytes(text);
  std::string escaped;
  return Escape(text, "\\", escaped) ? escaped : std::string(text);
}

std::string EscapeQuoted(std::string_view text) {
  std::string escaped;
  Escape(text, "\\\"", escaped);
  return escaped;
}

}  // namespace muster

// Characters that control a terminal, change the direction of text or are invisible. Names and notes must not
// contain the first two kinds, and texts from outside are shown with all of them escaped.
#ifndef MUSTER_TEXT_CONTROLS_H_
#define MUSTER_TEXT_CONTROLS_H_

#include <string>
#include <string_view>

namespace muster {

// Whether a terminal acts on the code point instead of showing it: control characters (U+0000–001F,
// U+007F–009F), the line and paragraph separators, and the characters of HasDirectionControl.
bool IsObeyed(char32_t c);

// Whether a reader can't see the code point or would mistake it: IsObeyed, or invisible and not an ordinary
// space (a byte-order mark, a no-break space, a soft hyphen, a tag character). Characters that join letters
// (U+200C, U+200D) affect what is seen, and are not included.
bool IsUnseen(char32_t c);

// Whether valid UTF-8 contains a control character (U+0000–001F, U+007F–009F).
bool HasControlCharacter(std::string_view text);

// Whether valid UTF-8 contains a zero-width character that changes the direction of the text around it, so
// that it reads differently: the marks U+061C, U+200E and U+200F, embeddings and overrides (U+202A–202E),
// isolates (U+2066–2069).
bool HasDirectionControl(std::string_view text);

// Whether valid UTF-8 begins or ends with white space of any script (including U+3000), or consists of it.
bool HasOuterWhiteSpace(std::string_view text);

// `text` with all characters escaped that are IsUnseen, as in C and JSON: `\n`, `\t`, `\r`, `\u202e`. In text
// that is not valid UTF-8, all bytes are escaped except visible ASCII: `\xc9`. If anything is escaped,
// backslashes are doubled; any other text is returned unchanged.
std::string EscapeUnseen(std::string_view text);

// The same for valid UTF-8 between double quotes: double quotes and all backslashes are escaped as well, so
// that any text can be read back.
std::string EscapeQuoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_CONTROLS_H_

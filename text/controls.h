// Characters that steer a terminal, turn the direction of text or leave no ink: names and notes don't hold
// the first two, and texts from outside are shown with them escaped.
#ifndef MUSTER_TEXT_CONTROLS_H_
#define MUSTER_TEXT_CONTROLS_H_

#include <string>
#include <string_view>

namespace muster {

// Whether a terminal acts on the code point instead of showing it: control characters (U+0000–001F,
// U+007F–009F), the line and paragraph separators, and those that HasDirectionControl finds.
bool IsObeyed(char32_t c);

// Whether a reader can't see the code point or would take it for something else: one that is obeyed, or
// without ink and no ordinary space (a byte-order mark, a no-break space, a soft hyphen, a tag character).
// Those that join letters (U+200C, U+200D) are part of what is seen.
bool IsUnseen(char32_t c);

// Whether valid UTF-8 holds a control character (U+0000–001F, U+007F–009F).
bool HasControlCharacter(std::string_view text);

// Whether valid UTF-8 holds a character without width that turns the direction of the text around it, so that
// it is read as something else than it is: the marks U+061C, U+200E and U+200F, embeddings and overrides
// (U+202A–202E), isolates (U+2066–2069).
bool HasDirectionControl(std::string_view text);

// Whether valid UTF-8 begins or ends with white space of any script (U+3000 too), or is nothing else.
bool HasOuterWhiteSpace(std::string_view text);

// `text` with everything in it escaped that IsUnseen, as C and JSON write it: `\n`, `\t`, `\r`, `\u202e`. Of
// text that is no UTF-8, all bytes but those of visible ASCII: `\xc9`. Where anything is escaped, backslashes
// are doubled; any other text stays as it is.
std::string EscapeUnseen(std::string_view text);

// The same of valid UTF-8 for a place between double quotes: double quotes and all backslashes are escaped as
// well, so that the text can be read back whatever is in it.
std::string EscapeQuoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_CONTROLS_H_

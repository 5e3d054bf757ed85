// Characters that steer a terminal or turn the direction of text: names and notes don't hold them, and values
// are shown with them escaped.
#ifndef MUSTER_TEXT_CONTROLS_H_
#define MUSTER_TEXT_CONTROLS_H_

#include <string>
#include <string_view>

namespace muster {

// Whether valid UTF-8 holds a control character (U+0000–001F, U+007F–009F).
bool HasControlCharacter(std::string_view text);

// Whether valid UTF-8 holds a character without width that turns the direction of the text around it, so that
// it is read as something else than it is: the marks U+061C, U+200E and U+200F, embeddings and overrides
// (U+202A–202E), isolates (U+2066–2069).
bool HasDirectionControl(std::string_view text);

// `text`, valid UTF-8, with everything in it that a reader can't see or would take for something else:
// control characters, line separators, direction controls and characters without ink that are no ordinary
// space (a byte-order mark, a no-break space, a tag). As C writes them: `\n`, `\t`, `\r`, `\u202e`,
// `\U000e0041`. Where one is escaped, backslashes are doubled; any other text stays as it is.
std::string EscapeUnseen(std::string_view text);

// The same for a place between double quotes: double quotes and all backslashes are escaped as well, so that
// the text can be read back whatever is in it.
std::string EscapeQuoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_CONTROLS_H_

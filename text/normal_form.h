// Normal forms of text, for comparing it.
#ifndef MUSTER_TEXT_NORMAL_FORM_H_
#define MUSTER_TEXT_NORMAL_FORM_H_

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// `text` in Unicode's normal form C. Names and values are stored and looked up in it, so that é typed as one
// code point or as two is the same value. Empty if `text` is not valid UTF-8. ASCII is unchanged. The result
// may be longer than `text` (at most threefold).
std::optional<std::string> NormalizeNfc(std::string_view text);

// The same; text that is not valid UTF-8 is returned unchanged.
std::string InNormalForm(std::string_view text);

// `text` in normal form C with case folded, for comparisons that ignore case. Empty if `text` is not valid
// UTF-8.
std::optional<std::string> FoldCase(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_NORMAL_FORM_H_

// Unicode text as names, values and member ids need it: valid UTF-8, and one normal form.
#ifndef MUSTER_TEXT_UNICODE_H_
#define MUSTER_TEXT_UNICODE_H_

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF). NUL is
// well-formed.
bool IsValidUtf8(std::string_view text);

// `text` in Unicode's normal form C: how names and values are stored and looked up, so that é typed as one
// code point or as two is the same value. Nothing when `text` is not valid UTF-8. ASCII comes back as it is.
// May be longer than `text` (at most threefold).
std::optional<std::string> NormalizeNfc(std::string_view text);

// `text` in normal form C with all differences of case folded away: what a search that ignores case compares.
// Nothing when `text` is not valid UTF-8.
std::optional<std::string> FoldCase(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_UNICODE_H_

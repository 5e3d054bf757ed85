// When two texts are the same.
#ifndef MUSTER_TEXT_NORMAL_FORM_H_
#define MUSTER_TEXT_NORMAL_FORM_H_

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// `text` in Unicode's normal form C: how names and values are stored and looked up, so that é typed as one
// code point or as two is the same value. Nothing when `text` is not valid UTF-8. ASCII comes back as it is.
// May be longer than `text` (at most threefold).
std::optional<std::string> NormalizeNfc(std::string_view text);

// The same; what is not valid UTF-8 comes back as it is.
std::string InNormalForm(std::string_view text);

// `text` in normal form C with all differences of case folded away: what a search that ignores case compares.
// Nothing when `text` is not valid UTF-8.
std::optional<std::string> FoldCase(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_NORMAL_FORM_H_

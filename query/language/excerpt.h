// Shortens source text for messages.
#ifndef MUSTER_QUERY_LANGUAGE_EXCERPT_H_
#define MUSTER_QUERY_LANGUAGE_EXCERPT_H_

#include <string>
#include <string_view>

namespace muster::query {

// `text` for a message: at most about 40 code points, the rest replaced by `…`. Line ends, control characters
// and direction marks become blanks, bytes that are not UTF-8 become `?`.
std::string Excerpt(std::string_view text);

// Whether a message can show the text whole and as it is, so that it can be copied from there.
bool IsShowable(std::string_view text);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_EXCERPT_H_

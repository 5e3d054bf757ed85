// Source text in messages.
#ifndef MUSTER_QUERY_LANGUAGE_EXCERPT_H_
#define MUSTER_QUERY_LANGUAGE_EXCERPT_H_

#include <string>
#include <string_view>

namespace muster::query {

// `text` for a message: at most about 40 code points, the rest as `…`; line ends, control characters and
// marks of direction as blanks, bytes that are not UTF-8 as `?`.
std::string Excerpt(std::string_view text);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_EXCERPT_H_

// Somebody's text in a message.
#ifndef MUSTER_INDEX_TEXT_QUOTED_H_
#define MUSTER_INDEX_TEXT_QUOTED_H_

#include <string>
#include <string_view>

namespace muster::index {

// `text` in single quotes, control characters, broken UTF-8 and what turns the direction of text escaped, cut
// to 60 bytes between characters.
std::string Quoted(std::string_view text);

}  // namespace muster::index

#endif  // MUSTER_INDEX_TEXT_QUOTED_H_

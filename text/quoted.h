// Somebody's text in a message.
#ifndef MUSTER_TEXT_QUOTED_H_
#define MUSTER_TEXT_QUOTED_H_

#include <string>
#include <string_view>

namespace muster {

// `text` in single quotes, cut to 60 bytes between characters. What can't be seen is escaped (EscapeUnseen),
// and broken UTF-8 byte by byte; quotes and backslashes stay as they are, so that a reader finds the text
// again.
std::string Quoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_QUOTED_H_

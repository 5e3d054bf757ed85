// Somebody's text in a message.
#ifndef MUSTER_TEXT_QUOTED_H_
#define MUSTER_TEXT_QUOTED_H_

#include <string>
#include <string_view>

namespace muster {

// `text` in single quotes, cut to some 60 bytes. What can't be seen is escaped, and so is text that is no
// UTF-8 (EscapeUnseen); quotes and backslashes stay as they are, so that a reader finds the text again.
std::string Quoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_QUOTED_H_

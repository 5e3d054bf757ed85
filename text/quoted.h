// Quotes text from outside in a message.
#ifndef MUSTER_TEXT_QUOTED_H_
#define MUSTER_TEXT_QUOTED_H_

#include <string>
#include <string_view>

namespace muster {

// `text` in single quotes, cut to some 60 bytes. Invisible characters and invalid UTF-8 are escaped
// (EscapeUnseen); quotes and backslashes are kept, so that a reader can search for the text.
std::string Quoted(std::string_view text);

}  // namespace muster

#endif  // MUSTER_TEXT_QUOTED_H_

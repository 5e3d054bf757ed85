// Marks a place in an expression.
#ifndef MUSTER_CLIENTS_CLI_CARET_H_
#define MUSTER_CLIENTS_CLI_CARET_H_

#include <string>
#include <string_view>

namespace muster::cli {

// A part of one line of a text. Line and column count from 1, columns in code points; the length is in bytes
// of UTF-8, as in responses of the server. A length of 0 is a position between characters.
struct TextPlace {
  int line = 1;
  int column = 1;
  int length = 0;
};

// The line of `text` that contains the place, indented, and below it `^~~~`: a caret at the first column and
// a tilde at each further one. A long line is cut to the surroundings of the place. Parts beyond them, or on
// further lines, get no tildes. Empty if the text has no such place.
std::string CaretBelow(std::string_view text, TextPlace place);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_CARET_H_

// Shows a place in an expression.
#ifndef MUSTER_CLIENTS_CLI_CARET_H_
#define MUSTER_CLIENTS_CLI_CARET_H_

#include <string>
#include <string_view>

namespace muster::cli {

// A part of one line of a text. Line and column count from 1, columns in code points; the length is in bytes
// of UTF-8, as answers of the server say it. A length of 0 is a place between characters.
struct TextPlace {
  int line = 1;
  int column = 1;
  int length = 0;
};

// The line of `text` with the place, indented, and below it `^~~~`: a caret at the place's first column and a
// tilde at each further one. Of a long line only the surroundings are shown. A part beyond them, or in a
// further line, has no tildes. Empty when the text has no such place.
std::string CaretBelow(std::string_view text, TextPlace place);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_CARET_H_

// Shows a place in an expression.
#ifndef MUSTER_CLIENTS_CLI_CARET_H_
#define MUSTER_CLIENTS_CLI_CARET_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster::cli {

// Line and column in a text, both from 1; columns count code points.
struct TextPlace {
  int line = 1;
  int column = 1;
};

// The line of `text` with the place, indented, and a caret below its column. Of a long line only the
// surroundings are shown. Empty when the text has no such place.
std::string CaretBelow(absl::string_view text, TextPlace place);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_CARET_H_

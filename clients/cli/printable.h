// Text from outside that is safe to show on a terminal.
#ifndef MUSTER_CLIENTS_CLI_PRINTABLE_H_
#define MUSTER_CLIENTS_CLI_PRINTABLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::cli {

// `text` with every code point written out that a terminal would act on instead of showing: control
// characters
// (`\x1b`), bidirectional controls and line separators (`\u202e`), and bytes that are no UTF-8 (`\xff`). Line
// feeds and tabs stay as they are.
std::string Printable(absl::string_view text);

// The length of the longest beginning of `text` that doesn't end within a code point. At most three bytes are
// left out.
size_t WholeCodePoints(absl::string_view text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PRINTABLE_H_

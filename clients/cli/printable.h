// Makes text from outside safe to show on a terminal.
#ifndef MUSTER_CLIENTS_CLI_PRINTABLE_H_
#define MUSTER_CLIENTS_CLI_PRINTABLE_H_

#include <string>
#include <string_view>

namespace muster::cli {

// `text` with all code points escaped that a terminal would act on instead of showing (IsObeyed), such as
// `\x1b` and `\u202e`, and invalid bytes of UTF-8 (`\xff`). Line feeds and tabs are kept.
std::string Printable(std::string_view text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PRINTABLE_H_

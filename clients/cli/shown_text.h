// Texts and figures as people are shown them.
#ifndef MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_
#define MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace muster::cli {

// `text` in one line as Printable shows it (a tab is a blank, a line feed `\\n`), cut to `width` columns; a
// cut text ends in …. REQUIRES: width > 0.
std::string FitWidth(std::string_view text, size_t width);

// A count for people: 1,234,567.
std::string Grouped(uint64_t number);
// The same with what is counted: 1 member, 1,234 members.
std::string Counted(uint64_t number, absl::string_view unit);
// A share from 0 to 1 as 97.5 %. Only a whole is 100.0 %: what lies just below is 99.9 %.
std::string Percent(double share);
// Bytes with three digits or so: 812 B, 3.4 MB.
std::string ShortBytes(uint64_t bytes);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_

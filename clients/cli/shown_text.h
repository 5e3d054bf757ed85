// Formats texts and figures for people.
#ifndef MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_
#define MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace muster::cli {

// `text` on one line in the form of Printable (tabs become spaces, line feeds `\\n`), cut to `width` columns;
// a cut text ends in …. REQUIRES: width > 0.
std::string FitWidth(std::string_view text, size_t width);

// A count for people: 1,234,567.
std::string Grouped(uint64_t number);
// The same with its unit: 1 member, 1,234 members.
std::string Counted(uint64_t number, absl::string_view unit);
// A share from 0 to 1 as 97.5 %. Only 1 gives 100.0 %; anything just below gives 99.9 %.
std::string Percent(double share);
// Bytes with about three digits: 812 B, 3.4 MB.
std::string ShortBytes(uint64_t bytes);

// The day of a time as answers have it: `2026-11-22T18:04:38Z` → `2026-11-22`.
std::string DayOf(const std::string& time);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_SHOWN_TEXT_H_

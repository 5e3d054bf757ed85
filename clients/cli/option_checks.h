// What the values of options may be, beside command_line/option_checks.h. Each gives
// what is wrong with `text`, or nothing, as CLI11's checks do. A wrong value is wrong usage, and no server is
// called.
#ifndef MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_
#define MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_

#include <string>

namespace muster::cli {

// A text that is not empty. A script's unset variable gives an empty one.
std::string CheckGiven(const std::string& text);
// A text that can be sent; the names of files may have any bytes.
std::string CheckUtf8(const std::string& text);
// A whole number of at least 1.
std::string CheckCount(const std::string& text);
// A date that exists, YYYY-MM-DD, in the years 0001 to 9999.
std::string CheckDate(const std::string& text);
// A share of a whole, 0 to 1.
std::string CheckShare(const std::string& text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_

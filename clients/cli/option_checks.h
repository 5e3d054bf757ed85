// Checks of option values, in addition to command_line/option_checks.h. Like CLI11's checks, each returns
// what is wrong with `text`, or an empty string. An invalid value is wrong usage, and the server is not
// called.
#ifndef MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_
#define MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_

#include <string>

namespace muster::cli {

// A non-empty text. An unset variable in a script gives an empty one.
std::string CheckGiven(const std::string& text);
// Text that can be sent; file names may have any bytes.
std::string CheckUtf8(const std::string& text);
// A whole number of at least 1.
std::string CheckCount(const std::string& text);
// An existing date, YYYY-MM-DD, in the years 0001 to 9999.
std::string CheckDate(const std::string& text);
// A share of a whole, 0 to 1.
std::string CheckShare(const std::string& text);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_OPTION_CHECKS_H_

// Rewords CLI11's errors about a command line.
#ifndef MUSTER_COMMAND_LINE_PARSE_ERROR_H_
#define MUSTER_COMMAND_LINE_PARSE_ERROR_H_

#include <string>

namespace muster::command_line {

// `message` of CLI11, with a sentence in place of its counts: for an option without its value, or one that
// was given twice. Other messages are returned unchanged.
std::string PlainParseError(const std::string& message);

}  // namespace muster::command_line

#endif  // MUSTER_COMMAND_LINE_PARSE_ERROR_H_

// What is wrong with a command line, in our words.
#ifndef MUSTER_COMMAND_LINE_PARSE_ERROR_H_
#define MUSTER_COMMAND_LINE_PARSE_ERROR_H_

#include <string>

namespace muster::command_line {

// `message`, as CLI11 writes it, with a sentence in place of those that count: an option without its value,
// or one that is there twice. Any other stays as it is.
std::string PlainParseError(const std::string& message);

}  // namespace muster::command_line

#endif  // MUSTER_COMMAND_LINE_PARSE_ERROR_H_

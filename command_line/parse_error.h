// Rewords CLI11's errors about a command line.
#ifndef MUSTER_COMMAND_LINE_PARSE_ERROR_H_
#define MUSTER_COMMAND_LINE_PARSE_ERROR_H_

#include <CLI/CLI.hpp>
#include <string>

namespace muster::command_line {

// `message` of CLI11, with a sentence in place of its counts: for an option without its value, or one that
// was given twice. Other messages are returned unchanged.
std::string PlainParseError(const std::string& message);

// The sentence about a word of the command line that no option or argument of `app` took, with the option that
// may have been meant. `program` is what the user calls it, such as `muster count`.
std::string WhyUnread(const std::string& program, const CLI::App& app, const std::string& word);

}  // namespace muster::command_line

#endif  // MUSTER_COMMAND_LINE_PARSE_ERROR_H_

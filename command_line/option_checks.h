// Checks of option values. Like CLI11's checks, each returns what is wrong with a text, or an empty
// string.
#ifndef MUSTER_COMMAND_LINE_OPTION_CHECKS_H_
#define MUSTER_COMMAND_LINE_OPTION_CHECKS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace muster::command_line {

using Check = std::function<std::string(const std::string&)>;

// A whole number from `least` to `most`.
Check WholeNumber(uint64_t least, uint64_t most);

// A number of bytes from `least` to `most`, after CLI11 has converted its unit. `range` is the same for
// people, such as "16MiB to 64TiB".
Check Bytes(uint64_t least, uint64_t most, std::string range);

// One of `words`, exactly as written.
Check OneOf(std::vector<std::string> words);

// A umask in octal that leaves the owner all permissions, 000 to 077.
std::string CheckUmask(const std::string& text);
// The value of the umask. REQUIRES: CheckUmask accepts it.
unsigned UmaskOf(const std::string& text);

}  // namespace muster::command_line

#endif  // MUSTER_COMMAND_LINE_OPTION_CHECKS_H_

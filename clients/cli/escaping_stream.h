// A stream to a terminal on which nothing from outside is obeyed.
#ifndef MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_
#define MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_

#include <ostream>
#include <streambuf>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::cli {

// Passes text on as Printable shows it; a code point may come in pieces. Muster's own control sequences go
// through Control. For one thread. Lifetime: `target` outlives it.
class EscapingBuffer final : public std::streambuf {
 public:
  // `colours`: whether Paint may colour.
  EscapingBuffer(std::streambuf& target, bool colours) : target_(target), colours_(colours) {}
  ~EscapingBuffer() override { sync(); }

  // Passes a control sequence on as it is.
  void Control(absl::string_view sequence);
  bool colours() const { return colours_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize length) override;
  int sync() override;

 private:
  bool Pass(absl::string_view text);

  std::streambuf& target_;
  const bool colours_;
  std::string pending_;  // the beginning of a code point
};

enum class Colour { kRed, kYellow, kCyan, kBold };

// Writes `text`, coloured where `out` is a terminal that takes colours.
void Paint(std::ostream& out, Colour colour, absl::string_view text);
// Writes a control sequence where `out` has an EscapingBuffer, and nothing elsewhere.
void Control(std::ostream& out, absl::string_view sequence);

// Whether a terminal is to be coloured: not with NO_COLOR (whatever its value) or TERM=dumb.
bool MayColour();

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_

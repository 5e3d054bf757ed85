// An output stream that stops a terminal from acting on text from outside.
#ifndef MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_
#define MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_

#include <ostream>
#include <streambuf>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::cli {

// Writes text in the form of Printable; a code point may arrive in pieces. Muster's own control sequences
// bypass this through Control. Not thread-safe. Lifetime: `target` outlives it.
class EscapingBuffer final : public std::streambuf {
 public:
  // `colours`: whether Paint may use colours.
  EscapingBuffer(std::streambuf& target, bool colours) : target_(target), colours_(colours) {}
  ~EscapingBuffer() override { sync(); }

  // Writes a control sequence unchanged.
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
  std::string pending_;  // an incomplete code point
};

enum class Colour { kRed, kYellow, kCyan, kBold };

// Writes `text`, coloured if `out` is a terminal with colours.
void Paint(std::ostream& out, Colour colour, absl::string_view text);
// Writes a control sequence if `out` has an EscapingBuffer; otherwise nothing.
void Control(std::ostream& out, absl::string_view sequence);

// Whether colours may be used on a terminal: not with NO_COLOR (whatever its value) or TERM=dumb.
bool MayColour();

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_ESCAPING_STREAM_H_

#include "clients/cli/escaping_stream.h"

#include <cstdlib>

#include "clients/cli/printable.h"
#include "text/utf8.h"

namespace muster::cli {
namespace {

const char* SequenceOf(Colour colour) {
  switch (colour) {
    case Colour::kRed:
      return "\x1b[1;31m";
    case Colour::kYellow:
      return "\x1b[1;33m";
    case Colour::kCyan:
      return "\x1b[36m";
    case Colour::kBold:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

bool EscapingBuffer::Pass(absl::string_view text) {
  return target_.sputn(text.data(), static_cast<std::streamsize>(text.size())) ==
         static_cast<std::streamsize>(text.size());
}

void EscapingBuffer::Control(absl::string_view sequence) { Pass(sequence); }

EscapingBuffer::int_type EscapingBuffer::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize EscapingBuffer::xsputn(const char* text, std::streamsize length) {
  pending_.append(text, static_cast<size_t>(length));
  const size_t whole = BytesOfWholeCodePoints(pending_);
  const bool passed = Pass(Printable(std::string_view(pending_).substr(0, whole)));
  pending_.erase(0, whole);
  return passed ? length : 0;
}

int EscapingBuffer::sync() {
  const bool passed = Pass(Printable(pending_));
  pending_.clear();
  return passed && target_.pubsync() == 0 ? 0 : -1;
}

void Paint(std::ostream& out, Colour colour, absl::string_view text) {
  auto* const buffer = dynamic_cast<EscapingBuffer*>(out.rdbuf());
  const bool coloured = buffer != nullptr && buffer->colours();
  if (coloured) buffer->Control(SequenceOf(colour));
  out << text;
  if (coloured) buffer->Control("\x1b[0m");
}

void Control(std::ostream& out, absl::string_view sequence) {
  if (auto* const buffer = dynamic_cast<EscapingBuffer*>(out.rdbuf())) buffer->Control(sequence);
}

bool MayColour() {
  const char* const terminal = std::getenv("TERM");
  return std::getenv("NO_COLOR") == nullptr && terminal != nullptr && absl::string_view(terminal) != "dumb";
}

}  // namespace muster::cli

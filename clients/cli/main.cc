// The `muster` program.
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "clients/cli/escaping_stream.h"
#include "clients/cli/invocation.h"

namespace {

// From now on, and until it goes out of scope, `stream` escapes what a terminal would obey, when `descriptor`
// is one.
class EscapedOnTerminal {
 public:
  EscapedOnTerminal(std::ostream& stream, int descriptor) : stream_(stream), plain_(stream.rdbuf()) {
    if (isatty(descriptor) == 0) return;
    buffer_ = std::make_unique<muster::cli::EscapingBuffer>(*plain_, muster::cli::MayColour());
    stream_.rdbuf(buffer_.get());
  }
  ~EscapedOnTerminal() { stream_.rdbuf(plain_); }
  bool is_terminal() const { return buffer_ != nullptr; }

 private:
  std::ostream& stream_;
  std::streambuf* const plain_;
  std::unique_ptr<muster::cli::EscapingBuffer> buffer_;
};

size_t ColumnsOf(int descriptor) {
  constexpr size_t kUsual = 80;
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const EscapedOnTerminal out(std::cout, STDOUT_FILENO);
  const EscapedOnTerminal err(std::cerr, STDERR_FILENO);
  muster::cli::Invocation run = {.terminal = {.out = std::cout,
                                              .err = std::cerr,
                                              .err_is_terminal = err.is_terminal(),
                                              .columns = ColumnsOf(STDERR_FILENO)},
                                 .in = std::cin};
  return muster::cli::Run(argc, argv, run);
}

// The `muster` program.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "clients/cli/escaping_stream.h"
#include "clients/cli/invocation.h"

namespace {

// During its lifetime, `stream` escapes control sequences if `descriptor` is a terminal.
class EscapedOutput {
 public:
  EscapedOutput(std::ostream& stream, int descriptor) : stream_(stream), plain_(stream.rdbuf()) {
    if (isatty(descriptor) == 0) return;
    buffer_ = std::make_unique<muster::cli::EscapingBuffer>(*plain_, muster::cli::MayColour());
    stream_.rdbuf(buffer_.get());
  }
  ~EscapedOutput() { stream_.rdbuf(plain_); }
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

// Opens each of stdin, stdout and stderr that the process was started without; otherwise a file or a
// connection would get its number and be written to. They are opened read-only, so that printing an answer
// fails as it does on a full disk.
void OpenStandardStreams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != stream) std::abort();
  }
}

// Runs before the initialisers of libraries; gRPC's opens a descriptor.
__attribute__((section(".preinit_array"), used)) void (*const kFirstOfAll)() = &OpenStandardStreams;

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more is an error of its write
  std::ios::sync_with_stdio(false);
  umask(077);  // --umask says otherwise
  const EscapedOutput out(std::cout, STDOUT_FILENO);
  const EscapedOutput err(std::cerr, STDERR_FILENO);
  muster::cli::Invocation run = {
      .terminal = {.out = std::cout,
                   .err = std::cerr,
                   .err_is_terminal = err.is_terminal(),
                   .columns = ColumnsOf(STDERR_FILENO),
                   .out_columns =
                       out.is_terminal() ? ColumnsOf(STDOUT_FILENO) : muster::cli::kUnboundedColumns},
      .in = std::cin,
      .in_is_terminal = isatty(STDIN_FILENO) != 0};
  return muster::cli::Run(argc, argv, run);
}

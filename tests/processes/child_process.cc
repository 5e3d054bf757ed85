#include "tests/processes/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/paths.h"

namespace muster::testing {
namespace {

std::string PathOf(const std::string& program) {
  return absl::StrContains(program, '/') ? program : absl::StrCat(MUSTER_BIN_DIR, "/", program);
}

// In the child: wires the pipes and becomes the program.
[[noreturn]] void Become(const std::string& program, const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment, int in, int out, int err) {
  dup2(in, 0);
  dup2(out, 1);
  dup2(err, 2);
  for (const std::string& entry : environment) putenv(const_cast<char*>(entry.c_str()));
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(127);
}

// Feeds `input` and collects both outputs until the child has closed them.
void Converse(int in, int out, int err, const std::string& input, Finished& finished) {
  size_t written = 0;
  bool out_open = true, err_open = true;
  fcntl(in, F_SETFL, O_NONBLOCK);
  while (out_open || err_open) {
    pollfd polls[3] = {{out_open ? out : -1, POLLIN, 0}, {err_open ? err : -1, POLLIN, 0}, {in, POLLOUT, 0}};
    if (written == input.size() && in >= 0) {
      close(in);
      in = -1;
    }
    polls[2].fd = in;
    poll(polls, 3, -1);
    char buffer[65536];
    const auto drain = [&](int fd, bool& open, std::string& text) {
      const ssize_t got = read(fd, buffer, sizeof buffer);
      if (got > 0) text.append(buffer, static_cast<size_t>(got));
      if (got == 0) open = false;
    };
    if (polls[0].revents != 0) drain(out, out_open, finished.out);
    if (polls[1].revents != 0) drain(err, err_open, finished.err);
    if (in >= 0 && polls[2].revents != 0) {
      const ssize_t put = write(in, input.data() + written, input.size() - written);
      if (put > 0) written += static_cast<size_t>(put);
      if (put < 0 && errno == EPIPE) written = input.size();
    }
  }
  if (in >= 0) close(in);
}

}  // namespace

Finished Run(const std::string& program, const std::vector<std::string>& arguments, const std::string& input,
             const std::vector<std::string>& environment) {
  signal(SIGPIPE, SIG_IGN);
  const std::string path = PathOf(program);
  int in[2], out[2], err[2];
  Finished finished;
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) return finished;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    Become(path, arguments, environment, in[0], out[1], err[1]);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  Converse(in[1], out[0], err[0], input, finished);
  close(out[0]);
  close(err[0]);
  int status = 0;
  waitpid(child, &status, 0);
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "muster-test-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchFolder::Write(const std::string& name, const std::string& content) const {
  const std::string path = absl::StrCat(path_, "/", name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

}  // namespace muster::testing

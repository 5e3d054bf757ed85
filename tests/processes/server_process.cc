#include "tests/processes/server_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/paths.h"

namespace muster::testing {
namespace {

// The last word of the program's first line: "musterd ready on 127.0.0.1:41234".
std::string ReadAddress(int out) {
  std::string line;
  char c = 0;
  while (read(out, &c, 1) == 1 && c != '\n') line += c;
  if (c != '\n') return "";
  return line.substr(line.find_last_of(' ') + 1);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& directory, const std::vector<std::string>& arguments,
                             const std::function<void()>& before) {
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return;
  std::vector<std::string> all = {absl::StrCat(MUSTER_BIN_DIR, "/musterd"), "--data", directory};
  const auto says = [&arguments](const char* option) {
    return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
  };
  if (!says("--listen")) all.insert(all.end(), {"--listen", "127.0.0.1:0"});
  if (!says("--map-size")) all.insert(all.end(), {"--map-size", absl::StrCat(uint64_t{8} << 30)});
  all.insert(all.end(), arguments.begin(), arguments.end());
  // Opened before `before` may become a user who has no way into the checkout.
  const int program = open(all[0].c_str(), O_RDONLY | O_CLOEXEC);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], 1);
    if (before != nullptr) before();
    std::vector<char*> argv;
    for (std::string& argument : all) argv.push_back(argument.data());
    argv.push_back(nullptr);
    fexecve(program, argv.data(), environ);
    _exit(127);
  }
  close(program);
  close(out[1]);
  out_ = out[0];
  address_ = ReadAddress(out_);
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) Stop();
  if (out_ >= 0) close(out_);
}

int ServerProcess::Wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int ServerProcess::Stop() {
  kill(pid_, SIGTERM);
  return Wait();
}

void ServerProcess::Kill() {
  kill(pid_, SIGKILL);
  Wait();
}

}  // namespace muster::testing

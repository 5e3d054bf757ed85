#include "clients/cli/stopped_server.h"

#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"

namespace muster::cli {
namespace {

// One end of a pipe.
using PipeEnd = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// The program beside this one; otherwise only its name, to be found in PATH.
std::string ServerProgram() {
  std::error_code error;
  const std::filesystem::path beside =
      std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "musterd";
  return !error && access(beside.c_str(), X_OK) == 0 ? beside.string() : "musterd";
}

// A child process with its standard output and standard error.
struct Child {
  pid_t id = -1;
  PipeEnd out{nullptr, std::fclose}, err{nullptr, std::fclose};
};

absl::StatusOr<Child> Start(const std::string& program, const std::string& data,
                            const std::string& population) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0) return absl::InternalError(std::strerror(errno));
  if (pipe2(err, O_CLOEXEC) != 0) {
    close(out[0]);
    close(out[1]);
    return absl::InternalError(std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  std::array<std::string, 5> words = {"musterd", "verify", absl::StrCat("--population=", population),
                                      absl::StrCat("--data=", data), ""};
  std::array<char*, 5> arguments = {words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                                    nullptr};
  Child child;
  const int failed = posix_spawnp(&child.id, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  child.out.reset(fdopen(out[0], "r"));
  child.err.reset(fdopen(err[0], "r"));
  if (failed == 0) return child;
  return absl::NotFoundError(absl::StrCat("can't run ", program, ": ", std::strerror(failed),
                                          "; install musterd beside muster, or put it into PATH"));
}

// The next line without its end; false at the end.
bool ReadLine(std::FILE* from, std::string& line) {
  char* text = nullptr;
  size_t room = 0;
  const ssize_t bytes = getline(&text, &room, from);
  if (bytes >= 0) line.assign(text, static_cast<size_t>(bytes));
  std::free(text);
  absl::StripTrailingAsciiWhitespace(&line);
  return bytes >= 0;
}

// The error if it exited otherwise than `musterd verify` does: 0 intact, 1 damaged.
absl::Status StatusOf(int ended, const std::string& remarks, bool checked) {
  if (WIFSIGNALED(ended)) {
    return absl::DataLossError(absl::StrCat("musterd was ended by ", strsignal(WTERMSIG(ended)),
                                            " while it read the population, which is damaged; restore it "
                                            "from a backup"));
  }
  if (remarks.empty() && WEXITSTATUS(ended) <= 1 && checked) return absl::OkStatus();
  return absl::FailedPreconditionError(remarks.empty() ? "musterd verify gave no answer" : remarks);
}

}  // namespace

absl::Status VerifyStopped(const std::string& data, const std::string& population,
                           const std::function<absl::Status(const v1::VerifyPopulationResponse&)>& take) {
  ASSIGN_OR_RETURN(Child child, Start(ServerProgram(), data, population));
  std::string line, remarks;
  absl::Status taken;
  bool checked = false;
  while (taken.ok() && ReadLine(child.out.get(), line)) {
    v1::VerifyPopulationResponse message;
    if (!google::protobuf::util::JsonStringToMessage(line, &message).ok()) continue;
    checked = true;
    taken = take(message);
  }
  child.out.reset();
  while (ReadLine(child.err.get(), line)) {
    const absl::string_view remark = absl::StripPrefix(line, "musterd verify: ");
    absl::StrAppend(&remarks, remarks.empty() ? "" : "\n", remark);
  }
  int ended = 0;
  while (waitpid(child.id, &ended, 0) < 0 && errno == EINTR) {
  }
  return taken.ok() ? StatusOf(ended, remarks, checked) : taken;
}

}  // namespace muster::cli

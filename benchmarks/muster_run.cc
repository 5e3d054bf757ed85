#include "benchmarks/muster_run.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "benchmarks/die.h"

namespace muster::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

std::string IdOf(uint64_t member) {
  uint64_t mixed = member + 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return absl::StrFormat("%016x", mixed ^ mixed >> 31);
}

double CpuSeconds(pid_t pid) {
  clockid_t clock;
  timespec used = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double AnonymousMebibytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (!absl::StartsWith(line, "RssAnon:")) continue;
    const std::vector<std::string> words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int kibibytes = 0;
    if (words.size() > 1 && absl::SimpleAtoi(words[1], &kibibytes)) return kibibytes / 1024.0;
  }
  return 0;
}

Taken RunMuster(const std::string& programs, const std::vector<std::string>& arguments, pid_t server) {
  std::vector<std::string> words = {programs + "/muster"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  Taken taken;
  const double server_cpu = CpuSeconds(server);
  const Clock::time_point start = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  std::atomic<bool> ended{false};
  std::thread watch([&] {
    while (!ended) {
      taken.server_mib = std::max(taken.server_mib, AnonymousMebibytes(server));
      taken.client_mib = std::max(taken.client_mib, AnonymousMebibytes(child));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  int status = 0;
  rusage used = {};
  wait4(child, &status, 0, &used);
  taken.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  ended = true;
  watch.join();
  if (status != 0) Die("muster " + arguments.at(2) + " failed");
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  taken.client_cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  taken.server_cpu = CpuSeconds(server) - server_cpu;
  return taken;
}

}  // namespace muster::benchmarks

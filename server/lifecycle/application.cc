#include "server/lifecycle/application.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <pthread.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/synchronization/mutex.h"
#include "index/disk/disk_room.h"
#include "index/population/database.h"
#include "index/status/status_reason.h"
#include "index/storage/files/crash_mark.h"
#include "server/lifecycle/open_files.h"
#include "server/lifecycle/running_server.h"
#include "server/lifecycle/spare_memory.h"
#include "server/lifecycle/token_key.h"
#include "server/transport/listening.h"

namespace muster::server {
namespace {

// The time that running calls have to end after the server is told to stop.
constexpr std::chrono::seconds kDrain(10);

// What gRPC and protobuf log is internal and only for debugging; what matters to a client is in its
// status.
void LogOfGrpc(gpr_log_func_args* line) { spdlog::debug("grpc: {}", line->message); }
void LogOfProtobuf(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  spdlog::debug("protobuf: {}", message);
}

void StartLog(const std::string& level) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("musterd", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_level(spdlog::level::from_str(level));
  spdlog::flush_on(spdlog::level::info);
  gpr_set_log_function(LogOfGrpc);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  google::protobuf::SetLogHandler(LogOfProtobuf);
}

void LogEvent(EventLog::Level level, const std::string& line) {
  switch (level) {
    case EventLog::Level::kInfo:
      return spdlog::info("{}", line);
    case EventLog::Level::kWarning:
      return spdlog::warn("{}", line);
    case EventLog::Level::kError:
      return spdlog::error("{}", line);
  }
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "musterd: %s\n", std::string(status.message()).c_str());
  return kExitFailed;
}

// A server on a full disk still answers questions; its operator should know why it refuses loads.
void WarnOfFullDisk(const std::string& directory) {
  constexpr uint64_t kFewBytes = uint64_t{1} << 20;
  const int no_room = index::WhyNoRoom(directory + "/LOCK", kFewBytes);
  if (no_room == 0) return;
  spdlog::warn(
      "{}: questions are answered, loads are refused, and what unfinished loads left is swept when there is "
      "room",
      index::DescribeNoRoom(no_room, directory));
}

constexpr int kStopSignals[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2};

// The signals that stop the server, and SIGHUP. Blocked in every thread; the main thread waits for them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  for (const int signal : kStopSignals) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow any more is an error of its write
  std::signal(SIGPIPE, SIG_IGN);  // a reader of stdout that closes the pipe must not stop the server
  return signals;
}

// Returns when one of kStopSignals arrives; calls `reload` at each SIGHUP.
void WaitForStop(const sigset_t& signals, const std::function<void()>& reload) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0 || signal == SIGHUP) {
    if (signal == SIGHUP) reload();
    signal = 0;
  }
  spdlog::info("{}: no new calls from now on; open ones have {} s to end", strsignal(signal), kDrain.count());
  // A second signal ends the process at once.
  for (const int stop : kStopSignals) std::signal(stop, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

// `populations`: the most that may exist.
ConnectionLimits LimitsOf(const Settings& settings, size_t populations, uint64_t open_files) {
  const ConnectionLimits limits{
      .connections = ConnectionsWithin(settings.max_connections, populations, open_files),
      .calls = settings.max_calls};
  if (limits.connections < settings.max_connections) {
    spdlog::warn(
        "at most {} connections instead of {}: this process may have {} files open (ulimit -n), of which {} "
        "populations keep six each",
        limits.connections, settings.max_connections, open_files, populations);
  }
  return limits;
}

// Applies the settings that can change while the server runs.
void Reload(const std::function<std::variant<Settings, int>()>& read_again, size_t populations,
            uint64_t open_files, RunningServer& server) {
  const std::variant<Settings, int> read = read_again();
  const Settings* const settings = std::get_if<Settings>(&read);
  if (settings == nullptr) {
    spdlog::warn("SIGHUP: the settings stay as they are, because they can't be read");
    return;
  }
  const ConnectionLimits limits = LimitsOf(*settings, populations, open_files);
  server.SetConnectionLimits(limits);
  spdlog::set_level(spdlog::level::from_str(settings->log_level));
  spdlog::info(
      "SIGHUP: log-level {}, max-connections {}, max-calls {}; other settings count from the next start",
      settings->log_level, limits.connections, limits.calls);
}

// The umask only affects files that this server makes; existing ones keep their permissions.
void WarnOfRights(const Settings& settings) {
  struct stat folder = {};
  if (stat(settings.data.c_str(), &folder) != 0) return;
  const unsigned wider = folder.st_mode & settings.umask & 0777;
  if (wider == 0) return;
  spdlog::warn(
      "{} has mode {:04o}: others than its owner may read what is in it; run `chmod -R go= {}`, or allow it "
      "with --umask {:03o}",
      settings.data, folder.st_mode & 07777, settings.data, settings.umask & ~wider);
}

}  // namespace

int RunApplication(const Settings& settings, const std::function<std::variant<Settings, int>()>& read_again) {
  const sigset_t signals = BlockSignals();
  StartLog(settings.log_level);
  const SpareMemory spare_memory;
  const uint64_t open_files = RaiseOpenFileLimit();
  // gRPC's locks are abseil's. Debian builds them with a deadlock detector that walks a graph at every lock,
  // which takes 4 % of a small count.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  umask(settings.umask);
  // Before anything is made on disk, so that a port in use leaves no directory behind.
  absl::StatusOr<ListeningSockets> bound = ListeningSockets::Bind(WithKnownLoopback(settings.listen));
  if (!bound.ok()) return Fail(bound.status());
  index::DatabaseOptions data;
  data.directory = settings.data;
  data.map_size = settings.map_size;
  const size_t most_populations = PopulationsWithin(data.max_populations, open_files);
  if (most_populations < data.max_populations) data.open_files = open_files;
  data.max_populations = most_populations;
  data.warn = [](const std::string& sentence) { spdlog::warn("{}", sentence); };
  if (const absl::Status watched = index::InstallCrashMarks(); !watched.ok())
    spdlog::warn("{}", std::string(watched.message()));
  absl::StatusOr<std::unique_ptr<index::Database>> database = index::Database::Open(std::move(data));
  if (!database.ok()) return Fail(database.status());
  WarnOfRights(settings);
  const bool read_only = (*database)->read_only();
  if (read_only) spdlog::warn("{}", std::string(index::ReadOnly(settings.data).message()));
  // The directory may already hold more populations than may be made now.
  const size_t populations =
      std::max(most_populations, (*database)->ListPopulations().size() + (*database)->ListOffline().size());
  absl::StatusOr<std::string> token_key = LoadTokenKey(settings.data);
  if (!token_key.ok() && (read_only || index::ReasonOf(token_key.status()) == index::Reason::kDiskFull)) {
    spdlog::warn("{}: page tokens and receipts end with this process",
                 std::string(token_key.status().message()));
    token_key = NewTokenKey();
  }
  if (!token_key.ok()) return Fail(token_key.status());
  WarnOfFullDisk(settings.data);
  ServingOptions options;
  options.token_key = *std::move(token_key);
  options.workers.threads = settings.threads;
  options.load_memory_bytes = settings.load_memory;
  options.log = LogEvent;
  options.connections = LimitsOf(settings, populations, open_files);
  options.report = [](const std::string& line) { spdlog::warn("{}", line); };
  absl::StatusOr<std::unique_ptr<RunningServer>> server =
      RunningServer::Start(*std::move(database), options, *std::move(bound));
  if (!server.ok()) return Fail(server.status());
  spdlog::info("serving {} on {} with {} workers", settings.data, (*server)->address(),
               (*server)->workers().threads());
  std::printf("musterd ready on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  WaitForStop(signals, [&] { Reload(read_again, populations, open_files, **server); });
  (*server)->Shutdown(kDrain);
  const WorkerPoolCounters counters = (*server)->workers().counters();
  spdlog::info("stopped after {} calls; {} were refused as too many", counters.admitted, counters.overloaded);
  return 0;
}

}  // namespace muster::server

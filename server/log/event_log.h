// Log lines about loads, and about failures that matter to the operator.
#ifndef MUSTER_SERVER_LOG_EVENT_LOG_H_
#define MUSTER_SERVER_LOG_EVENT_LOG_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"

namespace muster::server {

// `text` in double quotes, on one line and safe for any terminal: invisible characters (see
// EscapeUnseen), quotes and backslashes are escaped (`\n`, `\u202e`), invalid UTF-8 becomes U+FFFD, and
// long text is cut.
std::string LogText(std::string_view text);

// The facts of one load for its log line. A plain value.
struct LoadEvent {
  std::string population, label, date;  // as the client gave them; empty: not given
  std::string peer;
  uint64_t records = 0;  // fed or rejected
  uint64_t rejected = 0;
  absl::Duration took;
};

// Writes one line for each load that ended or was refused, and for each failure of the store or lack of
// space. Each kind of line is rate-limited, so that a client can't fill the disk with them; the next line
// says how many were suppressed. Thread-safe.
class EventLog {
 public:
  enum class Level { kInfo, kWarning, kError };
  using Sink = std::function<void(Level, const std::string& line)>;

  // `sink`: called under a lock, once per line; null discards the lines.
  explicit EventLog(Sink sink, std::function<absl::Time()> clock = absl::Now);

  // `state`: "published", "published before", "empty".
  void LoadEnded(const LoadEvent& load, std::string_view state) ABSL_LOCKS_EXCLUDED(mutex_);
  void LoadRefused(const LoadEvent& load, const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);
  // Logs the failure of a call: DATA_LOSS, a full disk and overload, nothing else. Cheap for a call that
  // succeeded.
  void Failed(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  enum Kind : uint8_t { kEnded, kRefused, kDamage, kDiskFull, kOverload };
  // A rate limit: how many lines may come at once, and how often another may follow.
  struct Pace {
    double burst;
    double per_second;
  };
  struct Budget {
    double left = 0;
    absl::Time refilled = absl::InfinitePast();
    uint64_t left_out = 0;
  };
  static Pace PaceOf(Kind kind);
  void Write(Kind kind, Level level, const std::string& line) ABSL_LOCKS_EXCLUDED(mutex_);

  const Sink sink_;
  const std::function<absl::Time()> clock_;
  Mutex mutex_;
  std::array<Budget, 5> budgets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_LOG_EVENT_LOG_H_

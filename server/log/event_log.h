// What the server's log says of loads, and of failures that its operator should know of.
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

// `text` in double quotes, on one line, and shown as it is on any terminal: what can't be seen (see
// EscapeUnseen), quotes and backslashes are escaped (`\n`, `\u202e`), what isn't UTF-8 is U+FFFD, and a long
// text is cut.
std::string LogText(std::string_view text);

// What a line says of one load. A plain value.
struct LoadEvent {
  std::string population, label, date;  // as the client says; empty: it doesn't
  std::string peer;
  uint64_t records = 0;  // fed or rejected
  uint64_t rejected = 0;
  absl::Duration took;
};

// Writes one line a load that ended, one a load that was refused, and one a failure of the store or for want
// of room. Lines of a kind that come faster than anybody reads are left out, and the next one says how many:
// a client can't fill the disk with them. Thread-safe.
class EventLog {
 public:
  enum class Level { kInfo, kWarning, kError };
  using Sink = std::function<void(Level, const std::string& line)>;

  // `sink`: called under a lock, one line at a time; null writes nothing.
  explicit EventLog(Sink sink, std::function<absl::Time()> clock = absl::Now);

  // `state`: "published", "published before", "empty".
  void LoadEnded(const LoadEvent& load, std::string_view state) ABSL_LOCKS_EXCLUDED(mutex_);
  void LoadRefused(const LoadEvent& load, const absl::Status& why) ABSL_LOCKS_EXCLUDED(mutex_);
  // A call that failed: says something of DATA_LOSS, a full disk and overload, nothing of all else. Cheap for
  // a call that went well.
  void Failed(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  enum Kind : uint8_t { kEnded, kRefused, kDamage, kDiskFull, kOverload };
  // Lines that may come at once, and how often another one may.
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

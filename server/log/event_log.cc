#include "server/log/event_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"
#include "server/wire/error_status.h"
#include "text/controls.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

constexpr size_t kTextBytesMax = 200;
constexpr size_t kSentenceBytesMax = 600;

std::string Escaped(std::string_view text, size_t max_bytes) {
  return EscapeQuoted(Shortened(MendUtf8(text.substr(0, 4 * max_bytes)), {.bytes = max_bytes}));
}

std::string ShortLoad(const LoadEvent& load) {
  return absl::StrCat("population=", LogText(load.population), " label=", LogText(load.label),
                      " date=", load.date.empty() ? "today" : LogText(load.date), " records=", load.records,
                      " rejected=", load.rejected, " ms=", absl::ToInt64Milliseconds(load.took),
                      " peer=", LogText(load.peer));
}

}  // namespace

std::string LogText(std::string_view text) { return absl::StrCat("\"", Escaped(text, kTextBytesMax), "\""); }

EventLog::EventLog(Sink sink, std::function<absl::Time()> clock)
    : sink_(std::move(sink)), clock_(std::move(clock)) {}

EventLog::Pace EventLog::PaceOf(Kind kind) {
  switch (kind) {
    case kEnded:
    case kRefused:
      return {1'000, 20};
    case kDamage:
    case kDiskFull:
    case kOverload:
      break;
  }
  return {10, 0.1};
}

void EventLog::LoadEnded(const LoadEvent& load, std::string_view state) {
  Write(kEnded, Level::kInfo, absl::StrCat("load ", std::string(state), ": ", ShortLoad(load)));
}

void EventLog::LoadRefused(const LoadEvent& load, const absl::Status& why) {
  Write(kRefused, Level::kInfo,
        absl::StrCat("load refused: ", ShortLoad(load), " reason=", ReasonName(why), " message=\"",
                     Escaped(std::string(why.message()), kSentenceBytesMax), "\""));
  Failed(why);
}

void EventLog::Failed(const absl::Status& status) {
  if (status.ok()) return;
  const std::string reason = ReasonName(status);
  const std::string message = Escaped(std::string(status.message()), kSentenceBytesMax);
  if (absl::IsDataLoss(status)) {
    Write(kDamage, Level::kError, absl::StrCat("stored data is damaged: \"", message, "\""));
  } else if (reason == "DISK_FULL" || reason == "STORAGE_FULL") {
    Write(kDiskFull, Level::kWarning, absl::StrCat("no room: \"", message, "\""));
  } else if (reason == "OVERLOADED" || reason == "LOAD_MEMORY") {
    Write(kOverload, Level::kWarning, absl::StrCat("overloaded: \"", message, "\""));
  }
}

void EventLog::Write(Kind kind, Level level, const std::string& line) {
  if (sink_ == nullptr) return;
  const Pace pace = PaceOf(kind);
  const absl::Time now = clock_();
  MutexLock lock(mutex_);
  Budget& budget = budgets_[kind];
  const double since = std::max(0.0, absl::ToDoubleSeconds(now - budget.refilled));
  budget.left = std::min(pace.burst, budget.left + since * pace.per_second);
  budget.refilled = now;
  if (budget.left < 1) {
    ++budget.left_out;
    return;
  }
  budget.left -= 1;
  const uint64_t left_out = std::exchange(budget.left_out, 0);
  sink_(level,
        left_out == 0 ? line : absl::StrCat(line, " (and ", left_out, " more like it since the last line)"));
}

}  // namespace muster::server

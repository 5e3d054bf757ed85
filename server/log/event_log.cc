#include "server/log/event_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/status/status_reason.h"
#include "server/wire/error_status.h"
#include "server/wire/wire_text.h"

namespace muster::server {
namespace {

constexpr size_t kTextBytesMax = 200;
constexpr size_t kSentenceBytesMax = 600;

// The code point that begins at `at`, and moves `at` behind it. REQUIRES: valid UTF-8.
uint32_t NextCodePoint(std::string_view text, size_t& at) {
  const auto lead = static_cast<uint8_t>(text[at++]);
  const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  uint32_t point = more == 0 ? lead : lead & (0x3fu >> more);
  for (int i = 0; i < more && at < text.size(); ++i) point = point << 6 | (text[at++] & 0x3fu);
  return point;
}

// What could end the line, move on it, or turn it around.
bool MustBeEscaped(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0x061c ||
         point == 0xfeff || (point >= 0xe0000 && point <= 0xe007f);
}

std::string Escaped(std::string_view text, size_t max_bytes) {
  const std::string whole = Cut(MendUtf8(text.substr(0, 4 * max_bytes)), max_bytes);
  std::string escaped;
  for (size_t at = 0; at < whole.size();) {
    const size_t begin = at;
    const uint32_t point = NextCodePoint(whole, at);
    if (point == '\n') {
      escaped += "\\n";
    } else if (point == '"' || point == '\\') {
      absl::StrAppend(&escaped, "\\", whole.substr(begin, 1));
    } else if (MustBeEscaped(point)) {
      absl::StrAppendFormat(&escaped, "\\u{%x}", point);
    } else {
      escaped.append(whole, begin, at - begin);
    }
  }
  return escaped;
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

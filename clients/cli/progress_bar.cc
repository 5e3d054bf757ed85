#include "clients/cli/progress_bar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/display_width.h"
#include "clients/cli/escaping_stream.h"

namespace muster::cli {
namespace {

constexpr size_t kBarWidth = 30;
constexpr absl::Duration kBetweenDrawings = absl::Milliseconds(100);

}  // namespace

std::string ProgressLine(const std::string& what, std::optional<double> share, uint64_t count,
                         const std::string& unit, absl::Duration took, size_t columns) {
  const std::string end =
      absl::StrCat("  ", Grouped(count), " ", unit, "  ", absl::ToInt64Seconds(took), " s");
  std::string bar, percent;
  if (share.has_value()) {
    const double done = std::clamp(*share, 0.0, 1.0);
    const auto filled = static_cast<size_t>(done * kBarWidth);
    bar = absl::StrCat("  [", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), "]");
    percent = absl::StrCat("  ", static_cast<int>(done * 100), " %");
  }
  if (DisplayWidth(what) + bar.size() + percent.size() + end.size() > columns) bar.clear();
  const size_t others = percent.size() + end.size();
  const size_t room = columns > others ? columns - others : 1;
  return FitWidth(absl::StrCat(FitWidth(what, room), bar, percent, end), columns);
}

ProgressBar::ProgressBar(const Terminal& terminal, std::string what, std::string unit)
    : terminal_(terminal), what_(std::move(what)), unit_(std::move(unit)), began_(absl::Now()) {}

ProgressBar::~ProgressBar() {
  if (drawn_ != absl::InfinitePast()) Wipe();
}

void ProgressBar::Wipe() {
  Control(terminal_.err, "\r\x1b[K");
  terminal_.err << std::flush;
}

void ProgressBar::Show(std::optional<double> share, uint64_t count) {
  const absl::Time now = absl::Now();
  if (!terminal_.err_is_terminal || now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  Wipe();
  // One column less: a terminal that is filled to its edge may go on to the next line.
  terminal_.err << ProgressLine(what_, share, count, unit_, now - began_,
                                std::max<size_t>(21, terminal_.columns) - 1)
                << std::flush;
}

}  // namespace muster::cli

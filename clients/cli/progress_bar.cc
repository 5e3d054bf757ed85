#include "clients/cli/progress_bar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/display_width.h"

namespace muster::cli {
namespace {

constexpr size_t kBarWidth = 30;
constexpr absl::Duration kBetweenDrawings = absl::Milliseconds(100);

}  // namespace

std::string ProgressLine(const std::string& what, std::optional<double> share, uint64_t count,
                         const std::string& unit, absl::Duration took) {
  std::string line = what;
  if (share.has_value()) {
    const double done = std::clamp(*share, 0.0, 1.0);
    const auto filled = static_cast<size_t>(done * kBarWidth);
    absl::StrAppend(&line, "  [", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), "]  ",
                    static_cast<int>(done * 100), " %");
  }
  absl::StrAppend(&line, "  ", Grouped(count), " ", unit, "  ", absl::ToInt64Seconds(took), " s");
  return line;
}

ProgressBar::ProgressBar(const Terminal& terminal, std::string what, std::string unit)
    : terminal_(terminal), what_(std::move(what)), unit_(std::move(unit)), began_(absl::Now()) {}

ProgressBar::~ProgressBar() {
  if (drawn_ != absl::InfinitePast()) terminal_.err << "\r\x1b[K" << std::flush;
}

void ProgressBar::Show(std::optional<double> share, uint64_t count) {
  const absl::Time now = absl::Now();
  if (!terminal_.err_is_terminal || now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  terminal_.err << "\r" << ProgressLine(what_, share, count, unit_, now - began_) << "\x1b[K" << std::flush;
}

}  // namespace muster::cli

#include "clients/cli/progress_bar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/escaping_stream.h"
#include "clients/cli/shown_text.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

constexpr size_t kWidestBar = 30;
constexpr size_t kNarrowestBar = 10;
constexpr size_t kBarFrame = 4;  // two blanks and two brackets
constexpr absl::Duration kBetweenDrawings = absl::Milliseconds(100);

}  // namespace

std::string ProgressLine(const Progress& progress, size_t columns) {
  const std::optional<double> share = progress.share;
  absl::string_view unit = progress.unit;
  if (progress.count == 1) absl::ConsumeSuffix(&unit, "s");
  const std::string end =
      absl::StrCat("  ", Grouped(progress.count), " ", unit, "  ", absl::ToInt64Seconds(progress.took), " s");
  const double done = std::clamp(share.value_or(0), 0.0, 1.0);
  const std::string percent = share.has_value() ? absl::StrCat("  ", static_cast<int>(done * 100), " %") : "";
  const size_t others = percent.size() + end.size();
  const std::string shown = FitWidth(progress.what, columns > others ? columns - others : 1);
  const size_t taken = DisplayWidth(shown) + others + kBarFrame;
  std::string bar;
  if (share.has_value() && taken + kNarrowestBar <= columns) {
    const size_t width = std::min(kWidestBar, columns - taken);
    const auto filled = static_cast<size_t>(done * static_cast<double>(width));
    bar = absl::StrCat("  [", std::string(filled, '#'), std::string(width - filled, '-'), "]");
  }
  return FitWidth(absl::StrCat(shown, bar, percent, end), columns);
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
  // One column less, since a terminal that is filled to its edge may wrap.
  terminal_.err << ProgressLine({what_, share, count, unit_, now - began_},
                                std::max<size_t>(21, terminal_.columns) - 1)
                << std::flush;
}

}  // namespace muster::cli

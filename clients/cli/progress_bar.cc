#include "clients/cli/progress_bar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/escaping_stream.h"
#include "clients/cli/shown_text.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

constexpr size_t kWidestBar = 30;
constexpr size_t kNarrowestBar = 10;
constexpr size_t kBarFrame = 4;  // two blanks and two brackets
constexpr absl::Duration kBetweenDrawings = absl::Milliseconds(100);

// `3 s`, `12 min`, `5 h`.
std::string RoughTime(absl::Duration time) {
  if (time < absl::Minutes(2)) return absl::StrCat(absl::ToInt64Seconds(time), " s");
  if (time < absl::Hours(2)) return absl::StrCat(absl::ToInt64Minutes(time), " min");
  return absl::StrCat(absl::ToInt64Hours(time), " h");
}

// The parts of a progress as text; a part that isn't known is empty.
struct ProgressTexts {
  std::string percent, count, rate, time;
};

ProgressTexts TextsOf(const Progress& progress) {
  absl::string_view unit = progress.unit;
  if (progress.count == 1) absl::ConsumeSuffix(&unit, "s");
  ProgressTexts texts = {.count = absl::StrCat(Grouped(progress.count), " ", unit),
                         .time = RoughTime(progress.took)};
  const double share = std::clamp(progress.share.value_or(0), 0.0, 1.0);
  if (progress.share.has_value()) texts.percent = absl::StrCat(static_cast<int>(share * 100), " %");
  if (progress.took < absl::Seconds(1)) return texts;  // too early to say
  const double seconds = absl::ToDoubleSeconds(progress.took);
  texts.rate =
      absl::StrCat(Grouped(static_cast<uint64_t>(static_cast<double>(progress.count) / seconds)), "/s");
  if (share > 0) texts.time = absl::StrCat(RoughTime(progress.took * ((1 - share) / share)), " left");
  return texts;
}

}  // namespace

std::string ProgressLine(const Progress& progress, size_t columns) {
  const ProgressTexts texts = TextsOf(progress);
  const std::string percent = texts.percent.empty() ? "" : absl::StrCat("  ", texts.percent);
  std::string end =
      absl::StrCat("  ", texts.count, texts.rate.empty() ? "" : "  ", texts.rate, "  ", texts.time);
  const size_t least_bar = progress.share.has_value() ? kBarFrame + kNarrowestBar : 0;
  if (DisplayWidth(progress.what) + percent.size() + end.size() + least_bar > columns)
    end = absl::StrCat("  ", texts.count, "  ", texts.time);
  const size_t others = percent.size() + end.size();
  const std::string shown = FitWidth(progress.what, columns > others ? columns - others : 1);
  const size_t taken = DisplayWidth(shown) + others + kBarFrame;
  std::string bar;
  if (progress.share.has_value() && taken + kNarrowestBar <= columns) {
    const double done = std::clamp(*progress.share, 0.0, 1.0);
    const size_t width = std::min(kWidestBar, columns - taken);
    const auto filled = static_cast<size_t>(done * static_cast<double>(width));
    bar = absl::StrCat("  [", std::string(filled, '#'), std::string(width - filled, '-'), "]");
  }
  return FitWidth(absl::StrCat(shown, bar, percent, end), columns);
}

std::string PlainProgress(const Progress& progress) {
  const ProgressTexts texts = TextsOf(progress);
  std::string line = FitWidth(progress.what, kUnboundedColumns);
  absl::string_view between = ": ";
  for (const std::string* const part : {&texts.percent, &texts.count, &texts.rate, &texts.time}) {
    if (part->empty()) continue;
    absl::StrAppend(&line, between, *part);
    between = ", ";
  }
  return line;
}

ProgressBar::ProgressBar(const Terminal& terminal, std::string what, std::string unit, Elsewhere elsewhere,
                         std::function<absl::Time()> clock)
    : terminal_(terminal),
      what_(std::move(what)),
      unit_(std::move(unit)),
      elsewhere_(elsewhere),
      clock_(std::move(clock)),
      began_(clock_()),
      line_written_(began_) {}

ProgressBar::~ProgressBar() {
  if (drawn_ != absl::InfinitePast()) Wipe();
}

void ProgressBar::Wipe() {
  Control(terminal_.err, "\r\x1b[K");
  terminal_.err << std::flush;
}

void ProgressBar::Show(std::optional<double> share, uint64_t count) {
  const absl::Time now = clock_();
  const Progress progress = {what_, share, count, unit_, now - began_};
  if (!terminal_.err_is_terminal) {
    if (elsewhere_ == Elsewhere::kSilent || now - line_written_ < kBetweenLines) return;
    line_written_ = now;
    terminal_.err << "muster: " << PlainProgress(progress) << "\n" << std::flush;
    return;
  }
  if (now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  Wipe();
  // One column less, since a terminal that is filled to its edge may wrap.
  terminal_.err << ProgressLine(progress, std::max<size_t>(21, terminal_.columns) - 1) << std::flush;
}

}  // namespace muster::cli

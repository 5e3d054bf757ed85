// Shows the progress of an operation on one line of the terminal.
#ifndef MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_
#define MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/terminal.h"

namespace muster::cli {

// Redraws its line at most ten times a second, and erases it in the end. If standard error is not a terminal, it
// draws nothing, or writes a line every kBetweenLines: none for an operation shorter than that. Not thread-safe.
class ProgressBar {
 public:
  enum class Elsewhere { kSilent, kLines };
  static constexpr absl::Duration kBetweenLines = absl::Seconds(10);

  // `what`: the operation, such as "loading customers.csv"; `unit`: what is counted, such as "records".
  // `elsewhere`: where there is no terminal.
  ProgressBar(const Terminal& terminal, std::string what, std::string unit,
              Elsewhere elsewhere = Elsewhere::kSilent, std::function<absl::Time()> clock = absl::Now);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Changes the operation shown from now on.
  void Rename(std::string what) { what_ = std::move(what); }

  // `share`: the part done, 0 to 1; empty if the total is unknown.
  void Show(std::optional<double> share, uint64_t count);

 private:
  void Wipe();

  const Terminal& terminal_;
  std::string what_;
  const std::string unit_;
  const Elsewhere elsewhere_;
  const std::function<absl::Time()> clock_;
  const absl::Time began_;
  absl::Time drawn_ = absl::InfinitePast();
  absl::Time line_written_;
};

// The progress of an operation.
struct Progress {
  std::string what;
  std::optional<double> share;  // the part done; empty: unknown
  uint64_t count = 0;
  std::string unit;
  absl::Duration took;
};

// The line itself, at most `columns` wide: `loading x  [#########-----------]  45 %  1,234 records  411/s  4 s
// left`. Without a known share it ends in the time that was taken, as in the first second. If it doesn't fit, the
// bar is shortened, then the rate is omitted, then the bar, and then `what` is cut. REQUIRES: columns >= 20.
std::string ProgressLine(const Progress& progress, size_t columns);

// The same for a log: `loading x: 45 %, 1,234 records, 411/s, 4 s left`.
std::string PlainProgress(const Progress& progress);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

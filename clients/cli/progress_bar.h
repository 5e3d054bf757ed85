// Shows the progress of an operation on one line of the terminal.
#ifndef MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_
#define MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "clients/cli/terminal.h"

namespace muster::cli {

// Redraws its line at most ten times a second, and erases it in the end. Draws nothing if standard error is
// not a terminal. Not thread-safe.
class ProgressBar {
 public:
  // `what`: the operation, such as "loading customers.csv"; `unit`: what is counted, such as "records".
  ProgressBar(const Terminal& terminal, std::string what, std::string unit);
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
  const absl::Time began_;
  absl::Time drawn_ = absl::InfinitePast();
};

// The progress of an operation.
struct Progress {
  std::string what;
  std::optional<double> share;  // the part done; empty: unknown
  uint64_t count = 0;
  std::string unit;
  absl::Duration took;
};

// The line itself, at most `columns` wide: `loading x  [#########-----------]  45 %  1,234 records  3
// s`. If it doesn't fit, the bar is shortened, then omitted, and then `what` is cut. REQUIRES: columns
// >= 20.
std::string ProgressLine(const Progress& progress, size_t columns);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

// A line on the terminal that says how far something is.
#ifndef MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_
#define MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "clients/cli/terminal.h"

namespace muster::cli {

// Draws its line anew at most ten times a second, and wipes it in the end. Draws nothing where standard error
// is no terminal. For one thread.
class ProgressBar {
 public:
  // `what` is being done, such as "loading customers.csv"; `unit` is counted, such as "records".
  ProgressBar(const Terminal& terminal, std::string what, std::string unit);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Says from now on that `what` is being done.
  void Rename(std::string what) { what_ = std::move(what); }

  // `share` of the whole is done, 0 to 1; nothing when the whole is not known.
  void Show(std::optional<double> share, uint64_t count);

 private:
  void Wipe();

  const Terminal& terminal_;
  std::string what_;
  const std::string unit_;
  const absl::Time began_;
  absl::Time drawn_ = absl::InfinitePast();
};

// How far something has come.
struct Progress {
  std::string what;
  std::optional<double> share;  // done; nothing: not known
  uint64_t count = 0;
  std::string unit;
  absl::Duration took;
};

// The line itself, at most `columns` wide: `loading x  [#########-----------]  45 %  1,234 records  3 s`.
// Where it doesn't fit, the bar gets shorter, then it is left out, then `what` is cut. REQUIRES: columns
// >= 20.
std::string ProgressLine(const Progress& progress, size_t columns);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_PROGRESS_BAR_H_

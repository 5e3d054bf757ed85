#include "index/versions/snapshots/row_probe.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "index/versions/snapshots/version_row_source.h"

namespace muster::index {
namespace {

// Some milliseconds in memory, and few enough for a transaction when each has to be read from disk.
constexpr size_t kProbesInOneTransaction = 4'096;

}  // namespace

RowProbe::RowProbe(const Snapshot& snapshot, Ordinal ordinal)
    : snapshot_(snapshot), source_(snapshot.LendRowSource()), ordinal_(ordinal) {}

RowProbe::~RowProbe() {
  source_->EndWindow();
  if (!failed_) snapshot_.TakeBack(std::move(source_));
}

absl::StatusOr<bool> RowProbe::Contains(RowRef row) {
  absl::StatusOr<bool> contains = Read(row);
  failed_ = failed_ || !contains.ok();
  return contains;
}

absl::StatusOr<bool> RowProbe::Read(RowRef row) {
  if (probes_++ % kProbesInOneTransaction == 0) {
    RETURN_IF_ERROR(source_->BeginWindow(FragmentOf(ordinal_), 1));
  }
  RETURN_IF_ERROR(source_->Resolve(row, resolved_));
  return ProbeFragment(resolved_, 0, LocalOf(ordinal_));
}

}  // namespace muster::index

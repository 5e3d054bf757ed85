#include "index/versions/lookups/row_probe.h"

#include <memory>
#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "index/versions/snapshots/version_row_source.h"

namespace muster::index {
namespace {

absl::StatusOr<bool> ReadIn(VersionRowSource& source, RowRef row, Ordinal member) {
  RETURN_IF_ERROR(source.BeginWindow(FragmentOf(member), 1));
  ResolvedRow resolved;
  RETURN_IF_ERROR(source.Resolve(row, resolved));
  return ProbeFragment(resolved, 0, LocalOf(member));
}

}  // namespace

absl::StatusOr<bool> Contains(const Snapshot& snapshot, RowRef row, Ordinal member) {
  RETURN_IF_ERROR(snapshot.FindVersion(row.tag).status());
  std::unique_ptr<VersionRowSource> source = snapshot.LendRowSource();
  absl::StatusOr<bool> contains = ReadIn(*source, row, member);
  source->EndWindow();
  if (contains.ok()) snapshot.TakeBack(std::move(source));
  return contains;
}

}  // namespace muster::index

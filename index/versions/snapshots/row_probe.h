// Finds out which rows of a snapshot hold one member.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_PROBE_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_PROBE_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// Reads many rows in one short transaction, renewed after some thousand, through a source of the snapshot, which
// knows where the rows of tags are. Beginning a transaction for each row took most of a look-up's time. Not
// thread-safe. Lifetime: the snapshot outlives it.
class RowProbe {
 public:
  // REQUIRES: in a dated view, the tags that will be asked about have been found (Snapshot::FindVersion).
  RowProbe(const Snapshot& snapshot, Ordinal ordinal);
  ~RowProbe();
  RowProbe(const RowProbe&) = delete;
  RowProbe& operator=(const RowProbe&) = delete;

  // Whether the row holds the ordinal; ascending rows are fastest. DATA_LOSS when a record isn't what was
  // written; the probe may then only be destroyed.
  absl::StatusOr<bool> Contains(RowRef row);

 private:
  absl::StatusOr<bool> Read(RowRef row);

  const Snapshot& snapshot_;
  std::unique_ptr<VersionRowSource> source_;
  const Ordinal ordinal_;
  size_t probes_ = 0;
  bool failed_ = false;
  ResolvedRow resolved_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_PROBE_H_

// A consistent read view: one version of everyone and of every tag, leased for as long as somebody holds it.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOT_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"
#include "index/storage/identity.h"

namespace muster::index {

using Version = uint32_t;  // of one tag, from 1 (everyone has an empty version 0)

// Which version of each tag; tag 0 is everyone.
using VersionVector = std::map<TagId, Version>;

// What a token names: versions of one population, and what tells them from those that have the same numbers
// in a store that was restored, copied or made anew. A plain value.
struct PinnedView {
  Identity population = 0;
  VersionVector versions;
  uint64_t fingerprint = 0;  // of the versions with their publications' identities
};

// Immutable and thread-safe. Holds the lease on its versions until it is destroyed; one that a Population
// gave holds that too. Reads open short transactions of their own, so a snapshot may live for hours.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual const VersionVector& versions() const = 0;
  // Some of its versions as a token names them. REQUIRES: each is the snapshot's.
  virtual PinnedView Pin(const VersionVector& versions) const = 0;
  // Members of everyone.
  virtual uint64_t member_count() const = 0;
  // Fragments that hold a member: a scan covers [0, fragment_count()).
  virtual uint32_t fragment_count() const = 0;
  // For one thread. REQUIRES: the snapshot outlives it.
  virtual std::unique_ptr<RowSource> NewRowSource() const = 0;
  // How many ordinals a row holds, exactly, from statistics; 0 for a row that isn't there.
  virtual absl::StatusOr<uint64_t> RowCardinality(RowRef row) const = 0;
  // The same for many rows of one tag, in their order, without a transaction for each. Ascending ones are
  // found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                                 absl::Span<const RowId> rows) const = 0;
  // Calls `visit(row, cardinality)` for each row of the tag with a value id in [first, last] that holds any
  // ordinal, ascending, until it answers false.
  virtual absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                                 const std::function<bool(RowId, uint64_t)>& visit) const = 0;
  // Which values of the tag have rows of their own, ascending; nothing when all have. Of the others there are
  // statistics, and the tag's value ids as slices at value id 0: their rows hold nobody for a row source.
  virtual absl::StatusOr<std::optional<std::vector<ValueId>>> ValuesWithRows(TagId tag) const = 0;
  // The digits after the point of a NUMBER tag's numbers in this version; 0 for other kinds and a tag that
  // the snapshot doesn't have.
  virtual absl::StatusOr<int> Scale(TagId tag) const = 0;
  // Whether the row, one of its own, holds the ordinal.
  virtual absl::StatusOr<bool> Contains(RowRef row, uint64_t ordinal) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOT_H_

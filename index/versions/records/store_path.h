// The path from the version that a store's base holds to another version.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_STORE_PATH_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_STORE_PATH_H_

#include <vector>

#include "absl/status/statusor.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

struct PathEdge {
  EdgeId edge = kNoEdge;
  bool forward = true;  // from parent to child
};

// Edges from a base to a version W, from the base outward; empty edges (rollbacks) are left out.
// While the store settles from S to T, the base holds T below the frontier and S from it on, so the edge
// between them counts for one side only; the others count for every key.
struct StorePath {
  StoreId store = 0;
  Frontier frontier;  // {0, 0} when nothing settles
  // The edge between S and T when it is on the way to W for some keys: for those below the frontier (W lies
  // on S's side) or for all others (W lies on T's side).
  PathEdge between;  // edge == kNoEdge: nothing settles, or its edge is empty
  bool between_below_frontier = false;
  std::vector<PathEdge> edges;

  bool UsesBetween(Frontier key) const {
    return between.edge != kNoEdge && (key < frontier) == between_below_frontier;
  }
};

// The edges from one version to another. REQUIRES: both are versions of `tag` in one store. Walks up to their
// common ancestor and down again, one step for each edge. DATA_LOSS when the records don't form a tree.
absl::StatusOr<std::vector<PathEdge>> FindEdges(const Transaction& transaction, TagId tag, Version from,
                                                Version to);

// The path to `version` in the store of its record, at the state of `transaction`.
absl::StatusOr<StorePath> FindPath(const Transaction& transaction, TagId tag, Version version);
// The same for a store whose record is known.
absl::StatusOr<StorePath> FindPathIn(const Transaction& transaction, StoreId store, const StoreRecord& record,
                                     Version version);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_STORE_PATH_H_

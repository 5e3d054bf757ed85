#include "index/versions/records/store_path.h"

#include <algorithm>

#include "index/status/status_macros.h"

namespace muster::index {

// Loop invariant: `up` are the edges from `from` to a, `down` those from b to `to`, outermost first.
// Ancestors have lower numbers, so lifting the greater of a and b never passes the common ancestor; each step
// lowers one, so it ends.
absl::StatusOr<std::vector<PathEdge>> FindEdges(const Transaction& transaction, TagId tag, Version from,
                                                Version to) {
  std::vector<PathEdge> up, down;
  Version a = from, b = to;
  while (a != b) {
    Version& lifted = a > b ? a : b;
    ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(transaction, tag, lifted));
    if (record.parent == kNoVersion) return Corrupt("tree of versions");
    if (record.edge != kNoEdge) {
      if (&lifted == &a) {
        up.push_back({record.edge, false});
      } else {
        down.push_back({record.edge, true});
      }
    }
    lifted = record.parent;
  }
  up.insert(up.end(), down.rbegin(), down.rend());
  return up;
}

absl::StatusOr<StorePath> FindPath(const Transaction& transaction, TagId tag, Version version) {
  ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(transaction, tag, version));
  ASSIGN_OR_RETURN(StoreRecord store, ReadStore(transaction, record.store));
  if (store.tag != tag || store.settled == kNoVersion) return Corrupt("record of a store");
  return FindPathIn(transaction, record.store, store, version);
}

absl::StatusOr<StorePath> FindPathIn(const Transaction& transaction, StoreId store, const StoreRecord& record,
                                     Version version) {
  StorePath path;
  path.store = store;
  path.frontier = record.frontier;
  ASSIGN_OR_RETURN(std::vector<PathEdge> from_settled,
                   FindEdges(transaction, record.tag, record.settled, version));
  if (record.settling == kNoVersion) {
    path.edges = std::move(from_settled);
    return path;
  }
  ASSIGN_OR_RETURN(std::vector<PathEdge> between,
                   FindEdges(transaction, record.tag, record.settled, record.settling));
  if (between.size() > 1) return Corrupt("settling of a store");
  ASSIGN_OR_RETURN(std::vector<PathEdge> from_target,
                   FindEdges(transaction, record.tag, record.settling, version));
  // The longer path begins with the edge between S and T; the rest of it is the shorter path.
  path.between_below_frontier = from_target.size() > from_settled.size();
  if (!between.empty()) {
    path.between = between.front();
    if (path.between_below_frontier) path.between.forward = !path.between.forward;
  }
  path.edges = path.between_below_frontier ? std::move(from_settled) : std::move(from_target);
  return path;
}

}  // namespace muster::index

// Where two versions of a tag may differ.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_CHANGED_FRAGMENTS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_CHANGED_FRAGMENTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version.h"

namespace muster::index {

// The fragments in which an edge on the path between two versions of a tag has a record, ascending. Neither needs
// to be an ancestor of the other. Costs as much as walking over the records of those edges. DATA_LOSS,
// kStorageCorrupt: they have no common ancestor.
absl::StatusOr<std::vector<uint32_t>> ChangedFragments(const Transaction& transaction, TagId tag,
                                                       Version from, Version to);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_CHANGED_FRAGMENTS_H_

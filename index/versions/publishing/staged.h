// What a load staged for one tag, to be published.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_H_

#include <cstdint>

#include "index/versions/records/version_record.h"

namespace muster::index {

// A finished new store (root of a new tree), a finished edge (child of `parent`), or neither: an empty edge,
// as for a rollback to `parent`. A plain value.
struct StagedVersion {
  TagId tag = 0;
  LoadId load = 0;
  StoreId new_store = 0;         // 0: a child of `parent` in its store
  Version parent = kNoVersion;   // REQUIRES: set when new_store is 0, else kNoVersion
  EdgeId edge = kNoEdge;         // kNoEdge with a parent: nothing differs
  uint32_t fragment_count = 0;   // highest fragment with a record + 1
  uint64_t changed_records = 0;  // fragment records that were staged
  int64_t known_change = 0;      // members of its known row − members of the parent's, if there is one
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_H_

#include "index/versions/records/changed_fragments.h"

#include <set>

#include "index/status/status_macros.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

absl::StatusOr<std::vector<uint32_t>> ChangedFragments(const Transaction& transaction, TagId tag,
                                                       Version from, Version to) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kEdges));
  std::set<uint32_t> fragments;
  // A version's number is greater than its parent's: the greater of two is never the other's ancestor.
  while (from != to) {
    Version& later = from > to ? from : to;
    ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, later));
    if (record.parent == kNoVersion) return Corrupt("tree of versions");
    later = record.parent;
    if (record.edge == kNoEdge) continue;
    const Key<4> prefix = MakeKey(record.edge);
    for (cursor.Seek(prefix); cursor.At(prefix); cursor.Next()) {
      if (cursor.key().size() != 12) return Corrupt("list of edges");
      fragments.insert(ReadU32(cursor.key().data() + 8));
    }
    RETURN_IF_ERROR(cursor.status());
  }
  return std::vector<uint32_t>(fragments.begin(), fragments.end());
}

}  // namespace muster::index

// The tags to which stored records belong, for messages: the storage layers know tags only by number.
#ifndef MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_
#define MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "index/bitmap/row_id.h"
#include "index/storage/environment.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// The names of tags, id lists and salts, and the tags of stores and edges, as far as they can be read. A plain value.
class RecordOwners {
 public:
  // Reads them from an index environment. Damaged records are skipped.
  static RecordOwners Read(Environment& index, TreeGuard& guard);

  // The owner of a sentence that says `tag 7`, `store 3` or `edge 12` before any quotation: "tag 'city'",
  // "id list 'spring'", or "everyone" for the tag that holds all members. Empty when it says none, or an unknown
  // one.
  std::string OwnerIn(std::string_view sentence) const;

 private:
  std::map<TagId, std::string> names_;  // with what they are names of
  std::map<StoreId, TagId> stores_;
  std::map<EdgeId, TagId> edges_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_

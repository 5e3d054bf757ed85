// Whose a stored record is, for people: the store's layers know tags by numbers alone.
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

// The names of tags, and the tags of stores and edges, as far as they can be read. A plain value.
class RecordOwners {
 public:
  // Reads them from an index environment. What is damaged is passed over.
  static RecordOwners Read(Environment& index, TreeGuard& guard);

  // "tag 'city'" of a sentence that says `tag 7`, `store 3` or `edge 12` before anything that it quotes;
  // "everyone" for the tag that holds all members. Empty when it says none of them, or one that is unknown.
  std::string OwnerIn(std::string_view sentence) const;

 private:
  std::map<TagId, std::string> names_;
  std::map<StoreId, TagId> stores_;
  std::map<EdgeId, TagId> edges_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_RECORD_OWNERS_H_

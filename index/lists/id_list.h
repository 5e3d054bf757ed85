// Id lists: sets of member ids that are uploaded under a name.
#ifndef MUSTER_INDEX_LISTS_ID_LIST_H_
#define MUSTER_INDEX_LISTS_ID_LIST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/catalog/saved_pin.h"
#include "index/storage/identity.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// The limits of lists.
struct IdListLimits {
  size_t lists_per_population = 10'000;  // suggestions compare with all their names
  uint64_t ids_per_list = 100'000'000;   // takes some minutes to load
};

// A list holds ids, also those of no member: each has the ordinal that a member of that id has or will have.
// So a list is one row. Its members in a view are its ordinals that are also in the view's everyone. An id
// that a later load brings counts from the publication of that load. A plain value.
struct IdList {
  std::string name;   // in normal form C
  TagId source = 0;   // the id under which views have the list's row, kKnownRow; no tag has it
  StoreId store = 0;  // the store of its row
  uint64_t id_count = 0;
  Ordinal ordinal_end = 0;  // one more than the greatest ordinal; 0 for an empty list
  // Identifies this content. Random, so that it is unique across this store and restored copies of it.
  Identity identity = 0;
  uint32_t version = 0;  // number of loads of the list so far, this one included
  absl::Time created, updated;
};

// The pin of the list's current content.
SavedPin PinOf(const IdList& list);
// SavedPin::name of the list `name`, which is in normal form C.
uint64_t ListNameSum(std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_H_

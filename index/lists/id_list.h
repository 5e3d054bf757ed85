// Id lists: uploaded sets of member ids that have a name.
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

// What a list may be, and how many there are.
struct IdListLimits {
  size_t lists_per_population = 10'000;  // their names are looked through for suggestions
  uint64_t ids_per_list = 100'000'000;   // of which some minutes of loading come
};

// A list holds ids, whether somebody is called so or not: each has the ordinal that a member of that id has,
// or will have. So a list is one row, whose members in a view are those that are in its everyone too, and an
// id that a later load brings is in the list from the publication of that load on. A plain value.
struct IdList {
  std::string name;   // in normal form C
  TagId source = 0;   // under which a view that holds the list has its row, kKnownRow; that of no tag
  StoreId store = 0;  // where it lies
  uint64_t id_count = 0;
  Ordinal ordinal_end = 0;  // one more than the greatest
  // Of this content: random, so that no other has it, in this store or in a restored one.
  Identity identity = 0;
  uint32_t version = 0;  // loads of the list so far, this one included
  absl::Time created, updated;
};

// Which content of a list an answer was made with.
SavedPin PinOf(const IdList& list);
// SavedPin::name of the list `name`, which is in normal form C.
uint64_t ListNameSum(std::string_view name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_ID_LIST_H_

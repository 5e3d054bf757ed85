// Identifies the state of a saved segment or id list that an answer used.
#ifndef MUSTER_INDEX_CATALOG_SAVED_PIN_H_
#define MUSTER_INDEX_CATALOG_SAVED_PIN_H_

#include <compare>
#include <cstdint>

#include "index/storage/identity.h"

namespace muster::index {

// The definition of a segment or the content of an id list, as stored in tokens and receipts. A plain value.
struct SavedPin {
  uint64_t name = 0;  // a hash of the name and of its type, segment or list
  Identity identity = 0;
  friend auto operator<=>(const SavedPin&, const SavedPin&) = default;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_SAVED_PIN_H_

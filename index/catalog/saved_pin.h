// Which state of a saved thing an answer was made with.
#ifndef MUSTER_INDEX_CATALOG_SAVED_PIN_H_
#define MUSTER_INDEX_CATALOG_SAVED_PIN_H_

#include <compare>
#include <cstdint>

#include "index/storage/identity.h"

namespace muster::index {

// A definition of a segment or the content of an id list, as tokens and receipts say it. A plain value.
struct SavedPin {
  uint64_t name = 0;  // a sum of the name, and of whether it is a segment's or a list's
  Identity identity = 0;
  friend auto operator<=>(const SavedPin&, const SavedPin&) = default;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_SAVED_PIN_H_

// The database `ordinals`: from the hash of a member id to ordinals.
#ifndef MUSTER_INDEX_DICTIONARY_ORDINAL_INDEX_H_
#define MUSTER_INDEX_DICTIONARY_ORDINAL_INDEX_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/storage/cursor.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Appends the ordinals of stored ids with that hash (StoredHash), ascending: mostly one or none, and seldom one
// of another id. `blocks`: a cursor of `ordinals`. DATA_LOSS.
absl::Status FindOrdinals(Cursor& blocks, uint32_t hash, std::vector<Ordinal>& found);

// Adds the ordinals `first` + i under hash h for each `entries` h << 32 | i, in as many transactions as needed;
// one that is there already stays once. REQUIRES: `entries` ascend.
//
// Blocks that are next to each other and all get new entries are written together, filled evenly to 15/16. A
// block that overflows alone shares with the next one: two full blocks become three. So blocks stay two thirds
// full or more, and a load of many new ids leaves them full.
absl::Status AddOrdinals(WriterQueue& writer, Ordinal first, absl::Span<const uint64_t> entries);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_ORDINAL_INDEX_H_

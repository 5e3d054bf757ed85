// The sum that every stored value carries, so that bytes which are not what was written are never an answer.
#ifndef MUSTER_INDEX_STORAGE_PAGES_SEAL_H_
#define MUSTER_INDEX_STORAGE_PAGES_SEAL_H_

#include <cstddef>
#include <string_view>

#include "index/storage/pages/databases.h"

namespace muster::index {

// A value is stored behind its seal (index/FORMAT.md), whose sums are taken over database, key and value: a
// record that lies under another record's key, or in another database, fails as a changed one does. A value
// in a leaf has a seal of 4 bytes. One that LMDB keeps in pages of its own, a large one, has 16. The first 8
// say whose it is, so that a leaf's keys can be checked without reading all that they lead to, and a value
// later without its key.
inline constexpr size_t kLeafSealBytes = 4;
inline constexpr size_t kLargeSealBytes = 16;

// Bytes of the seal of a value that is to be stored under a key.
size_t SealBytesOf(size_t key_bytes, size_t value_bytes);
// Bytes of the seal at the beginning of what is stored under a key.
size_t StoredSealBytesOf(size_t key_bytes, size_t stored_bytes);

// Writes the seal of `value`, SealBytesOf bytes. `to` may not overlap the value.
void WriteSeal(DatabaseId database, std::string_view key, std::string_view value, char* to);

// Whether `stored`, seal and value, is what was written under the key.
bool SealHolds(DatabaseId database, std::string_view key, std::string_view stored);
// The two parts of SealHolds for a large value. Whether it was written under the key; the value isn't looked
// at.
bool SealNames(DatabaseId database, std::string_view key, std::string_view stored);
// Whether the value is the one that was sealed under the key that SealNames has confirmed. REQUIRES:
// `stored` has kLargeSealBytes.
bool LargeValueHolds(std::string_view stored);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_SEAL_H_

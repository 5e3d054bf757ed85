// The checksum of every stored value, so that bytes that are not what was written never become an answer.
#ifndef MUSTER_INDEX_STORAGE_PAGES_SEAL_H_
#define MUSTER_INDEX_STORAGE_PAGES_SEAL_H_

#include <cstddef>
#include <string_view>

#include "index/storage/pages/databases.h"

namespace muster::index {

// A value is stored behind its seal (index/FORMAT.md), whose sums are taken over database, key and value: a
// record under another record's key, or in another database, fails as a changed one does. A value in a leaf
// has a seal of 4 bytes. A large value, which LMDB keeps in overflow pages, has 16. The first 8 are a sum of
// database and key, so that a leaf's keys can be checked without reading the large values, and a large value
// later without its key.
inline constexpr size_t kLeafSealBytes = 4;
inline constexpr size_t kLargeSealBytes = 16;

// Bytes of the seal of a value that is to be stored under a key.
size_t SealBytesOf(size_t key_bytes, size_t value_bytes);
// Bytes of the seal at the beginning of the bytes stored under a key.
size_t StoredSealBytesOf(size_t key_bytes, size_t stored_bytes);

// Writes the seal of `value`, SealBytesOf bytes. `to` may not overlap the value.
void WriteSeal(DatabaseId database, std::string_view key, std::string_view value, char* to);

// Whether `stored`, seal and value, is what was written under the key.
bool SealHolds(DatabaseId database, std::string_view key, std::string_view stored);
// The two parts of SealHolds for a large value. Whether it was written under the key; doesn't read the
// value.
bool SealNames(DatabaseId database, std::string_view key, std::string_view stored);
// Whether the value is the one that was sealed under the key that SealNames has confirmed. REQUIRES:
// `stored` has kLargeSealBytes.
bool LargeValueHolds(std::string_view stored);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_SEAL_H_

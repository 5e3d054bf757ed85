// Random numbers that tell one store, and one publication, from every other.
#ifndef MUSTER_INDEX_STORAGE_IDENTITY_H_
#define MUSTER_INDEX_STORAGE_IDENTITY_H_

#include <cstdint>

namespace muster::index {

// Never 0, which means none. Two that were made apart differ, but for one chance in 2^64.
using Identity = uint64_t;

// From the system's random numbers; aborts when it has none, for then nothing can be told apart. Thread-safe.
Identity NewIdentity();

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_IDENTITY_H_

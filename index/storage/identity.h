// Random numbers that identify one store, or one publication.
#ifndef MUSTER_INDEX_STORAGE_IDENTITY_H_
#define MUSTER_INDEX_STORAGE_IDENTITY_H_

#include <cstdint>

namespace muster::index {

// Never 0, which means none. Two of them are equal with a chance of one in 2^64.
using Identity = uint64_t;

// Made of the system's random numbers; aborts when they are unavailable. Thread-safe.
Identity NewIdentity();

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_IDENTITY_H_

// Little-endian numbers in unaligned bytes: how everything in a fragment record is stored.
#ifndef MUSTER_INDEX_BITMAP_LITTLE_ENDIAN_H_
#define MUSTER_INDEX_BITMAP_LITTLE_ENDIAN_H_

#include <bit>
#include <cstdint>
#include <cstring>

namespace muster::index {

// The evaluator reads stored words in place, so the machine's order has to be the format's.
static_assert(std::endian::native == std::endian::little, "Muster runs on little-endian machines only");

// REQUIRES: sizeof(Number) bytes at `bytes`.
template <typename Number>
inline Number LoadLittle(const uint8_t* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof(Number));
  return number;
}

// REQUIRES: room for sizeof(Number) bytes at `bytes`.
template <typename Number>
inline void StoreLittle(uint8_t* bytes, Number number) {
  std::memcpy(bytes, &number, sizeof(Number));
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_LITTLE_ENDIAN_H_

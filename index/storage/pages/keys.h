// Keys and fixed-size values: big-endian numbers one after another, so that bytes sort as numbers do.
#ifndef MUSTER_INDEX_STORAGE_PAGES_KEYS_H_
#define MUSTER_INDEX_STORAGE_PAGES_KEYS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster::index {

// LMDB's limit for a key, in bytes.
inline constexpr size_t kMaxKeyBytes = 511;

// A key of a fixed size without allocation. Converts to the string_view that transactions take; the view
// lives as long as the key does.
template <size_t kBytes>
struct Key {
  std::array<char, kBytes> bytes;
  operator std::string_view() const {
    return std::string_view(bytes.data(), kBytes);
  }  // NOLINT: meant to be implicit
};

inline void WriteU32(char* to, uint32_t number) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(number >> (24 - 8 * i));
}
inline void WriteU64(char* to, uint64_t number) {
  for (int i = 0; i < 8; ++i) to[i] = static_cast<char>(number >> (56 - 8 * i));
}

// REQUIRES: 4 (8) bytes from `from` on.
inline uint32_t ReadU32(const char* from) {
  uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8 | static_cast<uint8_t>(from[i]);
  return number;
}
inline uint64_t ReadU64(const char* from) {
  return static_cast<uint64_t>(ReadU32(from)) << 32 | ReadU32(from + 4);
}

inline Key<4> MakeKey(uint32_t a) {
  Key<4> key;
  WriteU32(key.bytes.data(), a);
  return key;
}
inline Key<8> MakeKey(uint32_t a, uint32_t b) {
  Key<8> key;
  WriteU32(key.bytes.data(), a);
  WriteU32(key.bytes.data() + 4, b);
  return key;
}
inline Key<12> MakeKey(uint32_t a, uint32_t b, uint32_t c) {
  Key<12> key;
  WriteU32(key.bytes.data(), a);
  WriteU32(key.bytes.data() + 4, b);
  WriteU32(key.bytes.data() + 8, c);
  return key;
}
inline Key<8> MakeKey64(uint64_t a) {
  Key<8> key;
  WriteU64(key.bytes.data(), a);
  return key;
}

inline void AppendU32(std::string& to, uint32_t number) {
  char bytes[4];
  WriteU32(bytes, number);
  to.append(bytes, sizeof(bytes));
}
inline void AppendU64(std::string& to, uint64_t number) {
  char bytes[8];
  WriteU64(bytes, number);
  to.append(bytes, sizeof(bytes));
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_KEYS_H_

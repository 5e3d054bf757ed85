// Length limits of the texts in a store, in bytes of UTF-8 (docs/semantics.md, rules 3 and 29).
#ifndef MUSTER_TEXT_LIMITS_H_
#define MUSTER_TEXT_LIMITS_H_

#include <cstddef>

namespace muster {

inline constexpr size_t kTagNameBytesMax = 128;
// Of a value in normal form C, and of a member id. A key of LMDB (511 bytes) holds either with its
// prefix.
inline constexpr size_t kValueBytesMax = 400;
inline constexpr size_t kMemberIdBytesMax = 480;

}  // namespace muster

#endif  // MUSTER_TEXT_LIMITS_H_

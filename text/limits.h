// How long the texts of a store may be (docs/semantics.md, rules 3 and 29). In bytes of UTF-8.
#ifndef MUSTER_TEXT_LIMITS_H_
#define MUSTER_TEXT_LIMITS_H_

#include <cstddef>

namespace muster {

inline constexpr size_t kTagNameBytesMax = 128;
// Of a value in normal form C, and of a member's id: a key of LMDB (511 bytes) holds each, with what is
// before it.
inline constexpr size_t kValueBytesMax = 400;
inline constexpr size_t kMemberIdBytesMax = 480;

}  // namespace muster

#endif  // MUSTER_TEXT_LIMITS_H_

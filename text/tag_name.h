// What a tag's name is made of (docs/semantics.md, rule 29), for checking names and for making them up.
#ifndef MUSTER_TEXT_TAG_NAME_H_
#define MUSTER_TEXT_TAG_NAME_H_

#include <cstddef>
#include <cstdint>

namespace muster {

inline constexpr size_t kTagNameBytesMax = 128;

// Letters of any script with their marks, digits, `_`, `.`, `-` and space.
bool MayStandInTagName(int32_t code_point);

}  // namespace muster

#endif  // MUSTER_TEXT_TAG_NAME_H_

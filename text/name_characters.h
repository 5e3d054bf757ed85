// What the name of a thing is made of (docs/semantics.md, rule 29), for checking names and for making them
// up.
#ifndef MUSTER_TEXT_NAME_CHARACTERS_H_
#define MUSTER_TEXT_NAME_CHARACTERS_H_

namespace muster {

// Letters of any script with their marks, digits, `_`, `.`, `-` and space.
bool MayStandInName(char32_t c);

}  // namespace muster

#endif  // MUSTER_TEXT_NAME_CHARACTERS_H_

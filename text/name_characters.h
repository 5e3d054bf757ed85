// The characters of names (docs/semantics.md, rule 29), for checking names and for deriving
// them.
#ifndef MUSTER_TEXT_NAME_CHARACTERS_H_
#define MUSTER_TEXT_NAME_CHARACTERS_H_

namespace muster {

// Letters of any script with their marks, digits, `_`, `.`, `-` and space.
bool MayStandInName(char32_t c);

}  // namespace muster

#endif  // MUSTER_TEXT_NAME_CHARACTERS_H_

// Derives tag names from column names.
#ifndef MUSTER_LOADERS_SCHEMA_TAG_NAME_H_
#define MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace muster::loaders {

// `column` in normal form C, made legal as a tag name (docs/semantics.md, rule 29): `_`
// replaces all characters except letters, digits, `_`, `.`, `-` and space, and at most 128
// bytes are kept. A name that is already legal is only normalised. Empty if no character could
// be kept.
std::string TagNameOf(absl::string_view column);

// A name for each of `columns`, none of them in `taken`. A column whose own name is legal
// keeps it. If several others would get the same name, the first by bytes gets it if it is
// free, and the next ones get it with `_2`, `_3` … appended. The name is `column` if no
// character could be kept. So the names depend on the set of columns, not on their order.
// Empty columns get empty names. REQUIRES: the columns are distinct, except for empty
// ones.
std::vector<std::string> TagNamesOf(absl::Span<const std::string> columns,
                                    absl::flat_hash_set<std::string> taken);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

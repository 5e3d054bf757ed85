// Tag names made of column names.
#ifndef MUSTER_LOADERS_SCHEMA_TAG_NAME_H_
#define MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace muster::loaders {

// `column` in normal form C as a tag may be named (docs/semantics.md, rule 29): what is no letter, digit,
// `_`, `.`,
// `-` or space becomes `_`, and at most 128 bytes stay. Only normalised where that is a name already. Empty
// when nothing of it could stay.
std::string TagNameOf(absl::string_view column);

// A name for each of `columns`, none of them in `taken`. A column whose own name is legal keeps it. Of the
// others that would get the same name, the first by bytes gets it if it is free, and the next ones get it
// with
// `_2`, `_3` … behind. `column` is the name where nothing could stay. So the names depend on the set of
// columns, and not on their order. Empty columns get empty names. REQUIRES: the columns differ, but for empty
// ones.
std::vector<std::string> TagNamesOf(absl::Span<const std::string> columns,
                                    absl::flat_hash_set<std::string> taken);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

// Tag names made of column names.
#ifndef MUSTER_LOADERS_SCHEMA_TAG_NAME_H_
#define MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// `column` as a tag may be named (SEMANTICS rule 29): what is no letter, digit, `_`, `.`, `-` or space
// becomes `_`, and at most 128 bytes stay. Equal to `column` where that is a name already. Empty when nothing
// of it could stay.
std::string TagNameOf(absl::string_view column);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_TAG_NAME_H_

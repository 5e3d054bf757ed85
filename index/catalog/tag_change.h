// What UpdateTag changes of a tag.
#ifndef MUSTER_INDEX_CATALOG_TAG_CHANGE_H_
#define MUSTER_INDEX_CATALOG_TAG_CHANGE_H_

#include <optional>
#include <string>

namespace muster::index {

// Fields that are not set stay as they are. A plain value.
struct TagChange {
  std::optional<int> scale;  // of a NUMBER; not below what it is
  std::optional<std::string> description, owner, source;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_TAG_CHANGE_H_

// Tags as the catalogue knows them.
#ifndef MUSTER_INDEX_CATALOG_TAG_H_
#define MUSTER_INDEX_CATALOG_TAG_H_

#include <cstdint>
#include <string>

#include "index/bitmap/row_id.h"
#include "index/catalog/tag_kind.h"

namespace muster::index {

// The definition of a tag. Its statistics (members, versions) belong to snapshots. A plain value.
struct Tag {
  TagId id = 0;
  std::string name;  // NFC
  TagKind kind = TagKind::kFlag;
  int scale = 0;          // NUMBER: 0–18
  bool rescaled = false;  // NUMBER: versions may have other scales; each store records its own
  bool weighted = false;  // MULTI
  int weight_scale = 0;   // MULTI with weights: 0–18
  std::string description;
  std::string owner;
  std::string source;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_TAG_H_

#include "index/catalog/tag.h"

namespace muster::index {

const char* TagKindName(TagKind kind) {
  switch (kind) {
    case TagKind::kFlag:
      return "FLAG";
    case TagKind::kSingle:
      return "SINGLE";
    case TagKind::kMulti:
      return "MULTI";
    case TagKind::kNumber:
      return "NUMBER";
    case TagKind::kDate:
      return "DATE";
    case TagKind::kTimestamp:
      return "TIMESTAMP";
  }
  return "?";
}

}  // namespace muster::index

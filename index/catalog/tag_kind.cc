#include "index/catalog/tag_kind.h"

#include "index/bitmap/row_id.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {

std::string StoredValueText(TagKind kind, int64_t stored, const NumberForm& form) {
  switch (kind) {
    case TagKind::kFlag:
      return stored == kTrueValue ? "true" : "false";
    case TagKind::kNumber:
      return DecimalText(stored, form.scale);
    case TagKind::kDate:
      return DateNumberText(stored);
    case TagKind::kTimestamp:
      return TimestampText(stored, form.zone);
    case TagKind::kSingle:
    case TagKind::kMulti:
      break;
  }
  return "";
}

}  // namespace muster::index

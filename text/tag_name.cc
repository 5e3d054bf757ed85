#include "text/tag_name.h"

#include <utf8proc.h>

namespace muster {

bool MayStandInTagName(int32_t code_point) {
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return code_point == '_' || code_point == '.' || code_point == '-' || code_point == ' ';
  }
}

}  // namespace muster

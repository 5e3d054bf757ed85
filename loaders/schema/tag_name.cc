#include "loaders/schema/tag_name.h"

#include <utf8proc.h>

#include "index/text/tag_name.h"

namespace muster::loaders {

std::string TagNameOf(absl::string_view column) {
  std::string name;
  bool replaced = false;
  while (!column.empty()) {
    utf8proc_int32_t code_point = -1;
    const utf8proc_ssize_t taken =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(column.data()),
                         static_cast<utf8proc_ssize_t>(column.size()), &code_point);
    const size_t bytes = taken > 0 ? static_cast<size_t>(taken) : 1;
    const bool stays = taken > 0 && index::MayStandInTagName(code_point);
    if (name.size() + bytes > index::kTagNameBytesMax) break;
    if (stays) {
      name.append(column.data(), bytes);
    } else if (name.empty() || name.back() != '_') {
      name.push_back('_');
    }
    replaced |= !stays;
    column.remove_prefix(bytes);
  }
  if (!replaced) return name;
  const size_t begin = name.find_first_not_of("_ ");
  if (begin == std::string::npos) return "";
  return name.substr(begin, name.find_last_not_of("_ ") + 1 - begin);
}

}  // namespace muster::loaders

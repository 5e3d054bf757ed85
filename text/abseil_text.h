// Converts between std::string_view and abseil's. Debian's abseil is compiled as C++14 and has its own type,
// to which a std::string_view doesn't convert.
#ifndef MUSTER_TEXT_ABSEIL_TEXT_H_
#define MUSTER_TEXT_ABSEIL_TEXT_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace muster {

inline absl::string_view ForAbseil(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}
inline std::string_view FromAbseil(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

}  // namespace muster

#endif  // MUSTER_TEXT_ABSEIL_TEXT_H_

#include "text/quoted.h"

#include "text/controls.h"
#include "text/shortened.h"

namespace muster {

std::string Quoted(std::string_view text) {
  constexpr size_t kShownBytes = 63;
  const std::string shown = Shortened(text, {.bytes = kShownBytes});
  if (shown == text) return "'" + EscapeUnseen(text) + "'";
  return "'" + EscapeUnseen(text.substr(0, shown.size() - kEllipsis.size())).append(kEllipsis) + "'";
}

}  // namespace muster

#include "query/language/problem.h"

#include <algorithm>

#include "text/utf8.h"

namespace muster::query {

Place PlaceOf(std::string_view text, int32_t offset) {
  Place place;
  const size_t end = std::min(text.size(), static_cast<size_t>(std::max(offset, 0)));
  for (size_t i = 0; i < end; i += ReadCodePoint(text, i).bytes) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;
}

}  // namespace muster::query

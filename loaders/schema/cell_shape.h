// What the text of a cell looks like.
#ifndef MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_
#define MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// A decimal number as written.
struct NumberShape {
  int whole_digits = 0;
  int decimals = 0;          // digits after the point
  int decimals_trimmed = 0;  // without trailing zeros
};

// `[+-]digits[.digits]` or `.5`, unless it is more likely a name made of digits: leading zeros (postcodes),
// or a plus before ten or more digits (telephone numbers).
std::optional<NumberShape> ShapeOfNumber(absl::string_view cell);
// `YYYY-MM-DD` of a day that exists, in the years 0001 to 9999.
bool IsDate(absl::string_view cell);
// A date, T or a blank, `HH:MM[:SS[.ffffff]]`, and optionally Z or an offset.
bool IsTimestamp(absl::string_view cell);
// true/false, yes/no, y/n, t/f in any case; not 1/0, which are numbers.
bool IsFlagWord(absl::string_view cell);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_

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
// or a plus before ten or more digits (telephone numbers). `point` is the decimal point.
std::optional<NumberShape> ShapeOfNumber(absl::string_view cell, char point = '.');
// `YYYY-MM-DD` of a day that exists, in the years 0001 to 9999.
bool IsDate(absl::string_view cell);
// What a TIMESTAMP takes (docs/semantics.md, rule 17), a date alone too.
bool IsTimestamp(absl::string_view cell);
// What true/false, yes/no, y/n and t/f say, in any case; nothing for other texts, 1 and 0 too, which are
// numbers.
std::optional<bool> FlagWord(absl::string_view cell);
// `1.23E+11`: how a spreadsheet writes a number that is too long for it.
bool IsScientific(absl::string_view cell);
// Looks like a JSON array of texts or numbers, such as `["a","b"]` or `[]`. What is between the brackets is
// not parsed.
bool LooksLikeArray(absl::string_view cell);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_

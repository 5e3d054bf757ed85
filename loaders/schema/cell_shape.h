// Classifies the text of a cell.
#ifndef MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_
#define MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// A decimal number as written.
struct NumberShape {
  int whole_digits = 0;
  int decimals = 0;          // digits after the decimal point
  int decimals_trimmed = 0;  // without trailing zeros
};

// Parses `[+-]digits[.digits]` or `.5`, unless it is more likely an identifier: leading zeros (postcodes), or
// a plus before ten or more digits (telephone numbers). `point` is the decimal point.
std::optional<NumberShape> ShapeOfNumber(absl::string_view cell, char point = '.');
// `YYYY-MM-DD`, an existing day in the years 0001 to 9999.
bool IsDate(absl::string_view cell);
// Text that a TIMESTAMP accepts (docs/semantics.md, rule 17), including a date alone.
bool IsTimestamp(absl::string_view cell);
// The value of true/false, yes/no, y/n and t/f, in any case. Empty for other texts, including 1 and 0, which
// are numbers.
std::optional<bool> FlagWord(absl::string_view cell);
// `1.23E+11`: how a spreadsheet writes numbers that are too long for it.
bool IsScientific(absl::string_view cell);
// Whether it looks like a JSON array of texts or numbers, such as `["a","b"]` or `[]`. The content of the
// brackets isn't parsed.
bool LooksLikeArray(absl::string_view cell);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_CELL_SHAPE_H_

#include "loaders/schema/known_column.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "loaders/schema/cell_shape.h"
#include "loaders/schema/tag_schema.h"
#include "text/abseil_text.h"
#include "text/decimal.h"
#include "text/quoted.h"

namespace muster::loaders {
void KnownColumn::Take(uint64_t line, absl::string_view cell) {
  if (Takes(cell)) return;
  ++conflicts_;
  conflict_.KeepFirst(line, cell);
}

bool KnownColumn::Takes(absl::string_view cell) {
  switch (tag_.kind()) {
    case v1::TAG_KIND_NUMBER: {
      const auto number = ParseDecimal(FromAbseil(cell), static_cast<int>(tag_.scale()), decimal_point_);
      if (number.has_value() && number->exact && number->overflow == 0) return true;
      const auto decimals = CountDecimals(FromAbseil(cell), decimal_point_);
      const bool would_fit = number.has_value() && number->overflow == 0 && decimals.has_value() &&
                             *decimals <= static_cast<size_t>(kMaxScale);
      only_decimals_ &= would_fit;
      if (would_fit) decimals_ = std::max(decimals_, static_cast<uint32_t>(*decimals));
      return false;
    }
    case v1::TAG_KIND_DATE:
      return IsDate(cell);
    case v1::TAG_KIND_TIMESTAMP:
      return IsTimestamp(cell);
    case v1::TAG_KIND_FLAG:
      return cell == "1" || cell == "0" || FlagWord(cell).has_value();
    default:
      return true;
  }
}

std::string KnownColumn::Explain(absl::string_view population) const {
  const bool number = tag_.kind() == v1::TAG_KIND_NUMBER;
  std::string text = absl::StrCat(Quoted(tag_.name()), " is a ", KindName(tag_.kind()),
                                  number ? absl::StrCat(" of scale ", tag_.scale()) : "", " in '", population,
                                  "', and line ", conflict_.line, " has ", Quoted(conflict_.text));
  if (conflicts_ > 1) absl::StrAppend(&text, " (and ", conflicts_ - 1, " more cells don't fit)");
  if (number && only_decimals_) {
    // Quoted if the shell would split it.
    const bool bare = !absl::StrContains(tag_.name(), ' ');
    return absl::StrCat(text, ": `muster tags set ", bare ? tag_.name() : Quoted(tag_.name()), " --scale ",
                        decimals_, " -p ", population, "` widens it");
  }
  return absl::StrCat(text, ": mend the cell, or load the column under another name by a --schema");
}

}  // namespace muster::loaders

// Words that programs write for "no value", which may also be values.
#ifndef MUSTER_LOADERS_SCHEMA_NULL_WORD_H_
#define MUSTER_LOADERS_SCHEMA_NULL_WORD_H_

#include <array>
#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// Dumps of Hive and MySQL write this for "no value"; it is never a real value.
inline constexpr absl::string_view kDumpedNull = "\\N";

// Used by SQL, Python, pandas, R and spreadsheets. Each is also a human word: a surname, a plan, a country.
inline constexpr std::array<absl::string_view, 12> kNullWords = {
    "NULL", "null", "Null", "None", "NaN", "nan", "NaT", "N/A", "n/a", "NA", "#N/A", "<NA>"};

// The index of `cell` in kNullWords; empty if it isn't one.
inline std::optional<size_t> NullWordOf(absl::string_view cell) {
  if (cell.size() < 2 || cell.size() > 4) return std::nullopt;
  const char first = cell.front();
  if (first != 'N' && first != 'n' && first != '#' && first != '<') return std::nullopt;
  for (size_t word = 0; word < kNullWords.size(); ++word) {
    if (cell == kNullWords[word]) return word;
  }
  return std::nullopt;
}

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_NULL_WORD_H_

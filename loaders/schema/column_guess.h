// What the cells of one column say about its kind.
#ifndef MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_
#define MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "loaders/schema/other_notation.h"
#include "muster/v1/catalog_service.pb.h"

namespace muster::loaders {

// A cell that a message quotes. A plain value.
struct SeenCell {
  uint64_t line = 0;  // 0: none was seen
  std::string text;

  bool seen() const { return line != 0; }
  // Keeps the cell unless there is one already.
  void KeepFirst(uint64_t at, absl::string_view cell) {
    if (!seen()) *this = {at, std::string(cell)};
  }
};

// A tag's kind with what belongs to it. A plain value.
struct GuessedKind {
  v1::TagKind kind = v1::TAG_KIND_UNSPECIFIED;  // there is nothing to go by
  uint32_t scale = 0;                           // NUMBER
  std::string separator;                        // MULTI

  // A kind that takes no other text than its own: FLAG, NUMBER, DATE, TIMESTAMP.
  bool IsScalar() const;
};

// What the cells of a column have been so far. A plain value; texts are kept of two cells at most.
class ColumnGuess {
 public:
  // `decimal_point`: of the file's numbers.
  explicit ColumnGuess(char decimal_point = '.') : decimal_point_(decimal_point) {}

  // Takes a cell that has a value. `line` is from 1.
  void Take(uint64_t line, absl::string_view cell);

  uint64_t cells() const { return cells_; }
  // NUMBER with as many digits after the point as a cell has, DATE, TIMESTAMP (dates among them are
  // midnights), FLAG (words, not 1/0; letters alone only where there is one for true and one for false),
  // MULTI of JSON arrays, or of `a|b|c` lists when one cell in a hundred is one; else SINGLE.
  GuessedKind Kind() const;
  // The first cell with a value that is longer than a value may be, for the kind that it is; line 0: none.
  SeenCell TooLong() const;
  // The letter that all cells are, in capitals, where it might mean a flag; 0 otherwise.
  char only_letter() const;

  // Why a column is SINGLE of which half the cells or more are numbers, or times, be it in another notation.
  struct Spoiler {
    v1::TagKind almost;  // NUMBER, DATE or TIMESTAMP
    SeenCell cell;
    std::string mend;  // the end of a sentence that quotes the cell
  };
  std::optional<Spoiler> Spoiled() const;

 private:
  void TakeNumber(uint64_t line, absl::string_view cell);
  void TakeTime(uint64_t line, absl::string_view cell);
  void TakeFlag(absl::string_view cell);
  void TakeList(uint64_t line, absl::string_view cell);
  bool FitsNumber() const;
  bool FitsFlag() const;
  void TakeOtherTime(absl::string_view cell);
  std::string MendOfNumber() const;
  std::string MendOfTime() const;

  char decimal_point_;
  uint64_t cells_ = 0, numbers_ = 0, dates_ = 0, times_ = 0, flags_ = 0, arrays_ = 0;
  // Of the cells that are no numbers: those that would be, were a comma the decimal point; among them those
  // whose comma can't divide thousands; and those in another notation.
  uint64_t comma_numbers_ = 0, decimal_commas_ = 0, other_numbers_ = 0;
  uint64_t other_dates_ = 0, other_times_ = 0;    // in another notation
  bool day_first_ = false, month_first_ = false;  // of those, some can't be read otherwise
  int whole_digits_ = 0, decimals_ = 0, decimals_trimmed_ = 0;
  SeenCell first_other_;     // that is no number, or with which the digits are too many
  SeenCell first_timeless_;  // that is neither date nor timestamp
  bool flag_word_ = false;   // a flag of more than one letter
  bool true_letter_ = false, false_letter_ = false;
  char letter_ = 0;  // of the last cell that was one
  bool letters_differ_ = false;
  uint64_t lists_ = 0;              // cells with a separator
  bool list_fits_ = true;           // no list had an empty value
  SeenCell long_cell_, long_part_;  // a cell as a whole, and a part of a list
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_

// Guesses the kind of a column from its cells.
#ifndef MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_
#define MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "loaders/schema/other_notation.h"
#include "muster/v1/catalog_service.pb.h"

namespace muster::loaders {

// A cell to quote in a message. A plain value.
struct SeenCell {
  uint64_t line = 0;  // 0: none
  std::string text;

  bool seen() const { return line != 0; }
  // Keeps the cell unless one is kept already.
  void KeepFirst(uint64_t at, absl::string_view cell) {
    if (!seen()) *this = {at, std::string(cell)};
  }
};

// A tag's kind and its parameters. A plain value.
struct GuessedKind {
  v1::TagKind kind = v1::TAG_KIND_UNSPECIFIED;  // unspecified: no cell to judge by
  uint32_t scale = 0;                           // NUMBER
  std::string separator;                        // MULTI

  // A kind that accepts only its own notation: FLAG, NUMBER, DATE, TIMESTAMP.
  bool IsScalar() const;
};

// How a file writes lists. A plain value.
struct ListNotation {
  char separator = '|';
  bool has_arrays = false;  // as NDJSON: a JSON array is always a list, whatever other cells are
};

// Statistics of the cells of a column so far. A plain value; it keeps the texts of two cells at most.
class ColumnGuess {
 public:
  // `decimal_point`: the one of the file's numbers.
  explicit ColumnGuess(char decimal_point = '.', ListNotation lists = {})
      : decimal_point_(decimal_point), notation_(lists) {}

  // Adds a cell that has a value. `line` is from 1.
  void Take(uint64_t line, absl::string_view cell);

  uint64_t cells() const { return cells_; }
  // NUMBER with the most digits after the decimal point in any cell; DATE; TIMESTAMP (dates among them are
  // midnights); FLAG (words, not 1/0; single letters only if one means true and one false); MULTI of JSON
  // arrays, or of lists such as `a|b|c` when one cell in a hundred is a list; else SINGLE.
  GuessedKind Kind() const;
  // The first cell that has a value longer than its kind allows; line 0: none.
  SeenCell TooLong() const;
  // The letter, in capitals, that all cells consist of, if it might mean a flag; 0 otherwise.
  char only_letter() const;

  // The two words, such as 是 and 否, if all cells are one or the other and both occur; otherwise empty.
  std::string OtherFlagWords() const;

  // Why a column became SINGLE although at least half of its cells are numbers or times in some notation.
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
  void TakeOtherFlag(absl::string_view cell);
  void TakeList(uint64_t line, absl::string_view cell);
  bool FitsNumber() const;
  bool FitsFlag() const;
  void TakeOtherTime(absl::string_view cell);
  std::string MendOfNumber() const;
  std::string MendOfTime() const;

  // The cells that are words for yes or no in another language: the pair of the first one.
  struct OtherFlag {
    size_t pair = 0;
    uint64_t cells = 0;
    bool yes = false, no = false;
  };

  char decimal_point_;
  ListNotation notation_;
  OtherFlag other_flag_;
  uint64_t cells_ = 0, numbers_ = 0, dates_ = 0, times_ = 0, flags_ = 0, arrays_ = 0;
  // Cells that are not numbers as they are written.
  uint64_t comma_numbers_ = 0;   // they would be, with a comma as decimal point
  uint64_t decimal_commas_ = 0;  // of those: the comma can't separate thousands
  uint64_t other_numbers_ = 0;   // they are numbers in another notation
  // Cells that are dates or timestamps in another notation.
  uint64_t other_dates_ = 0, other_times_ = 0;
  // Whether one of them fits only with the day first, or only with the month first (31/12, 12/31).
  bool day_first_ = false, month_first_ = false;
  int whole_digits_ = 0, decimals_ = 0, decimals_trimmed_ = 0;
  SeenCell first_other_;     // the first cell that is no number, or that gives the numbers too many digits
  SeenCell first_timeless_;  // the first cell that is neither a date nor a timestamp
  bool flag_word_ = false;   // a flag of more than one letter
  bool true_letter_ = false, false_letter_ = false;
  char letter_ = 0;  // the last single-letter cell
  bool letters_differ_ = false;
  uint64_t lists_ = 0;              // cells with a separator
  bool list_fits_ = true;           // no list had an empty value
  SeenCell long_cell_, long_part_;  // a whole cell, and a part of a list
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_COLUMN_GUESS_H_

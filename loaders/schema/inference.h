// Infers a schema from all cells of a file.
#ifndef MUSTER_LOADERS_SCHEMA_INFERENCE_H_
#define MUSTER_LOADERS_SCHEMA_INFERENCE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/schema/column_guess.h"
#include "loaders/schema/known_column.h"
#include "loaders/schema/null_word.h"
#include "loaders/schema/repeated_members.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

class NoteList;

// Describes each column except the member id's.
//
// A given schema is kept: its tags, whose columns are not guessed (except for a kind that it omits), and its
// `missing:`. For a column whose tag the catalogue has, kind and scale come from there. All other columns are
// guessed: see ColumnGuess, and TagNamesOf for the names.
//
// Unless the schema declares that nothing is missing, \N is missing wherever the file has it. A null word
// such as NULL is missing in columns that are scalar without it (NUMBER, DATE, TIMESTAMP, FLAG), and a value
// in text columns. It goes into `missing:` of the file if no text column has it, else into that of the scalar
// tags.
//
// A column in which several records give a member different values becomes a MULTI tag, with one value per
// record. That takes a second reading: if NeedsSecondReading() after the first, call BeginSecondReading() and
// pass all records again. Memory: that of RepeatedMembers. Not thread-safe.
class Inference {
 public:
  // `id_column` is the position of the member id among `columns`. `existing`: the population's
  // tags.
  Inference(std::vector<std::string> columns, size_t id_column, TagSchema given = {},
            const std::vector<v1::Tag>& existing = {});

  // Takes a record with a cell for each column; `line` (from 1) is where it begins. A record without a member
  // id is skipped.
  void Take(uint64_t line, absl::Span<const absl::string_view> cells);

  bool NeedsSecondReading() const { return members_.any(); }
  void BeginSecondReading();

  // The given schema, with member_id, missing and tags completed from the file.
  TagSchema Schema() const;
  // Sentences about likely mistakes and what the author should know, at most three of each kind.
  std::vector<std::string> Notes() const;

 private:
  // A null word in a column.
  struct SeenWord {
    uint64_t cells = 0;
    uint64_t first_line = 0;
  };
  struct Column {
    std::string name;           // of its tag; empty if it is none, or if the schema names it
    std::vector<size_t> given;  // its tags in the schema, as positions
    std::optional<KnownColumn> known;
    ColumnGuess guess;
    std::array<SeenWord, kNullWords.size()> words;
    SeenCell contradiction;  // the first member whose records differ in it
  };
  // The result for a column after a reading.
  struct Verdict {
    GuessedKind kind;                               // unspecified: the column is omitted
    std::array<bool, kNullWords.size()> missing{};  // the null words that are not values of it
  };
  // In which columns null words are missing or kept.
  struct NullWords {
    std::array<std::vector<size_t>, kNullWords.size()> missing_in, kept_in;  // columns
    bool OfTheFile(size_t word) const { return !missing_in[word].empty() && kept_in[word].empty(); }
  };

  bool IsTag(size_t column) const { return column != id_column_ && !columns_[column].empty(); }
  char DecimalPoint(const Column& column) const;
  // Whether the schema gives the kind of any of its tags.
  bool SaysKind(const Column& column) const;
  bool IsMissing(absl::string_view cell) const;
  // Whether any tag of the column treats the text as no value, or as clearing the tag.
  bool IsMissingIn(const Column& column, absl::string_view cell) const;
  absl::string_view Trimmed(absl::string_view cell) const;
  // The kind, ignoring null words.
  GuessedKind KindOf(const Column& column) const;
  NullWords JudgeNullWords() const;
  std::vector<Verdict> Judge() const;
  void TakeCell(uint64_t line, absl::string_view cell, Column& column);
  void TakeAgain(uint64_t line, absl::string_view member_id, absl::Span<const absl::string_view> cells);
  // Writes the result for a column into its tag.
  void Describe(const Column& column, const Verdict& verdict, const NullWords& words, v1::LoadTag& tag) const;

  void NoteMembers(NoteList& notes) const;
  void NoteNullWords(NoteList& notes) const;
  void NoteKnown(size_t column, NoteList& notes) const;
  void NoteGuess(size_t column, const Verdict& verdict, NoteList& notes) const;

  const std::vector<std::string> columns_;
  const size_t id_column_;
  const TagSchema given_;
  const std::vector<std::string> missing_;                    // in the form that cells are compared with
  const absl::flat_hash_map<std::string, v1::Tag> existing_;  // by name
  std::vector<Column> studied_;                               // one per column
  std::vector<Verdict> verdicts_;                             // after the first reading, kept for the second
  RepeatedMembers members_;
  SeenCell scientific_id_, null_id_;
  bool has_dumped_null_ = false;
  bool second_ = false;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_INFERENCE_H_

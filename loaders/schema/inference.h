// Guesses a schema from all cells of a file.
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

// Says what each column but the member id's means.
//
// What a schema says stays as it is said: its tags, whose columns are not guessed (but for a kind that it
// leaves out), and its `missing:`. A column whose tag the catalogue has gets kind and scale from there. Any
// other is guessed: see ColumnGuess, and TagNamesOf for its name.
//
// Unless the schema says that nothing is missing, \N is where the file has it; and a null word, such as NULL,
// is missing in columns that are scalar without it (NUMBER, DATE, TIMESTAMP, FLAG), and a value in columns of
// text: in `missing:` of the file when no column of text has it, else of those tags.
//
// A member that several records name with different values of a column makes that column a MULTI tag, one
// value a record. That takes a second reading: when NeedsSecondReading() after the first,
// BeginSecondReading() and give all records again. Memory: that of RepeatedMembers. For one thread.
class Inference {
 public:
  // `id_column` is the position of the member id among `columns`. `existing`: the tags that the population
  // has.
  Inference(std::vector<std::string> columns, size_t id_column, TagSchema given = {},
            const std::vector<v1::Tag>& existing = {});

  // Takes a record with a cell for each column; `line` (from 1) is where it begins. One without a member id
  // is passed over.
  void Take(uint64_t line, absl::Span<const absl::string_view> cells);

  bool NeedsSecondReading() const { return members_.any(); }
  void BeginSecondReading();

  // What was given, with member_id, missing and tags for what the file has.
  TagSchema Schema() const;
  // Sentences about what may not be meant so and what the author should know, at most three of each kind.
  std::vector<std::string> Notes() const;

 private:
  // A null word in a column.
  struct SeenWord {
    uint64_t cells = 0;
    uint64_t first_line = 0;
  };
  struct Column {
    std::string name;           // of its tag; empty when it is none or the schema names it
    std::vector<size_t> given;  // its tags, by their places in the schema
    std::optional<KnownColumn> known;
    ColumnGuess guess;
    std::array<SeenWord, kNullWords.size()> words;
    SeenCell contradiction;  // the member, where two of its records differ first
  };
  // What a column is, after a reading.
  struct Verdict {
    GuessedKind kind;                               // unspecified: left out
    std::array<bool, kNullWords.size()> missing{};  // the null words that are no values of it
  };
  // Where null words are missing, over all columns.
  struct NullWords {
    std::array<std::vector<size_t>, kNullWords.size()> missing_in, kept_in;  // columns
    bool OfTheFile(size_t word) const { return !missing_in[word].empty() && kept_in[word].empty(); }
  };

  bool IsTag(size_t column) const { return column != id_column_ && !columns_[column].empty(); }
  char DecimalPoint(const Column& column) const;
  // Whether the schema says the kind of one of its tags.
  bool SaysKind(const Column& column) const;
  bool IsMissing(absl::string_view cell) const;
  // Whether a tag of the column says that the text is no value, or that it clears the tag.
  bool IsMissingIn(const Column& column, absl::string_view cell) const;
  absl::string_view Trimmed(absl::string_view cell) const;
  // The kind without null words.
  GuessedKind KindOf(const Column& column) const;
  NullWords JudgeNullWords() const;
  std::vector<Verdict> Judge() const;
  void TakeCell(uint64_t line, absl::string_view cell, Column& column);
  void TakeAgain(uint64_t line, absl::string_view member_id, absl::Span<const absl::string_view> cells);
  // Writes what a column is into its tag.
  void Describe(const Column& column, const Verdict& verdict, const NullWords& words, v1::LoadTag& tag) const;

  void NoteMembers(NoteList& notes) const;
  void NoteNullWords(NoteList& notes) const;
  void NoteKnown(size_t column, NoteList& notes) const;
  void NoteGuess(size_t column, const Verdict& verdict, NoteList& notes) const;

  const std::vector<std::string> columns_;
  const size_t id_column_;
  const TagSchema given_;
  const std::vector<std::string> missing_;  // those of the whole file, as cells are compared with them
  const absl::flat_hash_map<std::string, v1::Tag> existing_;  // by name
  std::vector<Column> studied_;                               // one a column
  std::vector<Verdict> verdicts_;                             // after the first reading, for the second
  RepeatedMembers members_;
  SeenCell scientific_id_, null_id_;
  bool has_dumped_null_ = false;
  bool second_ = false;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_INFERENCE_H_

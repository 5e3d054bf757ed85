// Guesses a schema from all cells of a file.
#ifndef MUSTER_LOADERS_SCHEMA_INFERENCE_H_
#define MUSTER_LOADERS_SCHEMA_INFERENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// Texts that dumps of Hive and MySQL write for "no value"; taken as missing where a file has them.
inline constexpr absl::string_view kDumpedNull = "\\N";

// What the cells of one column have been so far. A kind that one cell contradicts is out.
class ColumnGuess {
 public:
  // Takes a trimmed cell that has a value.
  void Take(absl::string_view cell);

  // The tag that fits every cell, of the column's name. REQUIRES: Usable().
  SchemaTag Tag(const std::string& column) const;
  // False when there was no cell, or one is too long to be a value; why_not says it.
  bool Usable() const { return cells_ > 0 && !too_long_; }
  absl::string_view why_not() const;

 private:
  bool FitsNumber() const;
  void TakeNumber(absl::string_view cell);
  void TakeList(absl::string_view cell);

  uint64_t cells_ = 0;
  bool number_ = true, date_ = true, timestamp_ = true, flag_ = true;
  int whole_digits_ = 0, decimals_ = 0, decimals_trimmed_ = 0;
  uint64_t lists_ = 0;     // cells with a separator
  bool list_fits_ = true;  // no list had an empty value
  bool too_long_ = false;
};

// Guesses the kind of each column but the member id's: NUMBER with the most digits after the point that a
// cell has, DATE, TIMESTAMP, FLAG (words, not 0/1), MULTI of 'a|b|c' lists (when one cell in a hundred is
// one), else SINGLE. Leading zeros make text.
//
// A member that several records name with different values of a column makes that column a MULTI tag, one
// value a record. That takes a second reading: when NeedsSecondReading() after the first,
// BeginSecondReading() and give all records again. Memory: 16 bytes a member, and in the second reading 4
// bytes a column for each repeated one. For one thread.
class Inference {
 public:
  // `id_column` is the position of the member id among `columns`.
  Inference(std::vector<std::string> columns, size_t id_column);

  // Takes a record with a cell for each column. One without a member id is passed over.
  void Take(absl::Span<const absl::string_view> cells);

  bool NeedsSecondReading() const { return !repeated_.empty(); }
  void BeginSecondReading() { second_ = true; }

  // What the file means: member_id, missing and tags are set. Tags are named by TagNameOf their columns.
  TagSchema Schema() const;
  // A sentence for each column that is left out.
  std::vector<std::string> Notes() const;

 private:
  void TakeAgain(absl::Span<const absl::string_view> cells);

  const std::vector<std::string> columns_;
  const size_t id_column_;
  std::vector<ColumnGuess> guesses_;
  std::vector<bool> contradicts_;  // by column: two records of a member differ
  bool has_dumped_null_ = false;
  bool second_ = false;
  absl::flat_hash_set<uint64_t> ids_;  // hashes; a collision only makes a column MULTI
  absl::flat_hash_map<uint64_t, uint32_t>
      repeated_;                       // id hash → its place in first_cells_, 1-based; 0: not seen again
  std::vector<uint32_t> first_cells_;  // hashes of a repeated member's first cells; 0: none yet
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_INFERENCE_H_

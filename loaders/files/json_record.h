// Reads a JSON object as the cells of a record.
#ifndef MUSTER_LOADERS_FILES_JSON_RECORD_H_
#define MUSTER_LOADERS_FILES_JSON_RECORD_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "loaders/files/record_reader.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// So many bytes behind an object must be readable, whatever they are.
inline constexpr size_t kJsonPadding = 64;

// Reads one object after another, reusing its memory. Not thread-safe.
//
// A key is a column, and its value a cell: a text without its escapes, a number, `true` or `false` as written,
// an array as JSON text, null or no such key the empty cell. The whole object is checked, values of keys that
// are no columns included.
class JsonRecord {
 public:
  // Of these keys; none: each new key becomes another column.
  explicit JsonRecord(std::vector<JsonKey> keys);
  ~JsonRecord();

  // Reads an object. What is wrong with it; empty: nothing is, and cells() has one cell for each column, valid
  // until the next call while `text` lives. REQUIRES: kJsonPadding bytes are readable behind `text`.
  std::optional<BrokenRecord> Read(absl::string_view text);
  absl::Span<const absl::string_view> cells() const { return cells_; }

  // The keys that are columns.
  std::vector<std::string> columns() const;
  // Those that no object had so far.
  std::vector<std::string> unseen() const;
  // The first 100 keys that are no columns, in the order of their first object, and whether there are more.
  const std::vector<std::string>& skipped() const { return skipped_; }
  bool skipped_more() const { return skipped_more_; }

 private:
  struct Parser;
  static constexpr size_t kNoColumn = ~size_t{0};
  struct Column {
    JsonKey key;
    bool seen = false;     // in any object
    bool in_this = false;  // in the current object
  };

  // The column of the object's key number `place`, or kNoColumn.
  size_t ColumnOf(absl::string_view key, size_t place);
  size_t FindColumn(absl::string_view key);
  size_t NewColumn(std::string name);

  const bool learns_;
  const std::unique_ptr<Parser> parser_;
  std::vector<Column> columns_;
  std::vector<absl::string_view> cells_;
  // The keys of earlier objects by place, and their columns: most objects of a file have the same ones.
  std::vector<std::pair<std::string, size_t>> usual_;
  std::vector<std::string> skipped_;
  bool skipped_more_ = false;
};

// A JSON number: [-]digits[.digits][exponent], without leading zeros.
bool IsJsonNumber(absl::string_view text);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_JSON_RECORD_H_

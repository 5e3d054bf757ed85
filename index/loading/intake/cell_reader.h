// Converts a column of text cells to typed values, tag by tag; docs/semantics.md, rules 16 and 17, say what
// cells mean.
#ifndef MUSTER_INDEX_LOADING_INTAKE_CELL_READER_H_
#define MUSTER_INDEX_LOADING_INTAKE_CELL_READER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/catalog/tag.h"
#include "index/dictionary/value_interner.h"
#include "index/loading/intake/json_list.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/intake/typed_column.h"
#include "index/loading/plan/load_spec.h"
#include "index/loading/plan/scalar_cell.h"

namespace muster::index {

// White space that is trimmed: space, tab, line feed, vertical tab, form feed, carriage return.
std::string_view TrimmedCell(std::string_view cell);

// Whether the cell is one of the texts that mean "no value". The caller handles the empty cell.
bool IsMissingText(std::string_view cell, absl::Span<const std::string> missing);
// Whether it is ASCII without NUL, so that each part of it is text that may be stored.
bool IsPlainText(std::string_view text);
// The texts in the form in which cells are compared with them: trimmed as cells are, and each that isn't in
// normal form C followed by that form, which a file may have. Empty ones are dropped: an empty cell is no
// value anyway.
std::vector<std::string> ComparableTexts(absl::Span<const std::string> texts, bool trim);

// Reads the cells of one tag in one load. Under REMOVE a cell of a MULTI tag gives the values that it takes away,
// with the weight 0, and a cell of another kind clears the tag, whatever value it names. Not thread-safe.
class CellReader {
 public:
  // `tag`: as the catalogue has or will have it. `spec`: of the whole load, and `tag_spec` its entry for the
  // tag. `values`: where SINGLE and MULTI values get their ids; null for other kinds. INVALID_ARGUMENT,
  // kBadRequest, when format, separators, clear and missing texts don't fit the kind or each other. Lifetime:
  // `values` outlives the reader.
  static absl::StatusOr<CellReader> Make(const Tag& tag, const LoadTagSpec& tag_spec, const LoadSpec& spec,
                                         absl::TimeZone zone, ValueInterner* values);

  // Reads a batch's cells; `column` is emptied and filled. Cells that the kind doesn't accept reject their
  // record; `column` holds the values of rejected records, too. Fails only when values can't be looked up or
  // are more than a tag holds. REQUIRES: the ends ascend within the text, and codes name texts.
  absl::Status Read(const CellsView& cells, BatchRejections& rejections, TypedColumn& column);
  // The same of these records alone, which ascend. `is_plain`: IsPlainText of all cells.
  absl::Status ReadRecords(const CellsView& cells, bool is_plain, absl::Span<const uint32_t> records,
                           BatchRejections& rejections, TypedColumn& column);
  // Whether the cell, as the input has it, is empty or means "no value".
  bool IsEmpty(std::string_view cell) const;

 private:
  struct ListItem {
    ValueId value = 0;
    int64_t weight = 0;
  };

  CellReader(const Tag& tag, const LoadTagSpec& tag_spec, const LoadSpec& spec, ScalarCell scalar,
             ValueInterner* values);

  // Whether the cell is text that may be stored; rejects the record otherwise.
  bool CheckText(std::string_view cell, size_t record, BatchRejections& rejections) const;
  // Reads each text that a record has once, at the first of its records.
  absl::Status ReadCoded(const CellsView& cells, BatchRejections& rejections, TypedColumn& column);
  // Reads a cell as the input has it, empty or not.
  absl::Status ReadText(std::string_view cell, size_t record, BatchRejections& rejections,
                        TypedColumn& column);
  absl::Status ReadCell(std::string_view cell, size_t record, BatchRejections& rejections,
                        TypedColumn& column);
  absl::Status ReadList(std::string_view cell, size_t record, BatchRejections& rejections,
                        TypedColumn& column);
  // Splits a list into parts_; false when it rejected the record.
  bool SplitList(std::string_view cell, size_t record, BatchRejections& rejections);
  // Removes the weight from a part of a list; empty when it rejected the record.
  std::optional<int64_t> TakeWeight(std::string_view cell, std::string_view& item, size_t record,
                                    BatchRejections& rejections) const;
  // Reads one value of a list into items_; false when it rejected the record.
  absl::StatusOr<bool> ReadItem(std::string_view cell, std::string_view item, size_t record,
                                BatchRejections& rejections);
  // Sorts items_ and removes duplicates; false when one value has two weights.
  bool SettleItems(std::string_view cell, size_t record, BatchRejections& rejections);
  // The id of a value's text; empty when it rejected the record.
  absl::StatusOr<std::optional<ValueId>> ReadValue(std::string_view value, size_t record,
                                                   BatchRejections& rejections);
  void RejectCell(std::string_view cell, std::string_view why, size_t record, Rejection reason,
                  BatchRejections& rejections) const;

  Tag tag_;
  std::string separator_, weight_separator_, clear_;
  std::vector<std::string> missing_;
  bool trim_;
  LoadMode mode_;
  int64_t unit_weight_ = 1;  // 1 in the weight's scale
  NumberNotation weight_;
  ScalarCell scalar_;
  ValueInterner* values_;
  std::unique_ptr<JsonListReader> json_;  // made for the first cell that may be an array
  // Of the cell being read.
  std::vector<std::string_view> parts_;
  std::vector<ListItem> items_;
  bool plain_ = false;  // the batch's text is ASCII without NUL
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_CELL_READER_H_

// Takes the records of a long table: a member, a tag and its value.
#ifndef MUSTER_LOADERS_FEEDING_LONG_RECORDS_H_
#define MUSTER_LOADERS_FEEDING_LONG_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "loaders/feeding/record_batcher.h"
#include "loaders/files/record_reader.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// Passes each record to a batcher with the number of its tag. One that names no tag of the schema is broken, and
// so is one with a weight for a tag that takes none. Nothing is kept of a record. Not thread-safe. Lifetime: the
// batcher outlives it.
class LongRecords : public RecordSink {
 public:
  // Errors: NOT_FOUND when the input lacks a column of the table. REQUIRES: schema.long_table is set, and the
  // batcher was made with one tag column.
  static absl::StatusOr<LongRecords> Make(const TagSchema& schema, const RecordReader& reader,
                                          RecordBatcher& batcher);

  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override;
  void TakeBroken(const BrokenRecord& record) override { batcher_->TakeBroken(record); }

 private:
  struct Columns {
    size_t id = 0, tag = 0, value = 0;
    std::optional<size_t> weight;
  };
  LongRecords(const TagSchema& schema, Columns columns, RecordBatcher& batcher);

  // The number of the tag that the text stands for.
  std::optional<uint16_t> NumberOf(absl::string_view text);
  // The value and its weight as one cell of the tag.
  absl::string_view WithWeight(absl::string_view value, absl::string_view weight, const v1::LoadTag& tag);
  // Whether the cell means "no value", or "no weight".
  bool IsMissing(absl::string_view cell, const v1::LoadTag& tag) const;
  std::string NoTag(absl::string_view text);

  TagSchema schema_;
  Columns columns_;
  RecordBatcher* batcher_;
  absl::flat_hash_map<std::string, uint16_t> number_of_;  // by the text in normal form C
  std::string last_text_;                                 // records of one tag often follow one another
  uint16_t last_number_ = 0;
  std::string cell_;
  absl::flat_hash_map<std::string, std::string> suggestions_;  // by the text that is no tag
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_LONG_RECORDS_H_

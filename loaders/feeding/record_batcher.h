// Collects records into the batches of a load.
#ifndef MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_
#define MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "loaders/feeding/column_coder.h"
#include "loaders/files/record_reader.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// A batch ends with the record that gives it this many records or bytes. Larger batches were measured to load
// no faster.
inline constexpr size_t kBatchRecords = kCodedRecordsMax;
inline constexpr size_t kBatchBytes = 4 << 20;

// Takes the records of a reader and extracts the columns of a load. Not thread-safe.
class RecordBatcher : public RecordSink {
 public:
  // `id_column` and `tag_columns` are positions among the reader's columns; a column may serve several tags.
  RecordBatcher(size_t id_column, std::vector<size_t> tag_columns);

  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override;
  // Takes a record of a long table: the number of its tag, and its cell. REQUIRES: the batcher was made with one
  // tag column, and takes such records only.
  void TakeLong(uint64_t line, absl::string_view member_id, uint16_t tag, absl::string_view cell);
  // Reports the record as one that the client rejected.
  void TakeBroken(const BrokenRecord& record) override;

  // Whether a batch is complete.
  bool Full() const { return !complete_.empty(); }
  bool Empty() const { return complete_.empty() && batch_records_ == 0; }
  // Returns the oldest complete batch as a message; if there is none, the one that is being filled.
  v1::LoadRecordsRequest TakeBatch();
  // The number of records in all batches, broken ones included.
  uint64_t records() const { return records_; }

 private:
  void BeginBatch();
  void AppendId(absl::string_view id);
  void EndRecord();
  void EndBatch();

  const size_t id_column_;
  const std::vector<size_t> tag_columns_;
  std::deque<v1::LoadRecordsRequest> complete_;
  v1::LoadRecordsRequest message_;
  std::vector<ColumnCoder> coders_;  // of the tags
  v1::RecordBatch* batch_ = nullptr;
  size_t batch_records_ = 0;
  size_t batch_bytes_ = 0;
  uint64_t records_ = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_

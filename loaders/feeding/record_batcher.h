// Collects records into the batches of a load.
#ifndef MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_
#define MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "loaders/files/record_reader.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// A batch is sent once it has this many records or bytes of text. Larger batches were measured to load no
// faster.
inline constexpr size_t kBatchRecords = 64 << 10;
inline constexpr size_t kBatchBytes = 4 << 20;

// Takes the records of a reader and extracts the columns of a load. Not thread-safe.
class RecordBatcher : public RecordSink {
 public:
  // `id_column` and `tag_columns` are positions among the reader's columns; a column may serve several tags.
  RecordBatcher(size_t id_column, std::vector<size_t> tag_columns);

  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override;
  // Reports the record as one that the client rejected.
  void TakeBroken(const BrokenRecord& record) override;

  // Whether the batch has reached its target size. One RecordReader::ReadSome may still add to it, which
  // keeps it below the 16 MiB of a message.
  bool Full() const { return batch_records_ >= kBatchRecords || batch_bytes_ >= kBatchBytes; }
  bool Empty() const { return batch_records_ == 0; }
  // Returns the current batch as a message, and begins the next one.
  v1::LoadRecordsRequest TakeBatch();
  // The number of records in all batches, broken ones included.
  uint64_t records() const { return records_; }

 private:
  void BeginBatch();

  const size_t id_column_;
  const std::vector<size_t> tag_columns_;
  v1::LoadRecordsRequest message_;
  v1::RecordBatch* batch_ = nullptr;
  size_t batch_records_ = 0;
  size_t batch_bytes_ = 0;
  uint64_t records_ = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_

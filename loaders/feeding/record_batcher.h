// Gathers records into the batches of a load.
#ifndef MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_
#define MUSTER_LOADERS_FEEDING_RECORD_BATCHER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "loaders/files/record_reader.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// A batch is sent once it has so many records or so many bytes of text. Measured: larger batches load no
// faster.
inline constexpr size_t kBatchRecords = 64 << 10;
inline constexpr size_t kBatchBytes = 4 << 20;

// Takes records of a reader and cuts the columns of a load out of them. For one thread.
class RecordBatcher : public RecordSink {
 public:
  // `id_column` and `tag_columns` are positions among the reader's columns; a column may serve several tags.
  RecordBatcher(size_t id_column, std::vector<size_t> tag_columns);

  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override;
  // The record becomes one that the client rejected.
  void TakeBroken(const BrokenRecord& record) override;

  // True when the batch is as large as one should be. It may grow by what one RecordReader::ReadSome gives,
  // which keeps it under the 16 MiB of a message.
  bool Full() const { return batch_records_ >= kBatchRecords || batch_bytes_ >= kBatchBytes; }
  bool Empty() const { return batch_records_ == 0; }
  // The batch so far as a message; begins the next one.
  v1::LoadRecordsRequest TakeBatch();
  // Records so far, in all batches, broken ones included.
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

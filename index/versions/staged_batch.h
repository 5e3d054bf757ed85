// Records on their way into staging, in bounded transactions.
#ifndef MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_
#define MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Collects encoded items in memory and writes them through the queue, class staging, in as many transactions
// as they need. Not thread-safe. What wasn't flushed when it is destroyed is lost.
class StagedBatch {
 public:
  explicit StagedBatch(WriterQueue& writer) : writer_(writer) {}
  StagedBatch(StagedBatch&&) = default;

  // Keys ascending within a database. Flushes by itself when it holds about a transaction's worth (2 MB).
  absl::Status Add(DatabaseId database, std::string_view key, std::string value);
  // Writes what is there; durable when it returns.
  absl::Status Flush();

 private:
  struct Item {
    DatabaseId database;
    std::string key, value;
  };
  WriterQueue& writer_;
  std::vector<Item> items_;
  size_t pages_ = 0, bytes_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_

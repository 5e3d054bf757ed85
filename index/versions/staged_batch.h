// Records on their way into staging, in bounded transactions.
#ifndef MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_
#define MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// Collects encoded items in memory and writes them through the queue, class staging, as many transactions as
// they need. Not thread-safe.
class StagedBatch {
 public:
  explicit StagedBatch(WriterQueue& writer) : writer_(writer) {}

  // Keys ascending within a database. Flushes by itself when it has grown to about half a transaction.
  absl::Status Add(DatabaseId database, std::string_view key, std::string value);
  // `first`: also run, once, at the start of the first transaction of the batch's life (allocations).
  void RunFirst(WriterQueue::Task first) { first_ = std::move(first); }
  // Writes what is there; durable when it returns.
  absl::Status Flush();

 private:
  struct Item {
    DatabaseId database;
    std::string key, value;
  };
  WriterQueue& writer_;
  WriterQueue::Task first_;
  std::vector<Item> items_;
  size_t pages_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_STAGED_BATCH_H_

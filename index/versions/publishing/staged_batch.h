// A buffer of staged records, written in bounded transactions.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/number_pool.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// A record that a load stages, or one that it staged before and takes away again (no value). A plain value.
struct StagedItem {
  DatabaseId database;
  std::string key;
  std::optional<std::string> value;
};
absl::Status WriteStaged(WriteTransaction& transaction, const StagedItem& item);
// Writes the items in their order, durably, in as many transactions as needed.
absl::Status WriteStaged(WriterQueue& writer, const std::vector<StagedItem>& items);

// The staging buffer of one thread of a load. Assigns the numbers of stores and edges, collects encoded items
// in memory, and writes them through the queue, class staging, in as many transactions as needed. One batch
// serves any number of writers one after another, so that a load of a thousand small tags takes a few
// transactions, not thousands. Items reach the disk in the order in which they were added. Not thread-safe.
// Destruction loses unflushed items; flushed ones are swept (Versions::DiscardStaged, or the next start).
class StagedBatch {
 public:
  // Takes `numbers_at_once` numbers at a time, from `pool` if there is one; left-over ones are never used.
  StagedBatch(WriterQueue& writer, LoadId load, uint32_t numbers_at_once = 1, NumberPool* pool = nullptr)
      : writer_(writer), load_(load), numbers_at_once_(numbers_at_once), pool_(pool) {}
  StagedBatch(const StagedBatch&) = delete;
  StagedBatch& operator=(const StagedBatch&) = delete;

  // A number for a new store or edge. Its entry in `staging` is durable no later than what is added after it.
  // RESOURCE_EXHAUSTED when all numbers are used up.
  absl::StatusOr<uint32_t> Register(StagedKind kind);
  // Adds an item; keys ascend within a database. Flushes when about a transaction's worth (2 MB) is buffered.
  absl::Status Add(DatabaseId database, std::string_view key, std::string value);
  // Takes an item away that was added before, to this batch or to another that was flushed.
  absl::Status Remove(DatabaseId database, std::string_view key);
  // Writes the buffered items, durably.
  absl::Status Flush();
  // Gives away the buffered items instead: the caller writes them, in their order.
  std::vector<StagedItem> TakeItems();

  LoadId load() const { return load_; }

 private:
  struct Numbers {
    uint32_t next = 0, end = 0;
  };
  absl::Status TakeNumbers(StagedKind kind, Numbers& numbers);
  absl::Status AddItem(StagedItem item);

  WriterQueue& writer_;
  const LoadId load_;
  const uint32_t numbers_at_once_;
  NumberPool* const pool_;
  std::map<StagedKind, Numbers> numbers_;
  std::vector<StagedItem> items_;
  size_t pages_ = 0, bytes_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_

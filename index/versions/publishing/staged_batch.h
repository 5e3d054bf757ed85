// Records on their way into staging, in bounded transactions.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/writer_queue.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// Where one thread of a load stages: takes numbers of stores and edges, collects encoded items in memory and
// writes them through the queue, class staging, in as many transactions as they need. One batch serves any
// number of writers one after another, so that a load of a thousand small tags takes a few transactions and
// not thousands. Items reach the disk in the order in which they were added. Not thread-safe; what wasn't
// flushed when it is destroyed is lost, and what was is swept (Versions::DiscardStaged, or the next start).
class StagedBatch {
 public:
  // Numbers are taken `numbers_at_once`; those that are left over are never used.
  StagedBatch(WriterQueue& writer, LoadId load, uint32_t numbers_at_once = 1)
      : writer_(writer), load_(load), numbers_at_once_(numbers_at_once) {}
  StagedBatch(const StagedBatch&) = delete;
  StagedBatch& operator=(const StagedBatch&) = delete;

  // A number for a new store or edge. Its entry in `staging` is durable no later than what is added after it.
  // RESOURCE_EXHAUSTED when all numbers are used up.
  absl::StatusOr<uint32_t> Register(StagedKind kind);
  // Keys ascending within a database. Flushes by itself when it holds about a transaction's worth (2 MB).
  absl::Status Add(DatabaseId database, std::string_view key, std::string value);
  // Writes what is there; durable when it returns.
  absl::Status Flush();

  LoadId load() const { return load_; }

 private:
  struct Item {
    DatabaseId database;
    std::string key, value;
  };
  struct Numbers {
    uint32_t next = 0, end = 0;
  };
  absl::Status TakeNumbers(StagedKind kind, Numbers& numbers);

  WriterQueue& writer_;
  const LoadId load_;
  const uint32_t numbers_at_once_;
  std::map<StagedKind, Numbers> numbers_;
  std::vector<Item> items_;
  size_t pages_ = 0, bytes_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_STAGED_BATCH_H_

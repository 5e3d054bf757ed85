// Moves each store's base towards the tag's current version, so that reading it is reading the base alone.
#ifndef MUSTER_INDEX_VERSIONS_SETTLING_SETTLER_H_
#define MUSTER_INDEX_VERSIONS_SETTLING_SETTLER_H_

#include <cstddef>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/storage/writer_queue.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// One batch of folding in one store; see StepStore.
struct SettleProgress {
  size_t folded = 0;  // edge records folded, and rows passed
  bool more = false;  // the store isn't settled at its tag's current version yet
};

// Folds at most `max_records` edge records and passed rows (fewer when the transaction is nearly full),
// moving on from neighbour to neighbour. A store that no longer holds its tag's current version is left as it
// is.
absl::StatusOr<SettleProgress> StepStore(WriteTransaction& transaction, StoreId store, size_t max_records);

// Settles the stores of one population, in the background or step by step. Numbered invariants, after every
// commit; because of them readers in every version are right:
//  1. Outside settling, the base holds exactly the settled version S.
//  2. Settling goes from S to a neighbour T, over the one edge between them. Keys (row, fragment) below the
//     frontier hold T; all others, absent ones included, hold S.
//  3. The frontier and the records it passed change in the same transaction.
//  4. A whole image in an edge is that of the end farther from what the base holds at its key: folding swaps
//     it with the base (AFTER ↔ BEFORE). An XOR record is the same in both directions and stays.
//  5. row_stats.cardinality of rows below the frontier's row is T's, of all others S's; row_stats.records
//     always counts the base as it is.
//  6. edge_stats never change: they compare child and parent, wherever the base is.
//
// Thread-safe. Lifetime: the WriterQueue outlives it.
class Settler {
 public:
  explicit Settler(WriterQueue& writer);
  ~Settler();

  // Starts settling in the background.
  void Start();
  // Wakes the background thread after a publication.
  void Notify();
  // Finishes the turn under way. Idempotent.
  void Stop();

  // One transaction of at most `max_records` records, for the first stores that aren't settled (by number).
  // False when there was none. For tests, with the background off.
  absl::StatusOr<bool> Step(size_t max_records);
  // Steps until everything is settled.
  absl::Status SettleAll();

 private:
  void Loop();
  // Waits for a Notify; false when stopping.
  bool WaitForWork();
  bool Stopping();
  absl::StatusOr<std::vector<StoreId>> FindUnsettled();

  WriterQueue& writer_;
  Mutex mutex_;
  CondVar wake_;
  bool notified_ ABSL_GUARDED_BY(mutex_) = true;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<StoreId> unfinished_ ABSL_GUARDED_BY(mutex_);  // to go on with, before looking for others
  std::thread thread_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SETTLING_SETTLER_H_

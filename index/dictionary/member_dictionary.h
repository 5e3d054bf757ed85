// Member id ↔ ordinal of one population.
#ifndef MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_
#define MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/stored_ids.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// In `member_counters`: ordinals below are in `ordinals`. DO NOT CHANGE.
inline constexpr std::string_view kIndexedCounter = "indexed";

// Ids that have an ordinal and aren't stored yet, in the order of their ordinals. Not thread-safe.
class PendingIds {
 public:
  explicit PendingIds(Ordinal first) : first_(first) {}

  std::optional<Ordinal> Find(std::string_view id) const;
  // Gives `id` the next ordinal. REQUIRES: it isn't in here.
  Ordinal Add(std::string_view id);
  Ordinal first() const { return first_; }
  Ordinal next() const { return first_ + ids_.size(); }
  uint64_t ByteSize() const;
  // The ids from the first on; they stay where they are until the table goes.
  const std::vector<std::string_view>& ids() const { return ids_; }

 private:
  Ordinal first_;
  std::deque<std::string> blocks_;
  std::vector<std::string_view> ids_;
  absl::flat_hash_map<std::string_view, Ordinal> ordinals_;
  uint64_t text_bytes_ = 0;
};

// Gives out ordinals, stores them, and finds them again. Numbered invariants:
//  1. An id has one ordinal for ever, and ordinals are dense: a new id gets the next one, in memory, at once.
//  2. Ids below `indexed` (a counter) are in `member_ids` and `ordinals`; a flush writes blocks first, then
//     sorted ids, then the counter. Ids of blocks at or beyond it are put into `ordinals` when the dictionary
//     is opened, so that a crash between the two never gives an id a second ordinal. Where the disk has no
//     room for that, it is done before the next ids are assigned: such ids are of loads that were not
//     published.
//  3. A block that is stored stays. A flush that failed leaves its ids pending under the same ordinals, and
//     the next one goes on behind the blocks that it finds: `ordinals` may lead to any of them already, so to
//     take them away would free an ordinal that an id is found under.
//  4. An id leaves the pending table after it can be read from the store, and `generation_` changes with it:
//     a thread that missed it in the store under an older generation looks again.
//  What is in here is invisible until a population's `everyone` names the ordinal.
//
// Thread-safe. Lives between its WriterQueue and the loads.
class MemberDictionary {
 public:
  // Reads the counters and repairs what a crash left (invariant 2). `writer`: of the `members` environment.
  static absl::StatusOr<std::unique_ptr<MemberDictionary>> Open(WriterQueue& writer);

  // The ordinals of `ids`; ids without one get theirs. REQUIRES: 1–480 bytes each, and ordinals.size() ==
  // ids.size().
  absl::Status Assign(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals);
  // Stores every id given out so far.
  absl::Status Flush();
  // Bytes that wait for a flush.
  uint64_t PendingBytes() const;

  // The ids that are stored and indexed.
  StoredIds Stored() const;

  // A stored id's ordinal; nothing when it has none or isn't stored yet.
  absl::StatusOr<std::optional<Ordinal>> Find(std::string_view id) const;
  // The id of an ordinal that was given out, stored or not. DATA_LOSS when it has none or was erased.
  absl::StatusOr<std::string> IdOf(Ordinal ordinal) const;
  // Appends the stored ids of `ordinals` (ascending) to `ids`. DATA_LOSS when one has none or was erased.
  absl::Status ReadIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const;

 private:
  struct Missing {
    std::string_view id;
    size_t place;
  };

  MemberDictionary(WriterQueue& writer, StoredIds stored);
  absl::Status Repair(Ordinal indexed);
  // Does the repair that a full disk has put off.
  absl::Status EnsureRepaired();
  // Looks ids up in the store: fills `ordinals` and keeps in `missing` those that aren't there.
  absl::Status FindStored(std::vector<Missing>& missing, absl::Span<Ordinal> ordinals) const;
  // Stores the ids, of which a flush that failed may have stored some; answers the sum of all.
  absl::StatusOr<uint64_t> WriteBlocks(Ordinal first, absl::Span<const std::string_view> ids);
  absl::Status WriteOrdinals(Ordinal first, absl::Span<const std::string_view> ids);

  WriterQueue& writer_;
  Mutex flush_mutex_;  // one flush at a time; taken before mutex_
  // Where the repair that was put off begins; nothing when none was. `repaired_` says the same without a
  // lock.
  std::optional<Ordinal> repair_from_ ABSL_GUARDED_BY(flush_mutex_);
  std::atomic<bool> repaired_{true};
  mutable Mutex mutex_;
  PendingIds pending_ ABSL_GUARDED_BY(mutex_);
  StoredIds stored_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_

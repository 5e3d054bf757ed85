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
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/stored_ids.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// A counter in `member_counters`: all ordinals below it are in `ordinals`. DO NOT CHANGE.
inline constexpr std::string_view kIndexedCounter = "indexed";

// Ids that have an ordinal and aren't stored yet, in the order of their ordinals. Not thread-safe.
class PendingIds {
 public:
  explicit PendingIds(Ordinal first) : first_(first) {}

  std::optional<Ordinal> Find(std::string_view id) const;
  // Assigns the next ordinal to `id`. REQUIRES: the table doesn't hold `id`.
  Ordinal Add(std::string_view id);
  Ordinal first() const { return first_; }
  Ordinal next() const { return first_ + ids_.size(); }
  uint64_t ByteSize() const;
  // The ids in the order of their ordinals. The texts stay valid as long as the table lives.
  const std::vector<std::string_view>& ids() const { return ids_; }
  uint64_t text_bytes() const { return text_bytes_; }

 private:
  Ordinal first_;
  std::deque<std::string> blocks_;
  std::vector<std::string_view> ids_;
  absl::flat_hash_map<std::string_view, Ordinal> ordinals_;
  uint64_t text_bytes_ = 0;
};

// Assigns ordinals to ids, stores them, and finds them again. Numbered invariants:
//  1. An id keeps its ordinal, and ordinals are dense: a new id gets the next one, in memory, at once.
//  2. Ids below `indexed` (a counter) are in `member_ids` and `ordinals`; a flush writes blocks first, then
//     sorted ids, then the counter. Ids of blocks at or beyond it are put into `ordinals` when the dictionary
//     is opened, so that a crash between the two never gives an id a second ordinal. When the disk has no
//     room for that, it is done before the next ids are assigned: such ids are of loads that were not
//     published.
//  3. A stored block is never removed. A failed flush leaves its ids pending under the same ordinals, and the
//     next flush continues after the stored blocks. `ordinals` may already lead to any of them: removing one
//     would free an ordinal under which an id is still found.
//  4. An id is removed from the pending table only when it can be read from the store, and `generation_` then
//     changes: a thread that missed the id in the store under an older generation looks again.
//  An id has no effect on answers until a population's `everyone` holds its ordinal.
//
// Thread-safe. Lifetime: its WriterQueue outlives it, and it outlives the loads.
class MemberDictionary {
 public:
  // Reads the counters and repairs what a crash left (invariant 2). `writer`: of the `members` environment.
  static absl::StatusOr<std::unique_ptr<MemberDictionary>> Open(WriterQueue& writer);

  // Fills `ordinals` with those of `ids`; ids without one are assigned the next ones. RESOURCE_EXHAUSTED,
  // kStorageFull, and no id is assigned, if the new ids and the pending ones might not fit into the
  // environment: a later flush would fail for every load. REQUIRES: 1–480 bytes each, and ordinals.size() ==
  // ids.size().
  absl::Status Assign(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals);
  // Stores every id assigned so far.
  absl::Status Flush();
  // The same, unless the ids of all ordinals below `end` are stored.
  absl::Status FlushBelow(Ordinal end);
  // The bytes of pending ids, which the next flush stores.
  uint64_t PendingBytes() const;

  // The ids that are stored and indexed.
  StoredIds Stored() const;

  // A stored id's ordinal; empty when it has none or isn't stored yet.
  absl::StatusOr<std::optional<Ordinal>> Find(std::string_view id) const;
  // The id of an ordinal, stored or not. DATA_LOSS when it was never assigned, or its id was erased.
  absl::StatusOr<std::string> IdOf(Ordinal ordinal) const;
  // Appends the stored ids of `ordinals` (ascending) to `ids`. DATA_LOSS when one has no id or it was erased.
  absl::Status ReadIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const;
  // The same as one text: appends the ids one after another to `text`, and the end of each in it to `ends`.
  // REQUIRES: `text` stays below 4 GiB.
  absl::Status AppendIds(absl::Span<const Ordinal> ordinals, std::string& text,
                         std::vector<uint32_t>& ends) const;
  // Visits the stored ids of a chunk's members, as MemberIds::VisitIds; an erased member's id is empty.
  absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const;

 private:
  struct Missing {
    std::string_view id;
    size_t place;
  };

  MemberDictionary(WriterQueue& writer, StoredIds stored);
  absl::Status Repair(Ordinal indexed);
  // Does the repair that a full disk postponed.
  absl::Status EnsureRepaired();
  // Checks that `count` more ids of so many bytes fit into the environment together with the pending ones.
  absl::Status CheckRoom(uint64_t count, uint64_t text_bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Looks ids up in the store: fills `ordinals` and keeps in `missing` those that aren't there.
  absl::Status FindStored(std::vector<Missing>& missing, absl::Span<Ordinal> ordinals) const;
  // Calls `visit(i, id)` for each i below `count`, with the id of the ordinal `ordinal_at(i)`; those ascend.
  template <typename OrdinalAt>
  absl::Status VisitOrdinals(size_t count, const OrdinalAt& ordinal_at,
                             absl::FunctionRef<void(size_t, std::string_view)> visit) const;
  // Stores the ids, some of which a failed flush may have stored already. Returns the sum of all ids.
  absl::StatusOr<uint64_t> WriteBlocks(Ordinal first, absl::Span<const std::string_view> ids);
  absl::Status WriteOrdinals(Ordinal first, absl::Span<const std::string_view> ids);

  WriterQueue& writer_;
  Mutex flush_mutex_;  // one flush at a time; taken before mutex_
  // The first ordinal of the postponed repair; empty when none is postponed. `repaired_` says the same
  // without a lock.
  std::optional<Ordinal> repair_from_ ABSL_GUARDED_BY(flush_mutex_);
  std::atomic<bool> repaired_{true};
  mutable Mutex mutex_;
  PendingIds pending_ ABSL_GUARDED_BY(mutex_);
  StoredIds stored_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_

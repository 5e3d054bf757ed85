// Member id ↔ ordinal of one population.
#ifndef MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_
#define MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/id_finder.h"
#include "index/dictionary/id_hash.h"
#include "index/dictionary/pending_ids.h"
#include "index/dictionary/stored_ids.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// A counter in `member_counters`: all ordinals below it are in `ordinals`. DO NOT CHANGE.
inline constexpr std::string_view kIndexedCounter = "indexed";

// Assigns ordinals to ids, stores them, and finds them again. Numbered invariants:
//  1. An id keeps its ordinal, and ordinals are dense: a new id gets the next one, in memory, at once.
//  2. Ids below `indexed` (a counter) are in `member_ids` and `ordinals`; a flush writes blocks of ids first,
//     then ordinals by their hashes, then the counter. Ids of blocks at or beyond it are put into `ordinals` when
//     the dictionary is opened (those that are there already stay once), so that a crash between the two never
//     gives an id a second ordinal. When the disk has no room for that, it is done before the next ids are
//     assigned: such ids are of loads that were not published.
//  3. The ids of a stored block stay. A failed flush leaves its ids pending under the same ordinals, and the
//     next flush continues after the stored blocks. `ordinals` may already lead to any of them: removing one
//     would free an ordinal under which an id is still found.
//  4. An id is removed from the pending ones only when it can be read from the store, and `generation_` then
//     changes: a thread that missed the id in the store under an older generation looks again.
//  5. A hash proves nothing: an ordinal that is found by an id's hash is the id's only if its stored text is the
//     same. So ids of one hash, however many, keep their ordinals.
//  An id has no effect on answers until a population's `everyone` holds its ordinal.
//
// Thread-safe. Lifetime: its WriterQueue outlives it, and it outlives the loads.
class MemberDictionary {
 public:
  // Reads the counters and repairs what a crash left (invariant 2). `writer`: of the `members` environment.
  // `hash_mask`: the bits of hashes that differ, fewer in tests of equal hashes. REQUIRES: it is the same
  // whenever this environment is opened.
  static absl::StatusOr<std::unique_ptr<MemberDictionary>> Open(WriterQueue& writer,
                                                                uint64_t hash_mask = ~uint64_t{0});

  // Fills `ordinals` with those of `ids`; ids without one are assigned the next ones, in the order of `ids`.
  // RESOURCE_EXHAUSTED, kStorageFull, and no id is assigned, if the new ids and the pending ones might not
  // fit into the environment: a later flush would fail for every load. REQUIRES: 1–480 bytes each, fewer than
  // 2^32, and ordinals.size() == ids.size().
  absl::Status Assign(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals);
  // Fills `ordinals` with those of the `ids` that have one, and `missing` with the places of the others, ascending.
  // What `ordinals` has at those places means nothing. Assigns no ordinal. REQUIRES: as Assign.
  absl::Status FindAll(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals,
                       std::vector<uint32_t>& missing) const;
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
  // The same as one text: appends the ids to `lines`, each followed by a line feed, which no id contains.
  absl::Status AppendIds(absl::Span<const Ordinal> ordinals, std::string& lines) const;
  // Visits the stored ids of a chunk's members, as MemberIds::VisitIds; an erased member's id is empty.
  absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const;

 private:
  MemberDictionary(WriterQueue& writer, IdHash hash, StoredIds stored);
  absl::Status Repair(Ordinal indexed);
  // Does the repair that a full disk postponed.
  absl::Status EnsureRepaired();
  // Checks that `count` more ids of `text_bytes` fit into the environment together with the pending ones.
  absl::Status CheckRoom(uint64_t count, uint64_t text_bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Ordinal> FindPending(std::string_view id, uint64_t hash) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Calls `visit(block, first, begin, end)` for each block that holds ids of the ordinals `ordinal_at(i)`,
  // which ascend for i below `count`; `first`: the block's first ordinal; [begin, end): the i whose ids it
  // holds.
  template <typename OrdinalAt, typename Visit>
  absl::Status VisitBlocks(size_t count, const OrdinalAt& ordinal_at, const Visit& visit) const;
  // Calls `visit(i, id)` for each i below `count`, with the id of the ordinal `ordinal_at(i)`; those ascend.
  template <typename OrdinalAt>
  absl::Status VisitOrdinals(size_t count, const OrdinalAt& ordinal_at,
                             absl::FunctionRef<void(size_t, std::string_view)> visit) const;
  // Stores the ids, some of which a failed flush may have stored already. Returns the sum of all ids.
  absl::StatusOr<uint64_t> WriteBlocks(const PendingIds& ids);
  // Puts the ordinals [first, end) under the hashes of their ids, and then moves the counter to `end`.
  // `entries`: for each id that isn't erased StoredHash of it · its ordinal less `first`.
  absl::Status WriteOrdinals(Ordinal first, Ordinal end, std::vector<uint64_t> entries);

  WriterQueue& writer_;
  const IdFinder finder_;
  Mutex flush_mutex_;  // one flush at a time; taken before mutex_
  // The first ordinal of the postponed repair; empty when none is postponed. `repaired_` says the same
  // without a lock.
  std::optional<Ordinal> repair_from_ ABSL_GUARDED_BY(flush_mutex_);
  std::atomic<bool> repaired_{true};
  mutable Mutex mutex_;
  // Pending ids that a flush is storing, or that a failed one left; null: none. Those of pending_ come after.
  std::shared_ptr<const PendingIds> flushing_ ABSL_GUARDED_BY(mutex_);
  PendingIds pending_ ABSL_GUARDED_BY(mutex_);
  StoredIds stored_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_DICTIONARY_H_

// Assign looks for ids in the pending table under the lock, then in the store without it, and takes the lock
// again to assign ordinals to the missing ones. In between, a flush may move an id from the table to the
// store, so that neither search sees it. Each flush changes `generation_`: when it has changed, the store is
// searched again before anything is assigned.
#include "index/dictionary/member_dictionary.h"

#include <algorithm>
#include <utility>

#include "index/dictionary/blocks/member_id_block.h"
#include "index/dictionary/blocks/member_id_block_builder.h"
#include "index/dictionary/ordinal_index.h"
#include "index/dictionary/radix_sort.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/identity.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_meter.h"
#include "text/limits.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// What is damaged, in messages.
constexpr std::string_view kThis = "dictionary of member ids";

absl::StatusOr<Ordinal> ReadIndexed(const Transaction& transaction) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> value,
                   transaction.Get(DatabaseId::kMemberCounters, kIndexedCounter));
  if (!value) return Ordinal{0};
  if (value->size() != sizeof(uint64_t)) return Corrupt(kThis, "a counter has the wrong size");
  return ReadU64(value->data());
}

// The last block's first ordinal and its ids; none when there is no block.
struct LastBlock {
  Ordinal first = 0;
  size_t bytes = 0;
  std::vector<std::string> ids;
  uint64_t sum_before = 0, sum = 0;  // of all ids before it, and of those with its own
  Ordinal end() const { return first + ids.size(); }
};
absl::StatusOr<LastBlock> ReadLastBlock(const Transaction& transaction) {
  LastBlock last;
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kMemberIds));
  cursor.Last();
  RETURN_IF_ERROR(cursor.status());
  if (!cursor.valid()) return last;
  if (cursor.key().size() != sizeof(uint64_t)) return Corrupt(kThis, "a block's key has the wrong size");
  ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(cursor.value()));
  last.first = ReadU64(cursor.key().data());
  last.sum_before = block.sum_before();
  last.bytes = cursor.value().size();
  RETURN_IF_ERROR(
      block.Visit(0, block.count(), [&last](size_t, std::string_view id) { last.ids.emplace_back(id); }));
  last.sum = last.sum_before;
  for (const std::string& id : last.ids) last.sum = SumWithId(last.sum, id);
  return last;
}

// An upper bound of the bytes that new ids take in the environment, which has `stored` ids: in a block of ids, which
// an id that doesn't fit may end early, as an entry of a block of ordinals that is half full, and for each block
// of those that overflows another one.
uint64_t BytesToStore(uint64_t count, uint64_t text_bytes, uint64_t stored) {
  constexpr uint64_t kBytesOfAnEntry = 24;
  constexpr uint64_t kEntriesOfABlock = 400;
  return count * kBytesOfAnEntry + text_bytes * 2 + kPageBytes * std::min(count, stored / kEntriesOfABlock);
}

// An upper bound of the bytes of pages that the transactions copy while they store the ids.
uint64_t BytesToCopy(uint64_t count) {
  constexpr uint64_t kPagesOfAnId = 4;
  constexpr uint64_t kFixedPages = 64;
  return kPageBytes * std::min<uint64_t>(kFixedPages + count * kPagesOfAnId, 2 * kMaxTouchedPages);
}

uint64_t TextBytes(absl::Span<const std::string_view> ids) {
  uint64_t bytes = 0;
  for (const std::string_view id : ids) bytes += id.size();
  return bytes;
}

// Ids whose hash is looked up in memory before the first of them is found.
constexpr size_t kPrefetched = 8;

}  // namespace

MemberDictionary::MemberDictionary(WriterQueue& writer, IdHash hash, StoredIds stored)
    : writer_(writer), finder_(writer.environment(), hash), pending_(stored.end), stored_(stored) {}

absl::StatusOr<std::unique_ptr<MemberDictionary>> MemberDictionary::Open(WriterQueue& writer,
                                                                         uint64_t hash_mask) {
  IdHash hash{.seed = NewIdentity()};
  Ordinal indexed = 0;
  StoredIds stored;
  {
    ASSIGN_OR_RETURN(ReadTransaction view, writer.environment().BeginRead());
    ASSIGN_OR_RETURN(const Ordinal counter, ReadIndexed(view));
    ASSIGN_OR_RETURN(const LastBlock last, ReadLastBlock(view));
    ASSIGN_OR_RETURN(const std::optional<IdHash> stored_hash, ReadIdHash(view));
    indexed = counter;
    stored = {last.end(), last.sum};
    if (stored_hash) hash = *stored_hash;
    if (!stored_hash && stored.end > 0) return Corrupt(kThis, "the seed of its hash is missing");
  }
  hash.mask = hash_mask;
  if (indexed > stored.end) return Corrupt(kThis, "ids are missing at its end");
  std::unique_ptr<MemberDictionary> dictionary(new MemberDictionary(writer, hash, stored));
  if (indexed < stored.end) {
    absl::Status repaired = dictionary->Repair(indexed);
    if (IsForWantOfRoom(repaired) || ReasonOf(repaired) == Reason::kReadOnly) {
      MutexLock lock(dictionary->flush_mutex_);
      dictionary->repair_from_ = indexed;
      dictionary->repaired_ = false;
    } else if (!repaired.ok()) {
      return repaired;
    }
  }
  return dictionary;
}

absl::Status MemberDictionary::EnsureRepaired() {
  if (repaired_) return absl::OkStatus();
  MutexLock lock(flush_mutex_);
  if (!repair_from_.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(Repair(*repair_from_));
  repair_from_.reset();
  repaired_ = true;
  return absl::OkStatus();
}

absl::Status MemberDictionary::Repair(Ordinal indexed) {
  constexpr Ordinal kIdsAtOnce = 1 << 20;
  Ordinal next = 0;
  {
    MutexLock lock(mutex_);
    next = stored_.end;
  }
  for (Ordinal begin = indexed; begin < next; begin += kIdsAtOnce) {
    const auto count = static_cast<size_t>(std::min(kIdsAtOnce, next - begin));
    std::vector<uint64_t> entries;
    entries.reserve(count);
    RETURN_IF_ERROR(VisitOrdinals(
        count, [begin](size_t i) { return begin + i; },
        [&](size_t i, std::string_view id) {
          if (!id.empty()) entries.push_back(uint64_t{StoredHash(finder_.hash().Of(id))} << 32 | i);
        }));
    RETURN_IF_ERROR(WriteOrdinals(begin, begin + count, std::move(entries)));
  }
  return absl::OkStatus();
}

std::optional<Ordinal> MemberDictionary::FindPending(std::string_view id, uint64_t hash) const {
  if (flushing_ != nullptr) {
    if (const std::optional<Ordinal> found = flushing_->Find(id, hash)) return found;
  }
  return pending_.Find(id, hash);
}

absl::Status MemberDictionary::Assign(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals) {
  RETURN_IF_ERROR(EnsureRepaired());
  const std::vector<uint64_t> hashes = finder_.hash().OfAll(ids);
  std::vector<uint32_t> missing;
  uint64_t generation = 0;
  {
    MutexLock lock(mutex_);
    generation = generation_;
    // Of a first load nothing can be in the store. The room is enough if it is for all ids as new ones.
    const bool all_new = stored_.end == 0 && CheckRoom(ids.size(), TextBytes(ids)).ok();
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i + kPrefetched < ids.size()) pending_.Prefetch(hashes[i + kPrefetched]);
      if (const std::optional<Ordinal> found = FindPending(ids[i], hashes[i])) {
        ordinals[i] = *found;
      } else if (!all_new) {
        missing.push_back(static_cast<uint32_t>(i));
      } else {
        ordinals[i] = pending_.Add(ids[i], hashes[i]);
      }
    }
  }
  if (missing.empty()) return absl::OkStatus();
  while (true) {
    RETURN_IF_ERROR(finder_.Find({ids, hashes}, missing, ordinals));
    MutexLock lock(mutex_);
    if (generation != generation_) {
      generation = generation_;
      continue;
    }
    uint64_t text_bytes = 0;
    for (const uint32_t place : missing) text_bytes += ids[place].size();
    if (!missing.empty()) {
      RETURN_IF_ERROR(CheckRoom(missing.size(), text_bytes));
    }
    // In the order of the records: blocks of ids are then read one after another by the next load of them.
    for (const uint32_t place : missing) {
      const std::optional<Ordinal> found = FindPending(ids[place], hashes[place]);
      ordinals[place] = found ? *found : pending_.Add(ids[place], hashes[place]);
    }
    return absl::OkStatus();
  }
}

absl::Status MemberDictionary::FindAll(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals,
                                       std::vector<uint32_t>& missing) const {
  const std::vector<uint64_t> hashes = finder_.hash().OfAll(ids);
  missing.clear();
  uint64_t generation = 0;
  {
    MutexLock lock(mutex_);
    generation = generation_;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (const std::optional<Ordinal> found = FindPending(ids[i], hashes[i])) {
        ordinals[i] = *found;
      } else {
        missing.push_back(static_cast<uint32_t>(i));
      }
    }
  }
  while (!missing.empty()) {
    RETURN_IF_ERROR(finder_.Find({ids, hashes}, missing, ordinals));
    MutexLock lock(mutex_);
    if (generation == generation_) break;
    generation = generation_;
  }
  return absl::OkStatus();
}

absl::Status MemberDictionary::CheckRoom(uint64_t count, uint64_t text_bytes) const {
  uint64_t all = count + pending_.size();
  text_bytes += pending_.text_bytes();
  if (flushing_ != nullptr) {
    all += flushing_->size();
    text_bytes += flushing_->text_bytes();
  }
  const uint64_t needed = BytesToStore(all, text_bytes, stored_.end) + BytesToCopy(all);
  ASSIGN_OR_RETURN(const uint64_t room, writer_.environment().RoomBytes(needed));
  if (room >= needed) return absl::OkStatus();
  return WithReason(absl::ResourceExhaustedError(
                        Sentence(writer_.environment().directory(), " has room for ", room,
                                 " more bytes, and ", all, all == 1 ? " new member id" : " new member ids",
                                 " may take ", needed, "; restart the server with a larger --map-size")),
                    Reason::kStorageFull);
}

absl::Status MemberDictionary::Flush() {
  MutexLock flush(flush_mutex_);
  Ordinal end = 0;
  {
    MutexLock lock(mutex_);
    end = pending_.next();
  }
  while (true) {
    std::shared_ptr<const PendingIds> ids;
    {
      MutexLock lock(mutex_);
      if (stored_.end >= end) return absl::OkStatus();
      if (flushing_ == nullptr) {
        const Ordinal next = pending_.next();
        flushing_ = std::make_shared<const PendingIds>(std::move(pending_));
        pending_ = PendingIds(next);
      }
      ids = flushing_;
    }
    ASSIGN_OR_RETURN(const uint64_t sum, WriteBlocks(*ids));
    FaultPoint("dictionary/blocks_written");
    std::vector<uint64_t> entries(ids->size());
    for (size_t i = 0; i < entries.size(); ++i)
      entries[i] = uint64_t{StoredHash(finder_.hash().Of(ids->id(i)))} << 32 | i;
    RETURN_IF_ERROR(WriteOrdinals(ids->first(), ids->next(), std::move(entries)));
    MutexLock lock(mutex_);
    stored_ = {ids->next(), sum};
    ++generation_;
    flushing_.reset();
  }
}

absl::Status MemberDictionary::FlushBelow(Ordinal end) {
  return Stored().end >= end ? absl::OkStatus() : Flush();
}

absl::StatusOr<uint64_t> MemberDictionary::WriteBlocks(const PendingIds& ids) {
  uint64_t sum = 0;
  for (size_t next = 0; next < ids.size();) {
    RETURN_IF_ERROR(writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
      ASSIGN_OR_RETURN(LastBlock last, ReadLastBlock(transaction));
      if (last.end() < ids.first() || last.end() > ids.next())
        return Corrupt(kThis, "its end is not where it was left");
      next = static_cast<size_t>(last.end() - ids.first());
      if (last.end() == 0) {
        RETURN_IF_ERROR(WriteIdHash(transaction, finder_.hash()));
      }
      // A block that has room takes more ids, so that many small loads don't leave many small blocks.
      const bool extend = next < ids.size() && !last.ids.empty() && last.bytes < kIdBlockBytesMax * 3 / 4;
      MemberIdBlockBuilder builder(extend ? last.sum_before : last.sum);
      Ordinal block_first = extend ? last.first : last.end();
      if (extend) {
        for (const std::string& id : last.ids) builder.Add(id);
      }
      while (next < ids.size() && !transaction.NearlyFull()) {
        while (next < ids.size() && builder.Add(ids.id(next))) ++next;
        const size_t count = builder.count();
        RETURN_IF_ERROR(transaction.Put(DatabaseId::kMemberIds, MakeKey64(block_first), builder.Finish()));
        block_first += count;
      }
      sum = builder.sum();
      return absl::OkStatus();
    }));
  }
  return sum;
}

absl::Status MemberDictionary::WriteOrdinals(Ordinal first, Ordinal end, std::vector<uint64_t> entries) {
  RadixSort(entries, UINT32_MAX, [](uint64_t entry) { return entry >> 32; });
  RETURN_IF_ERROR(AddOrdinals(writer_, first, entries));
  return writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    return transaction.Put(DatabaseId::kMemberCounters, kIndexedCounter, MakeKey64(end));
  });
}

uint64_t MemberDictionary::PendingBytes() const {
  MutexLock lock(mutex_);
  return pending_.ByteSize() + (flushing_ != nullptr ? flushing_->ByteSize() : 0);
}

StoredIds MemberDictionary::Stored() const {
  MutexLock lock(mutex_);
  return stored_;
}

absl::StatusOr<std::optional<Ordinal>> MemberDictionary::Find(std::string_view id) const {
  if (id.empty() || id.size() > kMemberIdBytesMax) return std::nullopt;
  const uint64_t hash = finder_.hash().Of(id);
  std::vector<uint32_t> missing = {0};
  Ordinal ordinal = 0;
  RETURN_IF_ERROR(finder_.Find({{&id, 1}, {&hash, 1}}, missing, {&ordinal, 1}));
  if (!missing.empty()) return std::nullopt;
  return ordinal;
}

absl::StatusOr<std::string> MemberDictionary::IdOf(Ordinal ordinal) const {
  {
    MutexLock lock(mutex_);
    const PendingIds* const from =
        flushing_ != nullptr && ordinal < flushing_->next() ? flushing_.get() : &pending_;
    if (ordinal >= from->first() && ordinal < from->next())
      return std::string(from->id(static_cast<size_t>(ordinal - from->first())));
  }
  std::vector<std::string> ids;
  RETURN_IF_ERROR(ReadIds({ordinal}, ids));
  return std::move(ids.front());
}

template <typename OrdinalAt, typename Visit>
absl::Status MemberDictionary::VisitBlocks(size_t count, const OrdinalAt& ordinal_at,
                                           const Visit& visit) const {
  ASSIGN_OR_RETURN(ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kMemberIds));
  for (size_t i = 0; i < count;) {
    const Ordinal ordinal = ordinal_at(i);
    cursor.SeekBefore(MakeKey64(ordinal + 1));
    RETURN_IF_ERROR(cursor.status());
    if (!cursor.valid()) return Corrupt(kThis, Sentence("ordinal ", ordinal, " has no member id"));
    if (cursor.key().size() != sizeof(uint64_t)) return Corrupt(kThis, "a block's key has the wrong size");
    const Ordinal first = ReadU64(cursor.key().data());
    ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(cursor.value()));
    const size_t begin = i;
    while (i < count && ordinal_at(i) - first < block.count()) ++i;
    if (i == begin) return Corrupt(kThis, Sentence("ordinal ", ordinal, " has no member id"));
    RETURN_IF_ERROR(visit(block, first, begin, i));
  }
  return absl::OkStatus();
}

template <typename OrdinalAt>
absl::Status MemberDictionary::VisitOrdinals(size_t count, const OrdinalAt& ordinal_at,
                                             absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  return VisitBlocks(
      count, ordinal_at,
      [&](const MemberIdBlock& block, Ordinal first, size_t begin, size_t end) -> absl::Status {
        MemberIdReader reader(block);
        for (size_t i = begin; i < end; ++i) {
          std::string_view id;
          if (!reader.Read(static_cast<size_t>(ordinal_at(i) - first), id)) return MemberIdBlock::Damaged();
          visit(i, id);
        }
        return absl::OkStatus();
      });
}

absl::Status MemberDictionary::ReadIds(absl::Span<const Ordinal> ordinals,
                                       std::vector<std::string>& ids) const {
  bool erased = false;
  RETURN_IF_ERROR(VisitOrdinals(
      ordinals.size(), [ordinals](size_t i) { return ordinals[i]; },
      [&](size_t, std::string_view id) {
        erased = erased || id.empty();
        ids.emplace_back(id);
      }));
  return erased ? Corrupt(kThis, "a member of a list was erased") : absl::OkStatus();
}

absl::Status MemberDictionary::AppendIds(absl::Span<const Ordinal> ordinals, std::string& lines) const {
  bool erased = false;
  RETURN_IF_ERROR(VisitBlocks(
      ordinals.size(), [ordinals](size_t i) { return ordinals[i]; },
      [&](const MemberIdBlock& block, Ordinal first, size_t begin, size_t end) -> absl::Status {
        MemberIdReader reader(block);
        for (const Ordinal ordinal : ordinals.subspan(begin, end - begin)) {
          std::string_view id;
          if (!reader.Read(static_cast<size_t>(ordinal - first), id)) return MemberIdBlock::Damaged();
          erased = erased || id.empty();
          lines.append(id);
          lines.push_back('\n');
        }
        return absl::OkStatus();
      }));
  return erased ? Corrupt(kThis, "a member of a list was erased") : absl::OkStatus();
}

absl::Status MemberDictionary::VisitIds(Ordinal first, ChunkPlaces places,
                                        absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  return VisitOrdinals(
      places.size(), [first, places](size_t i) { return first + places[i]; }, visit);
}

}  // namespace muster::index

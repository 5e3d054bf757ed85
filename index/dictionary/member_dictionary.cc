// Assign looks for ids in the pending table under the lock, then in the store without it, and takes the lock
// again to assign ordinals to the missing ones. In between, a flush may move an id from the table to the
// store, so that neither search sees it. Each flush changes `generation_`: when it has changed, the store is
// searched again before anything is assigned.
#include "index/dictionary/member_dictionary.h"

#include <algorithm>
#include <utility>

#include "index/dictionary/member_id_block.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_meter.h"
#include "index/storage/write_in_turns.h"
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

// Indexes of `ids` in the order of their bytes. Compares eight bytes at a time before it looks at the texts.
std::vector<uint32_t> SortedIndexes(absl::Span<const std::string_view> ids) {
  struct Entry {
    uint64_t head;
    uint32_t index;
  };
  std::vector<Entry> entries(ids.size());
  for (uint32_t i = 0; i < ids.size(); ++i) {
    char head[8] = {};
    std::copy_n(ids[i].data(), std::min(ids[i].size(), sizeof(head)), head);
    entries[i] = {ReadU64(head), i};
  }
  std::sort(entries.begin(), entries.end(), [&ids](const Entry& a, const Entry& b) {
    return a.head != b.head ? a.head < b.head : ids[a.index] < ids[b.index];
  });
  std::vector<uint32_t> indexes(ids.size());
  std::transform(entries.begin(), entries.end(), indexes.begin(),
                 [](const Entry& entry) { return entry.index; });
  return indexes;
}

// An upper bound of the bytes that new ids take in the environment: in a block, and as a key in a leaf that
// may be half full.
uint64_t BytesToStore(uint64_t count, uint64_t text_bytes) { return count * 64 + text_bytes * 4; }

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

}  // namespace

std::optional<Ordinal> PendingIds::Find(std::string_view id) const {
  const auto found = ordinals_.find(id);
  if (found == ordinals_.end()) return std::nullopt;
  return found->second;
}

Ordinal PendingIds::Add(std::string_view id) {
  constexpr size_t kBlockBytes = size_t{256} * 1024;
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < id.size()) {
    blocks_.emplace_back();
    blocks_.back().reserve(kBlockBytes);
  }
  std::string& block = blocks_.back();
  const size_t begin = block.size();
  block.append(id);
  const std::string_view kept = std::string_view(block).substr(begin);
  const Ordinal ordinal = next();
  ids_.push_back(kept);
  ordinals_.emplace(kept, ordinal);
  text_bytes_ += id.size();
  return ordinal;
}

uint64_t PendingIds::ByteSize() const {
  constexpr uint64_t kSlotBytes = sizeof(std::pair<std::string_view, Ordinal>) + 1;
  return text_bytes_ + ids_.capacity() * sizeof(std::string_view) + ordinals_.capacity() * kSlotBytes;
}

MemberDictionary::MemberDictionary(WriterQueue& writer, StoredIds stored)
    : writer_(writer), pending_(stored.end), stored_(stored) {}

absl::StatusOr<std::unique_ptr<MemberDictionary>> MemberDictionary::Open(WriterQueue& writer) {
  Ordinal indexed = 0;
  StoredIds stored;
  {
    ASSIGN_OR_RETURN(ReadTransaction view, writer.environment().BeginRead());
    ASSIGN_OR_RETURN(const Ordinal counter, ReadIndexed(view));
    ASSIGN_OR_RETURN(const LastBlock last, ReadLastBlock(view));
    indexed = counter;
    stored = {last.end(), last.sum};
  }
  if (indexed > stored.end) return Corrupt(kThis, "ids are missing at its end");
  std::unique_ptr<MemberDictionary> dictionary(new MemberDictionary(writer, stored));
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
    std::vector<Ordinal> ordinals(std::min(kIdsAtOnce, next - begin));
    for (size_t i = 0; i < ordinals.size(); ++i) ordinals[i] = begin + i;
    std::vector<std::string> ids;
    RETURN_IF_ERROR(ReadIds(ordinals, ids));
    const std::vector<std::string_view> views(ids.begin(), ids.end());
    RETURN_IF_ERROR(WriteOrdinals(begin, views));
  }
  return absl::OkStatus();
}

absl::Status MemberDictionary::Assign(absl::Span<const std::string_view> ids, absl::Span<Ordinal> ordinals) {
  RETURN_IF_ERROR(EnsureRepaired());
  std::vector<Missing> missing;
  uint64_t generation = 0;
  {
    MutexLock lock(mutex_);
    generation = generation_;
    // Of a first load nothing can be in the store. The room is enough if it is for all ids as new ones.
    const bool all_new = stored_.end == 0 && CheckRoom(ids.size(), TextBytes(ids)).ok();
    for (size_t i = 0; i < ids.size(); ++i) {
      if (const std::optional<Ordinal> found = pending_.Find(ids[i])) {
        ordinals[i] = *found;
      } else if (!all_new) {
        missing.push_back({ids[i], i});
      } else {
        ordinals[i] = pending_.Add(ids[i]);
      }
    }
  }
  if (missing.empty()) return absl::OkStatus();
  std::sort(missing.begin(), missing.end(), [](const Missing& a, const Missing& b) { return a.id < b.id; });
  while (true) {
    RETURN_IF_ERROR(FindStored(missing, ordinals));
    // New ids get ordinals in the order of the records: their blocks then compress, and first loads stay in
    // order.
    std::sort(missing.begin(), missing.end(),
              [](const Missing& a, const Missing& b) { return a.place < b.place; });
    MutexLock lock(mutex_);
    if (generation != generation_) {
      generation = generation_;
      continue;
    }
    uint64_t text_bytes = 0;
    for (const Missing& one : missing) text_bytes += one.id.size();
    if (!missing.empty()) RETURN_IF_ERROR(CheckRoom(missing.size(), text_bytes));
    for (const Missing& one : missing) {
      const std::optional<Ordinal> found = pending_.Find(one.id);
      ordinals[one.place] = found ? *found : pending_.Add(one.id);
    }
    return absl::OkStatus();
  }
}

absl::Status MemberDictionary::CheckRoom(uint64_t count, uint64_t text_bytes) const {
  const uint64_t all = count + pending_.ids().size();
  const uint64_t needed = BytesToStore(all, text_bytes + pending_.text_bytes()) + BytesToCopy(all);
  ASSIGN_OR_RETURN(const uint64_t room, writer_.environment().RoomBytes(needed));
  if (room >= needed) return absl::OkStatus();
  return WithReason(absl::ResourceExhaustedError(
                        Sentence(writer_.environment().directory(), " has room for ", room,
                                 " more bytes, and ", all, all == 1 ? " new member id" : " new member ids",
                                 " may take ", needed, "; restart the server with a larger --map-size")),
                    Reason::kStorageFull);
}

absl::Status MemberDictionary::FindStored(std::vector<Missing>& missing, absl::Span<Ordinal> ordinals) const {
  ASSIGN_OR_RETURN(ReadTransaction view, writer_.environment().BeginRead());
  size_t kept = 0;
  for (const Missing& one : missing) {
    ASSIGN_OR_RETURN(const std::optional<std::string_view> value, view.Get(DatabaseId::kOrdinals, one.id));
    if (!value) {
      missing[kept++] = one;
      continue;
    }
    if (value->size() != sizeof(uint64_t)) return Corrupt(kThis, "an ordinal has the wrong size");
    ordinals[one.place] = ReadU64(value->data());
  }
  missing.resize(kept);
  return absl::OkStatus();
}

absl::Status MemberDictionary::Flush() {
  MutexLock flush(flush_mutex_);
  Ordinal first = 0;
  std::vector<std::string_view> ids;
  {
    MutexLock lock(mutex_);
    first = stored_.end;
    ids = pending_.ids();
  }
  if (ids.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const uint64_t sum, WriteBlocks(first, ids));
  FaultPoint("dictionary/blocks_written");
  RETURN_IF_ERROR(WriteOrdinals(first, ids));
  MutexLock lock(mutex_);
  stored_ = {first + ids.size(), sum};
  ++generation_;
  PendingIds rest(stored_.end);
  for (size_t i = ids.size(); i < pending_.ids().size(); ++i) rest.Add(pending_.ids()[i]);
  pending_ = std::move(rest);
  return absl::OkStatus();
}

absl::Status MemberDictionary::FlushBelow(Ordinal end) {
  return Stored().end >= end ? absl::OkStatus() : Flush();
}

absl::StatusOr<uint64_t> MemberDictionary::WriteBlocks(Ordinal first,
                                                       absl::Span<const std::string_view> ids) {
  uint64_t sum = 0;
  for (size_t next = 0; next < ids.size();) {
    RETURN_IF_ERROR(writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
      ASSIGN_OR_RETURN(LastBlock last, ReadLastBlock(transaction));
      if (last.end() < first || last.end() > first + ids.size())
        return Corrupt(kThis, "its end is not where it was left");
      next = static_cast<size_t>(last.end() - first);
      // A block that has room takes more ids, so that many small loads don't leave many small blocks.
      const bool extend = next < ids.size() && !last.ids.empty() && last.bytes < kIdBlockBytesMax * 3 / 4;
      MemberIdBlockBuilder builder(extend ? last.sum_before : last.sum);
      Ordinal block_first = extend ? last.first : last.end();
      if (extend) {
        for (const std::string& id : last.ids) builder.Add(id);
      }
      while (next < ids.size() && !transaction.NearlyFull()) {
        while (next < ids.size() && builder.Add(ids[next])) ++next;
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

absl::Status MemberDictionary::WriteOrdinals(Ordinal first, absl::Span<const std::string_view> ids) {
  const std::vector<uint32_t> order = SortedIndexes(ids);
  RETURN_IF_ERROR(
      WriteInTurns(writer_, WriteClass::kStaging, order.size(), [&](WriteTransaction& transaction, size_t i) {
        return transaction.Put(DatabaseId::kOrdinals, ids[order[i]], MakeKey64(first + order[i]));
      }));
  return writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    return transaction.Put(DatabaseId::kMemberCounters, kIndexedCounter, MakeKey64(first + ids.size()));
  });
}

uint64_t MemberDictionary::PendingBytes() const {
  MutexLock lock(mutex_);
  return pending_.ByteSize();
}

StoredIds MemberDictionary::Stored() const {
  MutexLock lock(mutex_);
  return stored_;
}

absl::StatusOr<std::optional<Ordinal>> MemberDictionary::Find(std::string_view id) const {
  if (id.empty() || id.size() > kMemberIdBytesMax) return std::nullopt;
  ASSIGN_OR_RETURN(ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(const std::optional<std::string_view> value, view.Get(DatabaseId::kOrdinals, id));
  if (!value) return std::nullopt;
  if (value->size() != sizeof(uint64_t)) return Corrupt(kThis, "an ordinal has the wrong size");
  return ReadU64(value->data());
}

absl::StatusOr<std::string> MemberDictionary::IdOf(Ordinal ordinal) const {
  {
    MutexLock lock(mutex_);
    if (ordinal >= pending_.first() && ordinal < pending_.next()) {
      return std::string(pending_.ids()[ordinal - pending_.first()]);
    }
  }
  std::vector<std::string> ids;
  RETURN_IF_ERROR(ReadIds({ordinal}, ids));
  return std::move(ids.front());
}

template <typename OrdinalAt>
absl::Status MemberDictionary::VisitOrdinals(size_t count, const OrdinalAt& ordinal_at,
                                             absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  ASSIGN_OR_RETURN(ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(DatabaseId::kMemberIds));
  for (size_t i = 0; i < count;) {
    const Ordinal ordinal = ordinal_at(i);
    cursor.SeekBefore(MakeKey64(ordinal + 1));
    RETURN_IF_ERROR(cursor.status());
    if (!cursor.valid()) return Corrupt(kThis, Sentence("ordinal ", ordinal, " has no member id"));
    const Ordinal first = ReadU64(cursor.key().data());
    ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(cursor.value()));
    size_t end = i;
    while (end < count && ordinal_at(end) - first < block.count()) ++end;
    if (end == i) return Corrupt(kThis, Sentence("ordinal ", ordinal, " has no member id"));
    const auto last = static_cast<size_t>(ordinal_at(end - 1) - first) + 1;
    RETURN_IF_ERROR(
        block.Visit(static_cast<size_t>(ordinal - first), last, [&](size_t index, std::string_view id) {
          if (i == end || ordinal_at(i) - first != index) return;
          visit(i, id);
          ++i;
        }));
  }
  return absl::OkStatus();
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

absl::Status MemberDictionary::AppendIds(absl::Span<const Ordinal> ordinals, std::string& text,
                                         std::vector<uint32_t>& ends) const {
  bool erased = false;
  ends.reserve(ends.size() + ordinals.size());
  RETURN_IF_ERROR(VisitOrdinals(
      ordinals.size(), [ordinals](size_t i) { return ordinals[i]; },
      [&](size_t, std::string_view id) {
        erased = erased || id.empty();
        text.append(id);
        ends.push_back(static_cast<uint32_t>(text.size()));
      }));
  return erased ? Corrupt(kThis, "a member of a list was erased") : absl::OkStatus();
}

absl::Status MemberDictionary::VisitIds(Ordinal first, ChunkPlaces places,
                                        absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  return VisitOrdinals(
      places.size(), [first, places](size_t i) { return first + places[i]; }, visit);
}

}  // namespace muster::index

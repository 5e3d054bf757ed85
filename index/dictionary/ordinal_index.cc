#include "index/dictionary/ordinal_index.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "index/dictionary/blocks/ordinal_block.h"
#include "index/dictionary/blocks/packed_numbers.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// The most that one step writes: a step is a part of a transaction of bounded size.
constexpr size_t kBlocksOfARun = 32;
constexpr size_t kEntriesOfARun = size_t{1} << 15;
// Blocks that are written together leave room for some ids more, so that the next ones rewrite a block and split
// none.
constexpr size_t kFilledBytes = kOrdinalBlockBytesMax * 15 / 16;

// Ascending new entries, and how many of them were taken.
class NewOrdinals {
 public:
  NewOrdinals(Ordinal first, absl::Span<const uint64_t> entries) : first_(first), entries_(entries) {}
  bool any() const { return !entries_.empty(); }
  HashedOrdinal front() const {
    return {static_cast<uint32_t>(entries_[0] >> 32), first_ + static_cast<uint32_t>(entries_[0])};
  }
  bool AnyBelow(const std::optional<HashedOrdinal>& end) const { return any() && (!end || front() < *end); }
  // Appends those below `end` (all, when there is none) to `to`, as long as that has fewer than kEntriesOfARun.
  void TakeBelow(const std::optional<HashedOrdinal>& end, std::vector<HashedOrdinal>& to) {
    for (; AnyBelow(end) && to.size() < kEntriesOfARun; entries_.remove_prefix(1)) to.push_back(front());
  }
  absl::Span<const uint64_t> rest() const { return entries_; }

 private:
  Ordinal first_;
  absl::Span<const uint64_t> entries_;
};

// Adjacent blocks that are written anew.
struct BlockRun {
  std::vector<std::string> keys;
  std::vector<HashedOrdinal> stored, added;
};

uint32_t OrdinalBitsOf(absl::Span<const HashedOrdinal> entries) {
  Ordinal most = 0;
  for (const HashedOrdinal& entry : entries) most = std::max(most, entry.ordinal);
  return PackedBitsFor(most);
}

size_t BytesOf(absl::Span<const HashedOrdinal> entries, uint32_t ordinal_bits) {
  return OrdinalBlockBytes(entries.size(), entries.back().hash - entries.front().hash, ordinal_bits);
}

std::vector<HashedOrdinal> MergedOf(const BlockRun& run) {
  std::vector<HashedOrdinal> merged;
  merged.reserve(run.stored.size() + run.added.size());
  std::set_union(run.stored.begin(), run.stored.end(), run.added.begin(), run.added.end(),
                 std::back_inserter(merged));
  return merged;
}

bool FitsABlock(const BlockRun& run) {
  const std::vector<HashedOrdinal> merged = MergedOf(run);
  return BytesOf(merged, OrdinalBitsOf(merged)) <= kOrdinalBlockBytesMax;
}

// The block to which the next new entry belongs, those behind it that get new entries too, and their new entries;
// one block more when the first is alone and too small.
absl::Status TakeRun(const Transaction& transaction, NewOrdinals& entries, BlockRun& run) {
  ASSIGN_OR_RETURN(Cursor blocks, transaction.NewCursor(DatabaseId::kOrdinals));
  HashedOrdinal behind = entries.front();
  ++behind.ordinal;
  blocks.SeekBefore(OrdinalBlockKey(behind));
  RETURN_IF_ERROR(blocks.status());
  if (!blocks.valid()) blocks.First();
  while (blocks.valid() && run.keys.size() < kBlocksOfARun && run.added.size() < kEntriesOfARun) {
    const std::string_view key = blocks.key(), value = blocks.value();
    blocks.Next();
    RETURN_IF_ERROR(blocks.status());
    std::optional<HashedOrdinal> end;
    if (blocks.valid()) {
      ASSIGN_OR_RETURN(end, EntryOfKey(blocks.key()));
    }
    const bool untouched = !run.keys.empty() && !entries.AnyBelow(end);
    if (untouched && (run.keys.size() > 1 || FitsABlock(run))) break;
    ASSIGN_OR_RETURN(const OrdinalBlock block, OrdinalBlock::Parse(key, value));
    RETURN_IF_ERROR(block.Decode(run.stored));
    run.keys.emplace_back(key);
    entries.TakeBelow(end, run.added);
    if (untouched) break;
  }
  RETURN_IF_ERROR(blocks.status());
  if (run.keys.empty()) entries.TakeBelow(std::nullopt, run.added);
  return absl::OkStatus();
}

// The number of blocks into which the entries are divided evenly.
size_t BlocksFor(absl::Span<const HashedOrdinal> entries) {
  const uint32_t ordinal_bits = OrdinalBitsOf(entries);
  if (BytesOf(entries, ordinal_bits) <= kOrdinalBlockBytesMax) return 1;
  size_t blocks = std::max<size_t>(2, PackedBytes(entries.size(), ordinal_bits) / kFilledBytes);
  const auto all_fit = [&] {
    for (size_t i = 0; i < blocks; ++i) {
      const size_t begin = i * entries.size() / blocks, end = (i + 1) * entries.size() / blocks;
      if (BytesOf(entries.subspan(begin, end - begin), ordinal_bits) > kFilledBytes) return false;
    }
    return true;
  };
  while (blocks < entries.size() && !all_fit()) ++blocks;
  return blocks;
}

absl::Status WriteRun(WriteTransaction& transaction, const BlockRun& run) {
  const std::vector<HashedOrdinal> merged = MergedOf(run);
  const absl::Span<const HashedOrdinal> entries(merged);
  const size_t blocks = BlocksFor(entries);
  const auto begin_of = [&](size_t block) { return block * entries.size() / blocks; };
  std::set<std::string> keys;
  for (size_t i = 0; i < blocks; ++i) keys.emplace(std::string_view(OrdinalBlockKey(entries[begin_of(i)])));
  for (const std::string& key : run.keys) {
    if (keys.contains(key)) continue;
    RETURN_IF_ERROR(transaction.Delete(DatabaseId::kOrdinals, key).status());
  }
  for (size_t i = 0; i < blocks; ++i) {
    const absl::Span<const HashedOrdinal> block = entries.subspan(begin_of(i), begin_of(i + 1) - begin_of(i));
    RETURN_IF_ERROR(
        transaction.Put(DatabaseId::kOrdinals, OrdinalBlockKey(block.front()), EncodeOrdinalBlock(block)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FindOrdinals(Cursor& blocks, uint32_t hash, std::vector<Ordinal>& found) {
  blocks.SeekBefore(OrdinalBlockKey({hash, 0}));
  RETURN_IF_ERROR(blocks.status());
  if (!blocks.valid()) blocks.First();
  for (; blocks.valid(); blocks.Next()) {
    ASSIGN_OR_RETURN(const OrdinalBlock block, OrdinalBlock::Parse(blocks.key(), blocks.value()));
    if (block.first().hash > hash) break;
    if (!block.Find(hash, found)) return DamagedOrdinalBlock("its buckets are not in order");
    if (block.last_hash() > hash) break;
  }
  return blocks.status();
}

absl::Status AddOrdinals(WriterQueue& writer, Ordinal first, absl::Span<const uint64_t> entries) {
  while (!entries.empty()) {
    absl::Span<const uint64_t> rest;
    RETURN_IF_ERROR(writer.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
      NewOrdinals next(first, entries);
      while (next.any() && !transaction.NearlyFull()) {
        BlockRun run;
        RETURN_IF_ERROR(TakeRun(transaction, next, run));
        RETURN_IF_ERROR(WriteRun(transaction, run));
      }
      rest = next.rest();
      return absl::OkStatus();
    }));
    entries = rest;
  }
  return absl::OkStatus();
}

}  // namespace muster::index

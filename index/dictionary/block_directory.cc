#include "index/dictionary/block_directory.h"

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"

namespace muster::index {

absl::StatusOr<BlockDirectory> BlockDirectory::Read(const ReadTransaction& view, DatabaseId database) {
  BlockDirectory directory;
  directory.database_ = database;
  const bool is_ordinals = database == DatabaseId::kOrdinals;
  directory.key_bytes_ = is_ordinals ? sizeof(uint32_t) + sizeof(uint64_t) : sizeof(uint64_t);
  ASSIGN_OR_RETURN(const uint64_t count, view.CountItems(database));
  directory.starts_.reserve(static_cast<size_t>(count));
  directory.blocks_.reserve(static_cast<size_t>(count));
  ASSIGN_OR_RETURN(Cursor cursor, view.NewCursor(database));
  cursor.LeaveLarge(true);
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    const std::string_view key = cursor.key(), value = cursor.value();
    if (key.size() != directory.key_bytes_)
      return Corrupt("dictionary of member ids", "the key of a block has the wrong size");
    directory.starts_.push_back(is_ordinals ? ReadU32(key.data()) : ReadU64(key.data()));
    directory.blocks_.push_back({value.data(), key.data(), static_cast<uint32_t>(value.size())});
  }
  RETURN_IF_ERROR(cursor.status());
  return directory;
}

size_t BlockDirectory::LastBelow(uint64_t bound, size_t from) const {
  // Mostly it is near.
  size_t step = 1, end = from + 1;
  while (end < starts_.size() && starts_[end] < bound) {
    from = end;
    end += step;
    step *= 2;
  }
  const auto first = starts_.begin() + static_cast<ptrdiff_t>(from) + 1;
  const auto last = starts_.begin() + static_cast<ptrdiff_t>(std::min(end, starts_.size()));
  return static_cast<size_t>(std::lower_bound(first, last, bound) - starts_.begin()) - 1;
}

absl::Status BlockDirectory::Check(const ReadTransaction& view, size_t block) const {
  if (view.IsWhole({database_}, key_bytes_, bytes(block))) return absl::OkStatus();
  // Reading it by its key says what is damaged.
  RETURN_IF_ERROR(view.Get(database_, key(block)).status());
  return Corrupt("dictionary of member ids", "the checksum of a block is wrong");
}

void BlockDirectory::Prefetch(size_t block, double share) const {
  constexpr size_t kLineBytes = 64;
  // Of a block of ordinals about a twentieth are the bounds of its buckets.
  const double bounds = database_ == DatabaseId::kOrdinals ? 0.055 : 0;
  const Block& at = blocks_[block];
  const auto size = static_cast<double>(at.size);
  const auto place = static_cast<size_t>((bounds + share * (1 - bounds)) * size);
  __builtin_prefetch(at.data);
  __builtin_prefetch(at.data + static_cast<size_t>(bounds * share * size));
  // Where the entry lies is known within a line or so.
  __builtin_prefetch(at.data + place - std::min(place, kLineBytes));
  __builtin_prefetch(at.data + place);
  __builtin_prefetch(at.data + place + kLineBytes);
}

}  // namespace muster::index

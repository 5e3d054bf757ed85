#include "index/dictionary/id_finder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "index/dictionary/blocks/member_id_block.h"
#include "index/dictionary/blocks/ordinal_block.h"
#include "index/dictionary/ordinal_index.h"
#include "index/dictionary/radix_sort.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// The ordinal of an id that isn't found yet.
constexpr Ordinal kNotFound = ~Ordinal{0};
// Directories are made when at least so many ids were sought, and at least one for every 16 blocks.
constexpr size_t kIdsForDirectories = 64;
constexpr uint64_t kBlocksPerId = 16;
// Ids are taken in groups of this size: first the blocks of all are loaded into the processor's cache, and
// then they are read.
constexpr size_t kGroup = 16;

absl::Status NoMemberId(Ordinal ordinal) {
  return Corrupt("dictionary of member ids", Sentence("ordinal ", ordinal, " has no member id"));
}

// Where `at` lies between the start of the block and that of the next one, 0 to 1: so far into the block it
// is probably found.
double ShareOf(const BlockDirectory& blocks, size_t block, uint64_t at) {
  if (block + 1 == blocks.count() || at <= blocks.start(block)) return 0;
  const auto range = static_cast<double>(blocks.start(block + 1) - blocks.start(block));
  return range > 0 ? std::min(1.0, static_cast<double>(at - blocks.start(block)) / range) : 0;
}

absl::StatusOr<bool> IsIdOf(Cursor& ids, Ordinal ordinal, std::string_view id) {
  ids.SeekBefore(MakeKey64(ordinal + 1));
  RETURN_IF_ERROR(ids.status());
  if (!ids.valid() || ids.key().size() != sizeof(uint64_t)) return NoMemberId(ordinal);
  ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(ids.value()));
  const Ordinal index = ordinal - ReadU64(ids.key().data());
  if (index >= block.count()) return NoMemberId(ordinal);
  MemberIdReader reader(block);
  std::string_view stored;
  if (!reader.Read(static_cast<size_t>(index), stored)) return MemberIdBlock::Damaged();
  return stored == id;
}

// The ordinal after the last stored id.
absl::StatusOr<Ordinal> EndOf(const ReadTransaction& view, const BlockDirectory& ids) {
  if (ids.count() == 0) return Ordinal{0};
  const size_t last = ids.count() - 1;
  RETURN_IF_ERROR(ids.Check(view, last));
  ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(ids.bytes(last)));
  return ids.start(last) + block.count();
}

template <typename Candidate>
void SortByOrdinal(std::vector<Candidate>& candidates) {
  const auto by_ordinal = [](const Candidate& a, const Candidate& b) { return a.ordinal < b.ordinal; };
  if (std::is_sorted(candidates.begin(), candidates.end(), by_ordinal)) return;
  Ordinal most = 0;
  for (const Candidate& candidate : candidates) most = std::max(most, candidate.ordinal);
  RadixSort(candidates, most, [](const Candidate& candidate) { return candidate.ordinal; });
}

// The block that was read last: ascending reads find it again.
template <typename Read>
struct LastRead {
  static constexpr size_t kNone = ~size_t{0};
  size_t block = kNone;
  std::optional<Read> read;
};

}  // namespace

absl::StatusOr<std::optional<Ordinal>> FindStoredId(Cursor& ordinals, Cursor& ids, uint32_t hash,
                                                    std::string_view id) {
  std::vector<Ordinal> found;
  RETURN_IF_ERROR(FindOrdinals(ordinals, hash, found));
  for (const Ordinal ordinal : found) {
    ASSIGN_OR_RETURN(const bool is_it, IsIdOf(ids, ordinal, id));
    if (is_it) return ordinal;
  }
  return std::nullopt;
}

absl::Status IdFinder::Find(const SoughtIds& sought, std::vector<uint32_t>& missing,
                            absl::Span<Ordinal> ordinals) const {
  if (missing.empty()) return absl::OkStatus();
  for (const uint32_t place : missing) ordinals[place] = kNotFound;
  ASSIGN_OR_RETURN(const ReadTransaction view, environment_.BeginRead());
  ASSIGN_OR_RETURN(const std::shared_ptr<const Directories> directories, DirectoriesOf(view, missing.size()));
  if (directories != nullptr) {
    RETURN_IF_ERROR(FindMany(view, *directories, sought, missing, ordinals));
  } else {
    RETURN_IF_ERROR(FindFew(view, sought, missing, ordinals));
  }
  missing.erase(std::remove_if(missing.begin(), missing.end(),
                               [ordinals](uint32_t place) { return ordinals[place] != kNotFound; }),
                missing.end());
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const IdFinder::Directories>> IdFinder::DirectoriesOf(
    const ReadTransaction& view, size_t sought) const {
  uint64_t sought_so_far = 0;
  {
    MutexLock lock(mutex_);
    if (view_ != view.view()) {
      view_ = view.view();
      sought_ = 0;
      directories_.reset();
    }
    if (directories_ != nullptr) return directories_;
    sought_so_far = sought_ += sought;
  }
  if (sought_so_far < kIdsForDirectories) return nullptr;
  ASSIGN_OR_RETURN(const uint64_t ordinals, view.CountItems(DatabaseId::kOrdinals));
  ASSIGN_OR_RETURN(const uint64_t ids, view.CountItems(DatabaseId::kMemberIds));
  if (sought_so_far * kBlocksPerId < ordinals + ids) return nullptr;
  auto directories = std::make_shared<Directories>();
  directories->view = view.view();
  ASSIGN_OR_RETURN(directories->ordinals, BlockDirectory::Read(view, DatabaseId::kOrdinals));
  ASSIGN_OR_RETURN(directories->ids, BlockDirectory::Read(view, DatabaseId::kMemberIds));
  MutexLock lock(mutex_);
  if (view_ == view.view()) directories_ = directories;
  return directories;
}

absl::Status IdFinder::FindFew(const ReadTransaction& view, const SoughtIds& sought,
                               absl::Span<const uint32_t> missing, absl::Span<Ordinal> ordinals) const {
  ASSIGN_OR_RETURN(Cursor blocks, view.NewCursor(DatabaseId::kOrdinals));
  ASSIGN_OR_RETURN(Cursor ids, view.NewCursor(DatabaseId::kMemberIds));
  for (const uint32_t place : missing) {
    ASSIGN_OR_RETURN(const std::optional<Ordinal> found,
                     FindStoredId(blocks, ids, StoredHash(sought.hashes[place]), sought.ids[place]));
    if (found) ordinals[place] = *found;
  }
  return absl::OkStatus();
}

absl::Status IdFinder::FindMany(const ReadTransaction& view, const Directories& directories,
                                const SoughtIds& sought, absl::Span<const uint32_t> missing,
                                absl::Span<Ordinal> ordinals) const {
  std::vector<uint32_t> rest;
  for (size_t i = 0; i < missing.size(); i += kStride) rest.push_back(missing[i]);
  RETURN_IF_ERROR(FindByHash(view, directories, sought, rest, ordinals));
  ASSIGN_OR_RETURN(const Ordinal end, EndOf(view, directories.ids));
  std::vector<Candidate> followers = Followers(missing, end, ordinals);
  SortByOrdinal(followers);
  RETURN_IF_ERROR(Compare(view, directories.ids, sought.ids, followers, ordinals));
  rest.clear();
  for (size_t i = 0; i < missing.size(); ++i) {
    if (i % kStride != 0 && ordinals[missing[i]] == kNotFound) rest.push_back(missing[i]);
  }
  return FindByHash(view, directories, sought, rest, ordinals);
}

std::vector<IdFinder::Candidate> IdFinder::Followers(absl::Span<const uint32_t> missing, Ordinal end,
                                                     absl::Span<const Ordinal> ordinals) {
  size_t known = 0, following = 0;
  for (size_t i = kStride; i < missing.size(); i += kStride) {
    const Ordinal before = ordinals[missing[i - kStride]], now = ordinals[missing[i]];
    if (before == kNotFound || now == kNotFound) continue;
    ++known;
    following += now > before && now - before <= 2 * kStride ? 1 : 0;
  }
  std::vector<Candidate> followers;
  if (following * 2 < known || known == 0) return followers;
  followers.reserve(missing.size());
  for (size_t i = 0; i < missing.size(); ++i) {
    const Ordinal first = ordinals[missing[i - i % kStride]];
    const Ordinal follower = first + i % kStride;
    if (i % kStride != 0 && first != kNotFound && follower < end) followers.push_back({follower, missing[i]});
  }
  return followers;
}

absl::Status IdFinder::FindByHash(const ReadTransaction& view, const Directories& directories,
                                  const SoughtIds& sought, absl::Span<const uint32_t> missing,
                                  absl::Span<Ordinal> ordinals) {
  ASSIGN_OR_RETURN(std::vector<Candidate> candidates,
                   CandidatesOf(view, directories.ordinals, sought.hashes, missing));
  SortByOrdinal(candidates);
  return Compare(view, directories.ids, sought.ids, candidates, ordinals);
}

absl::StatusOr<std::vector<IdFinder::Candidate>> IdFinder::CandidatesOf(const ReadTransaction& view,
                                                                        const BlockDirectory& blocks,
                                                                        absl::Span<const uint64_t> hashes,
                                                                        absl::Span<const uint32_t> missing) {
  std::vector<Candidate> candidates;
  if (blocks.count() == 0) return candidates;
  candidates.reserve(missing.size());
  std::vector<uint64_t> sorted;  // hash · place
  sorted.reserve(missing.size());
  for (const uint32_t place : missing) sorted.push_back(uint64_t{StoredHash(hashes[place])} << 32 | place);
  RadixSort(sorted, UINT32_MAX, [](uint64_t entry) { return entry >> 32; });
  LastRead<OrdinalBlock> last;
  std::vector<Ordinal> found;
  std::array<size_t, kGroup> begins{};
  for (size_t group = 0, from = 0; group < sorted.size(); group += kGroup) {
    const size_t size = std::min(kGroup, sorted.size() - group);
    for (size_t i = 0; i < size; ++i) {
      const uint64_t hash = sorted[group + i] >> 32;
      begins[i] = from = blocks.LastBelow(hash, from);
      if (from != last.block) blocks.Prefetch(from, ShareOf(blocks, from, hash));
    }
    for (size_t i = 0; i < size; ++i) {
      const auto hash = static_cast<uint32_t>(sorted[group + i] >> 32);
      for (size_t block = begins[i];
           block < blocks.count() && (block == begins[i] || blocks.start(block) <= hash); ++block) {
        if (block != last.block) {
          RETURN_IF_ERROR(blocks.Check(view, block));
          ASSIGN_OR_RETURN(last.read, OrdinalBlock::Parse(blocks.key(block), blocks.bytes(block)));
          last.block = block;
        }
        if (!last.read->Find(hash, found)) return DamagedOrdinalBlock("its buckets are not in order");
      }
      for (const Ordinal ordinal : found)
        candidates.push_back({ordinal, static_cast<uint32_t>(sorted[group + i])});
      found.clear();
    }
  }
  return candidates;
}

absl::Status IdFinder::Compare(const ReadTransaction& view, const BlockDirectory& blocks,
                               absl::Span<const std::string_view> ids, absl::Span<const Candidate> candidates,
                               absl::Span<Ordinal> ordinals) {
  if (candidates.empty()) return absl::OkStatus();
  if (blocks.count() == 0) return NoMemberId(candidates.front().ordinal);
  LastRead<MemberIdReader> last;
  size_t count = 0;  // ids of the last block
  std::array<size_t, kGroup> places{};
  for (size_t group = 0, from = 0; group < candidates.size(); group += kGroup) {
    const size_t size = std::min(kGroup, candidates.size() - group);
    for (size_t i = 0; i < size; ++i) {
      const Ordinal ordinal = candidates[group + i].ordinal;
      places[i] = from = blocks.LastBelow(ordinal + 1, from);
      if (from != last.block) blocks.Prefetch(from, ShareOf(blocks, from, ordinal));
    }
    for (size_t i = 0; i < size; ++i) {
      const Candidate& candidate = candidates[group + i];
      if (places[i] != last.block) {
        RETURN_IF_ERROR(blocks.Check(view, places[i]));
        ASSIGN_OR_RETURN(const MemberIdBlock block, MemberIdBlock::Parse(blocks.bytes(places[i])));
        count = block.count();
        last.read.emplace(block);
        last.block = places[i];
      }
      const Ordinal index = candidate.ordinal - blocks.start(last.block);
      if (candidate.ordinal < blocks.start(last.block) || index >= count)
        return NoMemberId(candidate.ordinal);
      std::string_view id;
      if (!last.read->Read(static_cast<size_t>(index), id)) return MemberIdBlock::Damaged();
      if (id == ids[candidate.place] && ordinals[candidate.place] == kNotFound)
        ordinals[candidate.place] = candidate.ordinal;
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::index

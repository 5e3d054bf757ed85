// Finds the ordinals of stored member ids.
#ifndef MUSTER_INDEX_DICTIONARY_ID_FINDER_H_
#define MUSTER_INDEX_DICTIONARY_ID_FINDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/block_directory.h"
#include "index/dictionary/id_hash.h"
#include "index/storage/environment.h"

namespace muster::index {

// Ids whose ordinals are sought. Borrowed.
struct SoughtIds {
  absl::Span<const std::string_view> ids;
  absl::Span<const uint64_t> hashes;  // by the dictionary's IdHash
};

// A stored id's ordinal; empty when it has none. `ordinals`, `ids`: cursors of `ordinals` and `member_ids`.
// DATA_LOSS.
absl::StatusOr<std::optional<Ordinal>> FindStoredId(Cursor& ordinals, Cursor& ids, uint32_t hash,
                                                    std::string_view id);

// Looks for the hashes of ids in the blocks of ordinals, in the order of the hashes, and then compares the ids
// that it found with those in the blocks of ids, in the order of their ordinals: so each block is read once.
// A table that comes every day mostly names the members in the same order. So of many ids every kStride-th is
// found so; where these follow one another, the ids between them are first compared with the stored ids that
// follow, which needs no hash.
// Many ids, or as many single ones, are found by directories of all blocks, which it keeps until something is
// written: a search then reads one block of each kind. Without them it also reads the pages of the two trees that
// lead there: one leaf each, and branches.
//
// Thread-safe. Lifetime: the environment outlives it.
class IdFinder {
 public:
  IdFinder(Environment& environment, IdHash hash) : environment_(environment), hash_(hash) {}

  const IdHash& hash() const { return hash_; }

  // Sets ordinals[i] for each i in `missing` whose id is stored, and removes i from `missing`, which ascends.
  // DATA_LOSS.
  absl::Status Find(const SoughtIds& sought, std::vector<uint32_t>& missing,
                    absl::Span<Ordinal> ordinals) const;

 private:
  // An ordinal that may be that of the id at `place`.
  struct Candidate {
    Ordinal ordinal;
    uint32_t place;
  };
  struct Directories {
    StorageView view;
    BlockDirectory ordinals, ids;
  };

  // Null: since something was written, so few ids were sought that reading all keys would have cost more.
  absl::StatusOr<std::shared_ptr<const Directories>> DirectoriesOf(const ReadTransaction& view,
                                                                   size_t sought) const;
  absl::Status FindFew(const ReadTransaction& view, const SoughtIds& sought,
                       absl::Span<const uint32_t> missing, absl::Span<Ordinal> ordinals) const;
  absl::Status FindMany(const ReadTransaction& view, const Directories& directories, const SoughtIds& sought,
                        absl::Span<const uint32_t> missing, absl::Span<Ordinal> ordinals) const;
  // The ordinals of stored ids that have the hashes of those in `missing`.
  static absl::StatusOr<std::vector<Candidate>> CandidatesOf(const ReadTransaction& view,
                                                             const BlockDirectory& blocks,
                                                             absl::Span<const uint64_t> hashes,
                                                             absl::Span<const uint32_t> missing);
  // As FindMany, by hashes alone.
  static absl::Status FindByHash(const ReadTransaction& view, const Directories& directories,
                                 const SoughtIds& sought, absl::Span<const uint32_t> missing,
                                 absl::Span<Ordinal> ordinals);
  // The ordinals that the ids in `missing` have if each follows the one before; those of every kStride-th are
  // known, if they have any. None, if the known ones don't follow one another.
  static std::vector<Candidate> Followers(absl::Span<const uint32_t> missing, Ordinal end,
                                          absl::Span<const Ordinal> ordinals);
  // Sets the ordinals of those candidates, ascending, whose ids are the same.
  static absl::Status Compare(const ReadTransaction& view, const BlockDirectory& blocks,
                              absl::Span<const std::string_view> ids, absl::Span<const Candidate> candidates,
                              absl::Span<Ordinal> ordinals);

  // A member that is new or missing today ends the run of followers; then half of them are lost.
  static constexpr size_t kStride = 32;

  Environment& environment_;
  const IdHash hash_;
  mutable Mutex mutex_;
  mutable StorageView view_ ABSL_GUARDED_BY(mutex_);     // of the last search
  mutable uint64_t sought_ ABSL_GUARDED_BY(mutex_) = 0;  // ids, in that view
  mutable std::shared_ptr<const Directories> directories_
      ABSL_GUARDED_BY(mutex_);  // of that view; null: none
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_ID_FINDER_H_

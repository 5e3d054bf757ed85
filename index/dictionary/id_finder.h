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

// Finds ids in two steps. The blocks of ordinals give, for the hash of an id, the ordinals that may be its
// own. The blocks of ids then show which of these has the same id.
//
// A few ids are found one by one, by cursors: each reads the pages of two trees. Many ids are found together:
// the first step goes in the order of hashes and the second in that of ordinals, so that each block is read
// once, and directories of all blocks lead to them without the trees. A directory is made when enough ids
// were sought since the last write, in one call or in several, and kept until the next write.
//
// A table that comes every day mostly names the members in the same order. So of many ids only every
// kStride-th is found by its hash at first. Where these follow one another, the ids between them are compared
// with the stored ids between, and only those that differ are found by their hashes.
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

  // The directories of the state that `view` shows. Null: too few ids were sought in that state; making the
  // directories reads all keys, which costs more than finding those ids by cursors.
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
  mutable StorageView view_ ABSL_GUARDED_BY(mutex_);  // the state of the last search
  // Of that state: the number of ids sought so far, and the directories, or null.
  mutable uint64_t sought_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable std::shared_ptr<const Directories> directories_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_ID_FINDER_H_

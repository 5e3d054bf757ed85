// One population's catalogue: its properties and its tags.
#ifndef MUSTER_INDEX_CATALOG_CATALOGUE_H_
#define MUSTER_INDEX_CATALOG_CATALOGUE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/concurrency/mutex.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

struct PopulationInfo {
  std::string name;
  std::string time_zone;  // IANA name
  bool visible = false;   // by CreatePopulation, or since its first published load
};

// A tag and its origin: CreateTag (visible at once), or a load (visible in snapshots taken after it).
struct CataloguedTag {
  Tag tag;
  bool declared = false;
};

// A record of `tags`. DATA_LOSS, kStorageCorrupt, for malformed bytes.
absl::StatusOr<CataloguedTag> DecodeTag(std::string_view key, std::string_view bytes);

// The stored catalogue with a copy in memory, which changes when the transaction that changes the store
// commits. A tag number is taken from the population's counter and never used for another tag. Thread-safe;
// its environment outlives it. Put… run in the writer's transactions, of which there is one at a time.
class Catalogue {
 public:
  // Drops tags that were staged and never shown. DATA_LOSS, kStorageCorrupt, when a record can't be read.
  static absl::StatusOr<std::unique_ptr<Catalogue>> Open(WriterQueue& writer);

  // Nothing before the first PutPopulation.
  std::optional<PopulationInfo> population() const;
  absl::Status PutPopulation(WriteTransaction& transaction, const PopulationInfo& population);

  // REQUIRES: `normal_name` is as NormalTagName gives it.
  std::optional<CataloguedTag> FindTag(std::string_view normal_name) const;
  std::optional<CataloguedTag> FindTag(TagId id) const;
  // By name.
  std::vector<CataloguedTag> ListTags() const;
  size_t tag_count() const;
  // RESOURCE_EXHAUSTED, kLimit, when there would be more than kTagsPerPopulationMax with `more` new ones.
  absl::Status CheckRoom(size_t more) const;
  // Adds a declared tag. Errors as ShowTags.
  absl::Status PutTag(WriteTransaction& transaction, const Tag& tag);
  // Replaces a tag by id. REQUIRES: there is one of that id and name.
  absl::Status ChangeTag(WriteTransaction& transaction, const Tag& tag);

  // A load adds its new tags in two steps, as its versions. StageTag writes a tag that stays invisible, even
  // after a restart. ShowTags makes staged tags visible, in the transaction in which they get their first
  // versions. ALREADY_EXISTS, kAlreadyExists, when another id has a name; RESOURCE_EXHAUSTED, kLimit, beyond
  // kTagsPerPopulationMax. DropStaged deletes tags that were staged and will not be shown.
  absl::Status StageTag(WriteTransaction& transaction, const Tag& tag);
  absl::Status ShowTags(WriteTransaction& transaction, const std::vector<Tag>& tags);
  absl::Status DropStaged(WriterQueue& writer, const std::vector<Tag>& tags);

 private:
  Catalogue() = default;
  // `unseen`: tags that were staged and never shown.
  absl::Status Read(const Transaction& transaction, std::vector<Tag>& unseen);
  absl::Status Show(WriteTransaction& transaction, const std::vector<Tag>& tags, bool declared);
  absl::Status RoomFor(size_t more) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::optional<PopulationInfo> population_ ABSL_GUARDED_BY(mutex_);
  std::map<TagId, CataloguedTag> tags_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, TagId, std::less<>> names_ ABSL_GUARDED_BY(mutex_);
};

// INVALID_ARGUMENT, kBadName or kBadRequest, when the tag's name (which becomes NFC), kind, scales or notes
// are not allowed.
absl::Status CheckTag(Tag& tag);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_CATALOGUE_H_

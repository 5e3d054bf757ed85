// One population's catalogue: what it is and which tags it has.
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
#include "index/storage/environment.h"

namespace muster::index {

struct PopulationInfo {
  std::string name;
  std::string time_zone;  // IANA name
  bool visible = false;   // by CreatePopulation, or since its first published load
};

// A tag and how it came to be: by CreateTag (seen at once), or with a load (seen in snapshots from then on).
struct CataloguedTag {
  Tag tag;
  bool declared = false;
};

// The stored catalogue with a copy in memory, which changes when the transaction that changes the store
// commits. A tag number is taken from the population's counter and never used for another tag. Thread-safe;
// its environment outlives it. Put… run in the writer's transactions, of which there is one at a time.
class Catalogue {
 public:
  // DATA_LOSS, kStorageCorrupt, when a record can't be read.
  static absl::StatusOr<std::unique_ptr<Catalogue>> Open(Environment& environment);

  // Nothing before the first PutPopulation.
  std::optional<PopulationInfo> population() const;
  absl::Status PutPopulation(WriteTransaction& transaction, const PopulationInfo& population);

  // REQUIRES: `normal_name` is as NormalTagName gives it.
  std::optional<CataloguedTag> FindTag(std::string_view normal_name) const;
  std::optional<CataloguedTag> FindTag(TagId id) const;
  // By name.
  std::vector<CataloguedTag> ListTags() const;
  // Adds or replaces by id. FAILED_PRECONDITION, kAlreadyExists, when another id has the name.
  // RESOURCE_EXHAUSTED, kLimit, at kTagsPerPopulationMax.
  absl::Status PutTag(WriteTransaction& transaction, const CataloguedTag& tag);

 private:
  Catalogue() = default;
  absl::Status Read(const Transaction& transaction);

  mutable Mutex mutex_;
  std::optional<PopulationInfo> population_ ABSL_GUARDED_BY(mutex_);
  std::map<TagId, CataloguedTag> tags_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, TagId, std::less<>> names_ ABSL_GUARDED_BY(mutex_);
};

// INVALID_ARGUMENT, kBadName or kBadRequest, unless name (made NFC), kind, scales and notes are what a tag
// may have.
absl::Status CheckTag(Tag& tag);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_CATALOGUE_H_

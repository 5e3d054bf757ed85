// Finds and leases the stored salts that the questions on a view name.
#ifndef MUSTER_INDEX_VIEWS_STORED_SALTS_H_
#define MUSTER_INDEX_VIEWS_STORED_SALTS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/salts/salt_store.h"
#include "index/versions/records/version.h"
#include "index/views/population_view.h"

namespace muster::index {

// Thread-safe; the store outlives it.
class StoredSalts final : public SaltsOfView {
 public:
  explicit StoredSalts(const SaltStore& salts) : salts_(salts) {}

  absl::StatusOr<std::optional<SaltSlices>> Find(std::string_view salt) const override;
  // Adds the versions of all that were found so far.
  void AddVersions(VersionVector& versions) const;

 private:
  const SaltStore& salts_;
  mutable Mutex mutex_;
  mutable std::map<std::string, HeldSalt, std::less<>> found_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_SALTS_H_

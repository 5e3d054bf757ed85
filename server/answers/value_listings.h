// Listings of tag values that are being paged through.
#ifndef MUSTER_SERVER_ANSWERS_VALUE_LISTINGS_H_
#define MUSTER_SERVER_ANSWERS_VALUE_LISTINGS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/cache/bounded_cache.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/views/population_view.h"

namespace muster::server {

// Keeps the latest listings, so that the pages of a tag with a million values don't each list, count and sort
// them all. Only a cache: a listing that is gone is made again, and is the same, because its key names the
// versions. Thread-safe.
class ValueListings {
 public:
  using Listing = std::shared_ptr<const std::vector<index::ValueCount>>;

  // `max_bytes`: what the kept listings may hold together; the latest one is kept whatever its size.
  explicit ValueListings(size_t max_bytes = size_t{64} << 20) : kept_(max_bytes) {}

  // ValuesOfView::List, kept or made; the values are spent of `budget` while it is made. Errors are the
  // view's.
  absl::StatusOr<Listing> List(const index::PopulationView& view, const index::Tag& tag,
                               const std::string& prefix, WorkBudget& budget);
  // How many listings are kept.
  size_t size() const;

 private:
  Listing Find(const std::string& key);

  mutable Mutex mutex_;
  BoundedCache<std::string, Listing> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_VALUE_LISTINGS_H_

// Caches the listings of tag values that clients page through.
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

// Keeps the most recent listings, so that each page of a tag with a million values doesn't list, count and
// sort all of them. Purely a cache: an evicted listing is made again and is identical, because its key names
// the versions. Thread-safe.
class ValueListings {
 public:
  using Listing = std::shared_ptr<const std::vector<index::ValueCount>>;

  // `max_bytes`: a bound for all kept listings together; the most recent one is kept even if it is larger.
  explicit ValueListings(size_t max_bytes = size_t{64} << 20) : kept_(max_bytes) {}

  // ValuesOfView::List, from the cache or computed; computing charges the values to `budget`. Errors are
  // those of the view.
  absl::StatusOr<Listing> List(const index::PopulationView& view, const index::Tag& tag,
                               const std::string& prefix, WorkBudget& budget);
  // The number of listings in the cache.
  size_t size() const;

 private:
  Listing Find(const std::string& key);

  mutable Mutex mutex_;
  BoundedCache<std::string, Listing> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_VALUE_LISTINGS_H_

// A cache of the number of values of a tag's version.
#ifndef MUSTER_INDEX_VIEWS_VALUE_COUNTS_H_
#define MUSTER_INDEX_VIEWS_VALUE_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "index/bitmap/row_id.h"
#include "index/cache/bounded_cache.h"
#include "index/concurrency/mutex.h"
#include "index/versions/records/version.h"

namespace muster::index {

// Shared by all views of a population. Entries stay right: published versions never change. Thread-safe.
class ValueCounts {
 public:
  std::optional<uint32_t> Find(TagId tag, Version version) {
    MutexLock lock(mutex_);
    const uint32_t* const known = counts_.Find({tag, version});
    return known == nullptr ? std::nullopt : std::make_optional(*known);
  }
  void Keep(TagId tag, Version version, uint32_t count) {
    MutexLock lock(mutex_);
    counts_.Keep({tag, version}, count);
  }

 private:
  static constexpr size_t kMost = 100'000;

  Mutex mutex_;
  BoundedCache<std::pair<TagId, Version>, uint32_t> counts_ ABSL_GUARDED_BY(mutex_){kMost};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_VALUE_COUNTS_H_

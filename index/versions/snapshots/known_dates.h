// A cache of what views AS OF dates of one population have looked up.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_DATES_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_DATES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/civil_time.h"
#include "index/bitmap/row_id.h"
#include "index/cache/bounded_cache.h"
#include "index/concurrency/mutex.h"
#include "index/versions/records/version.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/known_rows.h"

namespace muster::index {

// A tag at the state after a publish sequence.
struct PublishedTag {
  uint64_t last_sequence = 0;
  TagId tag = 0;
  friend bool operator==(const PublishedTag&, const PublishedTag&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const PublishedTag& key) {
    return H::combine(std::move(h), key.last_sequence, key.tag);
  }
};

// A cache shared by all views AS OF dates of a population: a view is made for one question, and the next
// question asks for the same dates. Entries never become stale, since what was published up to a sequence
// doesn't change. Bounded: some 12 MiB by the sizes of entries. Thread-safe.
class KnownDates {
 public:
  // The outer optional of FindVersion and FindFirstDate is empty where nothing is known; the inner one where
  // the tag is known to have no version.

  // The version that the tag has AS OF the day.
  std::optional<std::optional<KnownVersion>> FindVersion(const PublishedTag& tag, absl::CivilDay day);
  void KeepVersion(const PublishedTag& tag, absl::CivilDay day, std::optional<KnownVersion> version);
  // The first day AS OF which the tag has a version.
  std::optional<std::optional<absl::CivilDay>> FindFirstDate(const PublishedTag& tag);
  void KeepFirstDate(const PublishedTag& tag, std::optional<absl::CivilDay> first);
  // How many members of everyone's version had joined by the day.
  std::optional<uint64_t> FindMemberCount(Version everyone, absl::CivilDay day);
  void KeepMemberCount(Version everyone, absl::CivilDay day, uint64_t count);
  // The number of entries, without those of rows().
  size_t size();
  // Statistics of rows of the views' versions.
  KnownRows& rows() { return rows_; }

 private:
  // All tags that a population may have, AS OF three dates; and all of them at three states.
  static constexpr size_t kMaxVersions = 32'768;
  static constexpr size_t kMaxFirstDates = 32'768;
  // Ten years of days.
  static constexpr size_t kMaxMemberCounts = 4'096;
  static constexpr size_t kMaxCardinalities = 65'536;
  static constexpr size_t kMaxListBytes = size_t{4} << 20;

  Mutex mutex_;
  BoundedCache<std::pair<PublishedTag, absl::CivilDay>, std::optional<KnownVersion>> versions_
      ABSL_GUARDED_BY(mutex_){kMaxVersions};
  BoundedCache<PublishedTag, std::optional<absl::CivilDay>> first_dates_ ABSL_GUARDED_BY(mutex_){
      kMaxFirstDates};
  BoundedCache<std::pair<Version, absl::CivilDay>, uint64_t> member_counts_ ABSL_GUARDED_BY(mutex_){
      kMaxMemberCounts};
  KnownRows rows_{{.cardinalities = kMaxCardinalities, .list_bytes = kMaxListBytes}};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_DATES_H_

// The published versions of a tag, and the one that a date reads.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/storage/transaction.h"
#include "index/versions/records/endings.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// A published version and its record.
struct PublishedVersion {
  Version version = 0;
  VersionRecord record;
};

// The current version: of those that no later publication has ended (endings.h), the one with the greatest
// (business date, publish sequence). Empty before the tag's first one.
absl::StatusOr<std::optional<PublishedVersion>> CurrentVersion(const Transaction& transaction, TagId tag);
inline constexpr uint64_t kAllPublished = ~uint64_t{0};
// The version that AS OF `day` reads: of those with a business date ≤ day that no later publication has
// ended, the one with the greatest (business date, publish sequence). Empty before the tag's first one.
// Versions published after `last_sequence` are ignored.
absl::StatusOr<std::optional<PublishedVersion>> VersionAsOf(const Transaction& transaction, TagId tag,
                                                            absl::CivilDay day,
                                                            uint64_t last_sequence = kAllPublished);
// The first day AS OF which the tag has a version; empty when it has none.
absl::StatusOr<std::optional<absl::CivilDay>> FirstDateOf(const Transaction& transaction, TagId tag,
                                                          uint64_t last_sequence = kAllPublished);
// What has ended versions of the tag up to now.
absl::StatusOr<Endings> EndingsOf(const Transaction& transaction, TagId tag);
// All published versions of a tag, by number.
absl::StatusOr<std::vector<PublishedVersion>> VersionsOf(const Transaction& transaction, TagId tag);
// The current version of every tag that has one, everyone included; ascending by tag.
absl::StatusOr<std::vector<KnownVersion>> CurrentVersions(const Transaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_

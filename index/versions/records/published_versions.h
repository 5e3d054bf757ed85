// Which versions of a tag are published, and which of them a date reads.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// A published version and its record.
struct PublishedVersion {
  Version version = 0;
  VersionRecord record;
};

// Of two versions of a tag the greater one is the later.
inline std::tuple<int32_t, uint64_t> OrderOf(const VersionRecord& record) {
  return {record.business_day, record.publish_sequence};
}

// The current version: greatest (business date, publish sequence) of those that none after them has ended
// (VersionRecord::ends_later). Nothing before the tag's first one.
absl::StatusOr<std::optional<PublishedVersion>> CurrentVersion(const Transaction& transaction, TagId tag);
inline constexpr uint64_t kAllPublished = ~uint64_t{0};
// The version that AS OF `day` reads: of those with a business date ≤ day that none after them has ended the
// greatest (business date, publish sequence). Nothing before the tag's first one. `last_sequence`: what was
// published after it is not looked at.
absl::StatusOr<std::optional<PublishedVersion>> VersionAsOf(const Transaction& transaction, TagId tag,
                                                            absl::CivilDay day,
                                                            uint64_t last_sequence = kAllPublished);
// The least day AS OF which the tag has a version; nothing when it has none.
absl::StatusOr<std::optional<absl::CivilDay>> FirstDateOf(const Transaction& transaction, TagId tag,
                                                          uint64_t last_sequence = kAllPublished);
// All published versions of a tag, by number.
absl::StatusOr<std::vector<PublishedVersion>> VersionsOf(const Transaction& transaction, TagId tag);
// The current version of every tag that has one, everyone included; ascending by tag.
absl::StatusOr<std::vector<KnownVersion>> CurrentVersions(const Transaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_PUBLISHED_VERSIONS_H_

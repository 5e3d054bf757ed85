// Makes staged versions visible, and says which versions are.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/storage/transaction.h"
#include "index/versions/staged.h"

namespace muster::index {

struct Publication {
  StagedVersion staged;
  absl::CivilDay business_date;
  // MERGE and REMOVE: the parent must still be the version that AS OF `business_date` reads, else ABORTED.
  bool parent_must_be_current = true;
};

// A published version and its record.
struct PublishedVersion {
  Version version = 0;
  VersionRecord record;
};

// Adds a version for each publication, in order, and takes its store or edge out of `staging`, within the
// catalogue's publishing transaction: all of them become visible with its commit, or none. Answers the new
// version numbers. ABORTED, kLoadConflict: a parent is no longer its date's version. INTERNAL: something is
// not staged, or not the load's. Needs about 4 pages a publication: REQUIRES at most 200 of them in a
// transaction.
absl::StatusOr<std::vector<Version>> PublishVersions(WriteTransaction& transaction,
                                                     absl::Span<const Publication> publications);

// The current version: greatest (business date, publish sequence). Nothing before the tag's first one.
absl::StatusOr<std::optional<PublishedVersion>> CurrentVersion(const Transaction& transaction, TagId tag);
// The version that AS OF `day` reads: of those with a business date ≤ day the greatest (business date,
// publish sequence). Nothing before the tag's first one.
absl::StatusOr<std::optional<PublishedVersion>> VersionAsOf(const Transaction& transaction, TagId tag,
                                                            absl::CivilDay day);
// All published versions of a tag, by number.
absl::StatusOr<std::vector<PublishedVersion>> VersionsOf(const Transaction& transaction, TagId tag);
// The current version of every tag that has one, everyone included.
absl::StatusOr<VersionVector> CurrentVersions(const Transaction& transaction);

// Makes everyone's store with its empty version 0, if it isn't there.
absl::Status CreateEveryone(WriteTransaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_H_

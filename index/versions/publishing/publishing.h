// Makes staged versions visible.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_PUBLISHING_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_PUBLISHING_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/staged.h"

namespace muster::index {

struct Publication {
  StagedVersion staged;
  absl::CivilDay business_date;
  // MERGE: the parent must still be the version that AS OF `business_date` reads, else ABORTED.
  bool parent_must_be_current = true;
  // See VersionRecord::ends_later: this version becomes the current one whatever the dates of the others.
  bool ends_later = false;
  // A rollback to `staged.parent`, an empty edge (VersionRecord::restores_parent).
  bool restores_parent = false;
  // Set when the version repeats an earlier publication of the same call, whose index this is, unchanged:
  // `staged` is then an empty edge, and PrepareVersions fills in its parent.
  std::optional<size_t> same_as;
  std::string tag_name;  // for messages; empty: everyone's
  // False when a change of the tag made the version and not a load: the version record then names no load.
  bool of_load = true;
};

// A version that is written and not visible yet.
struct PreparedVersion {
  StagedVersion staged;
  Version version = kNoVersion;
  int32_t business_day = 0;
  bool ends_later = false;
};

// What PrepareVersions wrote. A plain value.
struct PreparedVersions {
  LoadId load = 0;
  uint64_t sequence = 0;  // the next publish sequence
  Identity identity = 0;  // of all its versions
  std::vector<PreparedVersion> versions;
};

// A load publishes in two steps, so that it can change any number of tags while every transaction stays
// bounded: the version records, which are scattered over the tags, are written ahead, and one small
// transaction makes all of them visible.
//
// Step 1: writes a version record for each publication, in as many turns as needed, under the next publish
// sequence, where it is invisible. Leftovers of an earlier load are swept first. Without step 2 the records
// are swept (Versions::DiscardStaged, or the next start). REQUIRES a mutex: only one load of a population may
// be between its two steps. ABORTED, kLoadConflict: a parent is no longer its date's version. INTERNAL:
// something is not staged, or was staged by another load.
absl::StatusOr<PreparedVersions> PrepareVersions(WriterQueue& writer, LoadId load,
                                                 absl::Span<const Publication> publications);
// The same within one transaction, which takes step 2 as well: for a few versions. Needs SweepPublication before.
// REQUIRES: the publications fit into the transaction.
absl::StatusOr<PreparedVersions> PrepareVersions(WriteTransaction& transaction, LoadId load,
                                                 absl::Span<const Publication> publications);
// Sweeps what a load left that ended between its two steps. REQUIRES: the mutex.
absl::Status SweepPublication(WriterQueue& writer);
// Step 2, within the catalogue's publishing transaction: increments the publish sequence, makes the versions
// current, and removes stores and edges from `staging`. Touches about a page for 100 versions, so that one
// transaction has room for all tags of a population. INTERNAL: `prepared` is not the current preparation.
absl::Status ShowVersions(WriteTransaction& transaction, const PreparedVersions& prepared);

// Makes everyone's store with its empty version 0, unless it exists.
absl::Status CreateEveryone(WriteTransaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_PUBLISHING_H_

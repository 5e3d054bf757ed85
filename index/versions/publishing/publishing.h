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
  // MERGE and REMOVE: the parent must still be the version that AS OF `business_date` reads, else ABORTED.
  bool parent_must_be_current = true;
  // See VersionRecord::ends_later: this version becomes the current one whatever dates there are.
  bool ends_later = false;
  // The version is what an earlier publication of the same call made, with nothing changed: `staged` is an
  // empty edge whose parent is filled in.
  std::optional<size_t> same_as;
  std::string tag_name;  // for messages; empty: everyone's
  // False: no load made the version, but a change of its tag; the version record names none.
  bool of_load = true;
};

// A version that is written and that nobody sees yet.
struct PreparedVersion {
  StagedVersion staged;
  Version version = kNoVersion;
  int32_t business_day = 0;
  bool ends_later = false;
};

// What PrepareVersions wrote. A plain value.
struct PreparedVersions {
  LoadId load = 0;
  uint64_t sequence = 0;  // the one that comes next
  Identity identity = 0;  // of all its versions
  std::vector<PreparedVersion> versions;
};

// A load publishes in two steps, so that it may change any number of tags while every transaction keeps to
// its bound: the version records are written ahead, scattered over the tags as they are, and one small
// transaction shows them all.
//
// Step 1: writes a version record for each publication, in as many turns as it takes, under the publish
// sequence that comes next: nobody sees it. What an earlier load left there is swept first. Only one load of
// a population may be between its two steps: REQUIRES a mutex. Not followed by step 2, the records are swept
// (Versions::DiscardStaged, or the next start). ABORTED, kLoadConflict: a parent is no longer its date's
// version. INTERNAL: something is not staged, or not the load's.
absl::StatusOr<PreparedVersions> PrepareVersions(WriterQueue& writer, LoadId load,
                                                 absl::Span<const Publication> publications);
// Step 2, within the catalogue's publishing transaction: moves the publish sequence on, makes the versions
// current, and takes stores and edges out of `staging`. Touches about a page for 100 versions, so that one
// transaction has room for all tags that a population may have. INTERNAL: they are not what is prepared now.
absl::Status ShowVersions(WriteTransaction& transaction, const PreparedVersions& prepared);

// Makes everyone's store with its empty version 0, if it isn't there.
absl::Status CreateEveryone(WriteTransaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_PUBLISHING_H_

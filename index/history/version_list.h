// A listing of a tag's versions.
#ifndef MUSTER_INDEX_HISTORY_VERSION_LIST_H_
#define MUSTER_INDEX_HISTORY_VERSION_LIST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// A plain value.
struct ListedVersion {
  Version version = 0;
  absl::CivilDay business_date;
  std::string load;                     // the label of its load; empty: a rollback, or a change of the scale
  std::optional<absl::Time> published;  // empty: a change of the scale
  uint64_t member_count = 0;            // members with a value
  // What its records take now, without the pages around them: those of its edge, or of the base of its store
  // for the first version of a store. 0 for a version that shares all records with its parent.
  uint64_t bytes = 0;
  bool is_current = false;
  // No date leads to it: a later version has its date, or it was rolled back, or a mistyped date was mended.
  bool only_by_number = false;
  std::optional<Version> restores;  // of a rollback: the version whose content it has
};

struct VersionPage {
  std::vector<ListedVersion> versions;
  bool more = false;  // there are older ones
};

// Which versions to list: at most `most` of those with numbers less than `before`.
struct VersionRange {
  Version before = kNoVersion;
  size_t most = 0;
};

// NOT_FOUND, kUnknownVersion.
absl::Status UnknownVersion(const std::string& tag, Version version);

// The latest numbers first. Each record whose size is counted is spent from `budget` as a value. Each version
// is read in a transaction of its own: one that is published meanwhile may be missing, and is_current is that
// of the moment at which the version was read.
absl::StatusOr<VersionPage> ListVersions(Environment& environment, TagId tag, const VersionRange& range,
                                         WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_VERSION_LIST_H_

// Which versions of a tag are read only by their numbers, because later publications have ended them.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_ENDINGS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_ENDINGS_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// The order of a tag's versions: the greater one is later.
inline std::tuple<int32_t, uint64_t> OrderOf(const VersionRecord& record) {
  return {record.business_day, record.publish_sequence};
}

// Two kinds of versions end others that were published before them (docs/semantics.md, rule 21):
//   - The remedy for a mistyped date (VersionRecord::ends_later) ends versions of a later business date.
//   - A rollback (restores_parent) ends the versions that are later than its parent in the order above. If
//     one of them is a rollback, that one is undone: it ends nothing any more, so rolling back to a later
//     version makes the versions between readable by date again.
// Holds these versions alone, so its size doesn't depend on how many others there are. Not thread-safe.
class Endings {
 public:
  // Notes what the version ends. REQUIRES: it is one of the tag's, published up to the state in question.
  void Add(const VersionRecord& record);
  // After the last Add: reads what the rollbacks restored. DATA_LOSS when that is not there.
  absl::Status Resolve(const Transaction& transaction, TagId tag);

  // REQUIRES: Resolve was called.
  bool IsEnded(const VersionRecord& record) const { return IsRolledBack(record) || IsOvertaken(record); }
  // Whether a rollback that was not undone has ended it.
  bool IsRolledBack(const VersionRecord& record) const;

 private:
  // A rollback; `restored` is the order of its parent.
  struct Rollback {
    VersionRecord record;
    std::tuple<int32_t, uint64_t> restored;
  };
  bool IsOvertaken(const VersionRecord& record) const;

  std::vector<VersionRecord> mends_;  // of mistyped dates
  std::vector<Rollback> rollbacks_;   // after Resolve: those that were not undone, the last one first
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_ENDINGS_H_

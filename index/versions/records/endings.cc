#include "index/versions/records/endings.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::index {

void Endings::Add(const VersionRecord& record) {
  if (record.ends_later) mends_.push_back(record);
  if (record.restores_parent) rollbacks_.push_back({record, {}});
}

// From the last rollback to the first: whether one is undone depends on later ones alone.
absl::Status Endings::Resolve(const Transaction& transaction, TagId tag) {
  std::vector<Rollback> found = std::exchange(rollbacks_, {});
  std::sort(found.begin(), found.end(), [](const Rollback& a, const Rollback& b) {
    return a.record.publish_sequence > b.record.publish_sequence;
  });
  for (Rollback& rollback : found) {
    ASSIGN_OR_RETURN(const VersionRecord parent, ReadVersion(transaction, tag, rollback.record.parent));
    rollback.restored = OrderOf(parent);
    if (!IsRolledBack(rollback.record)) rollbacks_.push_back(rollback);
  }
  return absl::OkStatus();
}

bool Endings::IsRolledBack(const VersionRecord& record) const {
  return std::any_of(rollbacks_.begin(), rollbacks_.end(), [&record](const Rollback& rollback) {
    return rollback.record.publish_sequence > record.publish_sequence && rollback.restored < OrderOf(record);
  });
}

bool Endings::IsOvertaken(const VersionRecord& record) const {
  return std::any_of(mends_.begin(), mends_.end(), [&record](const VersionRecord& mend) {
    return mend.publish_sequence > record.publish_sequence && mend.business_day < record.business_day;
  });
}

}  // namespace muster::index

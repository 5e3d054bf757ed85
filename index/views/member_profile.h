// Reads one member's values in a snapshot.
#ifndef MUSTER_INDEX_VIEWS_MEMBER_PROFILE_H_
#define MUSTER_INDEX_VIEWS_MEMBER_PROFILE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/storage/environment.h"
#include "index/versions/snapshots/snapshot.h"
#include "index/views/population_view.h"

namespace muster::index {

// The member of a profile, and the zone in which its timestamps are printed. A plain value.
struct ProfiledMember {
  Ordinal ordinal = 0;
  absl::TimeZone zone;
};

// As MembersOfView::ProfileOf, for those of `tags` that have a version in the snapshot. What is spent from `budget`:
// see ReadMemberRows.
absl::StatusOr<MemberProfile> ReadProfile(Environment& index, const Snapshot& snapshot, std::vector<Tag> tags,
                                          const ProfiledMember& member, WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_MEMBER_PROFILE_H_

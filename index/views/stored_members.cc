#include "index/views/stored_members.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/lookups/row_probe.h"
#include "index/views/member_profile.h"

namespace muster::index {

absl::StatusOr<std::optional<Ordinal>> StoredMembers::Find(std::string_view member_id) const {
  ASSIGN_OR_RETURN(const std::optional<Ordinal> ordinal, parts_.members.Find(member_id));
  if (!ordinal) return ordinal;
  ASSIGN_OR_RETURN(const bool joined, Contains(snapshot_, {kEveryoneTag, kKnownRow}, *ordinal));
  if (!joined) return std::nullopt;
  return ordinal;
}

absl::StatusOr<MemberProfile> StoredMembers::Profile(Ordinal ordinal, absl::TimeZone zone,
                                                     WorkBudget& budget) const {
  ASSIGN_OR_RETURN(std::vector<Tag> tags, tags_.List(budget));
  return ProfileOf(std::move(tags), ordinal, zone, budget);
}

absl::StatusOr<MemberProfile> StoredMembers::ProfileOf(std::vector<Tag> tags, Ordinal ordinal,
                                                       absl::TimeZone zone, WorkBudget& budget) const {
  return ReadProfile(parts_.index, snapshot_, std::move(tags), {ordinal, zone}, budget);
}

}  // namespace muster::index

// The members of a view, from their dictionary and the snapshot.
#ifndef MUSTER_INDEX_VIEWS_STORED_MEMBERS_H_
#define MUSTER_INDEX_VIEWS_STORED_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/versions/snapshots/snapshot.h"
#include "index/views/population_view.h"
#include "index/views/stored_parts.h"

namespace muster::index {

// Const and thread-safe; what it is given outlives it.
class StoredMembers final : public MembersOfView {
 public:
  StoredMembers(const StoredParts& parts, const Snapshot& snapshot, const TagsOfView& tags)
      : parts_(parts), snapshot_(snapshot), tags_(tags) {}

  uint64_t everyone_count() const override { return snapshot_.member_count(); }
  std::optional<uint64_t> count() const override {
    return snapshot_.as_of().has_value() ? snapshot_.dated_member_count() : snapshot_.member_count();
  }
  void KeepCount(uint64_t count) const override { snapshot_.KeepDatedMemberCount(count); }
  uint32_t fragment_count() const override { return snapshot_.fragment_count(); }
  absl::StatusOr<std::optional<Ordinal>> Find(std::string_view member_id) const override;
  absl::Status ReadIds(absl::Span<const Ordinal> ordinals, std::vector<std::string>& ids) const override {
    return parts_.members.ReadIds(ordinals, ids);
  }
  absl::Status AppendIds(absl::Span<const Ordinal> ordinals, std::string& lines) const override {
    return parts_.members.AppendIds(ordinals, lines);
  }
  absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                        absl::FunctionRef<void(size_t, std::string_view)> visit) const override {
    return parts_.members.VisitIds(first, places, visit);
  }
  absl::StatusOr<MemberProfile> Profile(Ordinal ordinal, absl::TimeZone zone,
                                        WorkBudget& budget) const override;
  absl::StatusOr<MemberProfile> ProfileOf(std::vector<Tag> tags, Ordinal ordinal, absl::TimeZone zone,
                                          WorkBudget& budget) const override;

 private:
  const StoredParts parts_;
  const Snapshot& snapshot_;
  const TagsOfView& tags_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_MEMBERS_H_

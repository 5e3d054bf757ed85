#include "index/history/tag_rollback.h"

#include <vector>

#include "index/history/restoration.h"
#include "index/history/version_list.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/versions/records/published_versions.h"
#include "text/civil_text.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::StatusOr<PublishedVersion> FindNumber(const Transaction& view, const Tag& tag, Version version) {
  ASSIGN_OR_RETURN(const uint64_t visible, LastNumber(view, kPublishCounter));
  ASSIGN_OR_RETURN(const std::optional<VersionRecord> record, FindVersion(view, tag.id, version));
  if (!record || record->publish_sequence > visible) return UnknownVersion(tag.name, version);
  return PublishedVersion{version, *record};
}

absl::StatusOr<PublishedVersion> FindDate(const Transaction& view, const Tag& tag, absl::CivilDay date) {
  ASSIGN_OR_RETURN(const std::optional<PublishedVersion> found, VersionAsOf(view, tag.id, date));
  if (found) return *found;
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> first, FirstDateOf(view, tag.id));
  return WithReason(
      absl::InvalidArgumentError(Sentence(
          "the tag ", Quoted(tag.name), " has no version AS OF ", DateText(date), ": ",
          first ? Sentence("its first one is of ", DateText(*first)) : std::string("it was never loaded"))),
      Reason::kBeforeFirstVersion);
}

absl::Status CheckMembers(const Transaction& view, const Tag& tag, const PublishedVersion& goal) {
  ASSIGN_OR_RETURN(const bool has, HasMembersOfNow(view, goal.record));
  if (has) return absl::OkStatus();
  return WithReason(
      absl::FailedPreconditionError(Sentence(
          "version ", goal.version, " of the tag ", Quoted(tag.name),
          " has members who were taken back when a whole load was rolled back; roll that load forward "
          "again (rollback --load LABEL --forward), or load its file again under another label")),
      Reason::kRollbackRefused);
}

// What a rollback finds. A plain value.
struct Found {
  TagRollback result;
  PublishedVersion everyone;
};

absl::StatusOr<Found> FindAll(const Transaction& view, const Tag& tag, const RollbackGoal& goal) {
  Found found;
  TagRollback& result = found.result;
  ASSIGN_OR_RETURN(const PublishedVersion current, CurrentOf(view, tag.id, tag.name));
  PublishedVersion wanted;
  if (goal.version) {
    ASSIGN_OR_RETURN(wanted, FindNumber(view, tag, *goal.version));
  } else {
    ASSIGN_OR_RETURN(wanted, FindDate(view, tag, goal.date.value()));
  }
  RETURN_IF_ERROR(CheckMembers(view, tag, wanted));
  ASSIGN_OR_RETURN(found.everyone, CurrentOf(view, kEveryoneTag, "EVERYONE"));
  result.tag = tag.name;
  result.business_date = DayOf(current.record.business_day);
  result.restored = wanted.version;
  result.restored_date = DayOf(wanted.record.business_day);
  result.before.version = current.version;
  ASSIGN_OR_RETURN(result.before.member_count, MembersOf(view, tag.id, current.version));
  ASSIGN_OR_RETURN(result.after.member_count, MembersOf(view, tag.id, wanted.version));
  const bool restored_already = current.record.restores_parent && current.record.parent == wanted.version;
  result.published = wanted.version != current.version && !restored_already;
  if (!result.published) result.after = result.before;
  return found;
}

}  // namespace

absl::StatusOr<TagRollback> RollBackTag(const HistoryParts& parts, const Tag& tag, const RollbackGoal& goal,
                                        const WorkBudget& budget) {
  MutexLock lock(parts.publish_mutex);
  Found found;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, parts.writer.environment().BeginRead());
    ASSIGN_OR_RETURN(found, FindAll(view, tag, goal));
  }
  if (!found.result.published) return found.result;
  const std::vector<Restoration> restorations = {
      {kEveryoneTag, found.everyone.version, DayOf(found.everyone.record.business_day)},
      {tag.id, found.result.restored, found.result.business_date}};
  ASSIGN_OR_RETURN(const std::vector<Version> versions, PublishRestorations(parts, restorations, "", budget));
  found.result.after.version = versions[1];
  return found.result;
}

}  // namespace muster::index

#include "index/history/load_rollback.h"

#include <optional>
#include <utility>

#include "index/catalog/load_records.h"
#include "index/history/restoration.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/published_versions.h"
#include "text/civil_text.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status Refused(const std::string& label, const std::string& why) {
  return WithReason(
      absl::FailedPreconditionError(Sentence("the load ", Quoted(label), " can't be rolled back: ", why)),
      Reason::kRollbackRefused);
}

absl::Status NotForward(const std::string& label, const std::string& why) {
  return WithReason(absl::FailedPreconditionError(Sentence("the load ", Quoted(label),
                                                           " can't be brought forward again: ", why,
                                                           "; load its file again under another label")),
                    Reason::kRollbackRefused);
}

absl::Status UnknownLoad(const std::string& label) {
  return WithReason(absl::NotFoundError(Sentence("no load ", Quoted(label),
                                                 " was published; list the loads to see which were")),
                    Reason::kUnknownLoad);
}

// Whether the current version is `version`, or a rollback to it, or to such a rollback.
absl::StatusOr<bool> HasContentOf(const Transaction& view, TagId tag, PublishedVersion current,
                                  Version version) {
  while (current.version != version) {
    if (!current.record.restores_parent || current.version < version) return false;
    current.version = current.record.parent;
    ASSIGN_OR_RETURN(current.record, ReadVersion(view, tag, current.version));
  }
  return true;
}

// A load, and the rollback of it that is being prepared. Used once, by one thread, in one transaction.
class LoadPlanner {
 public:
  LoadPlanner(const Transaction& view, const Catalogue& catalogue, const std::string& label)
      : view_(view), catalogue_(catalogue), label_(label) {}

  absl::Status Plan(LoadDirection direction) {
    ASSIGN_OR_RETURN(const std::optional<uint64_t> number, FindLoadNumber(view_, label_));
    if (!number) return UnknownLoad(label_);
    load_ = *number;
    ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> record, FindLoadOf(view_, load_));
    if (!record) return Corrupt("list of loads");
    record_ = *record;
    result_.label = label_;
    ASSIGN_OR_RETURN(const PublishedVersion everyone, CurrentOf(view_, kEveryoneTag, "EVERYONE"));
    restorations_.push_back({kEveryoneTag, everyone.version, DayOf(everyone.record.business_day)});
    for (const records::LoadedTagRecord& loaded : record_.result().tags()) {
      RETURN_IF_ERROR(direction == LoadDirection::kBack ? PlanTagBack(loaded) : PlanTagForward(loaded));
    }
    ASSIGN_OR_RETURN(result_.members_before, MembersOf(view_, kEveryoneTag, everyone.version));
    RETURN_IF_ERROR(direction == LoadDirection::kBack ? PlanMembersBack(everyone)
                                                      : PlanMembersForward(everyone));
    // Also when the tags were rolled back one by one before, which keeps the members.
    result_.published = !result_.tags.empty() || restorations_.front().restored != everyone.version;
    ASSIGN_OR_RETURN(result_.members_after, MembersOf(view_, kEveryoneTag, restorations_.front().restored));
    return absl::OkStatus();
  }

  const std::vector<Restoration>& restorations() const { return restorations_; }
  LoadRollback& result() { return result_; }

 private:
  // A tag of the load, with the version that the load gave it and the current one.
  struct LoadedTag {
    Tag tag;
    PublishedVersion loaded, current;
  };

  absl::StatusOr<LoadedTag> Find(const records::LoadedTagRecord& loaded) const {
    const std::optional<CataloguedTag> known = catalogue_.FindTag(loaded.name());
    if (!known) return Corrupt("list of loads");
    LoadedTag found{.tag = known->tag};
    ASSIGN_OR_RETURN(found.loaded.record, ReadVersion(view_, known->tag.id, loaded.version()));
    found.loaded.version = loaded.version();
    ASSIGN_OR_RETURN(found.current, CurrentOf(view_, known->tag.id, known->tag.name));
    return found;
  }

  absl::Status PlanTagBack(const records::LoadedTagRecord& loaded) {
    ASSIGN_OR_RETURN(const LoadedTag found, Find(loaded));
    const std::string& name = found.tag.name;
    ASSIGN_OR_RETURN(const Endings endings, EndingsOf(view_, found.tag.id));
    if (endings.IsRolledBack(found.loaded.record)) {
      result_.unchanged_tags.push_back(name);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckOnce(found));
    ASSIGN_OR_RETURN(const bool is_current,
                     HasContentOf(view_, found.tag.id, found.current, found.loaded.version));
    if (!is_current) return RefuseLater(found);
    ASSIGN_OR_RETURN(const std::optional<PublishedVersion> before,
                     VersionAsOf(view_, found.tag.id, DayOf(found.loaded.record.business_day),
                                 found.loaded.record.publish_sequence - 1));
    if (!before) {
      return Refused(label_, Sentence("it was the first load of the tag ", Quoted(name),
                                      ", which had no version on its date before; load a better file under "
                                      "another label"));
    }
    RETURN_IF_ERROR(CheckNoneLost(found, *before, endings));
    return Restore(found, *before);
  }

  // A load that came later for an earlier date lies between the two versions, and would be ended with the load.
  absl::Status CheckNoneLost(const LoadedTag& found, const PublishedVersion& before,
                             const Endings& endings) const {
    ASSIGN_OR_RETURN(const std::vector<PublishedVersion> versions, VersionsOf(view_, found.tag.id));
    for (const PublishedVersion& late : versions) {
      if (late.record.publish_sequence <= found.loaded.record.publish_sequence ||
          OrderOf(late.record) <= OrderOf(before.record) ||
          OrderOf(late.record) >= OrderOf(found.loaded.record) || endings.IsEnded(late.record)) {
        continue;
      }
      return Refused(label_,
                     Sentence("version ", late.version, " of the tag ", Quoted(found.tag.name),
                              " came later for an earlier date, ", DateText(DayOf(late.record.business_day)),
                              ", and would be lost; roll the tag back to it on its own (rollback TAG "
                              "--to-version ",
                              late.version, ")"));
    }
    return absl::OkStatus();
  }

  // A load with make_current has two versions of a tag: one of its own date, and one of the current date.
  absl::Status CheckOnce(const LoadedTag& found) const {
    const auto neighbour = [&](Version version) -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const std::optional<VersionRecord> record, FindVersion(view_, found.tag.id, version));
      return record && record->publish_sequence == found.loaded.record.publish_sequence;
    };
    ASSIGN_OR_RETURN(const bool twice, neighbour(found.loaded.version - 1));
    if (!twice) return absl::OkStatus();
    return Refused(label_,
                   Sentence("it changed the tag ", Quoted(found.tag.name),
                            " in history and today; roll the tag back on its own, and load that date again"));
  }

  absl::Status RefuseLater(const LoadedTag& found) const {
    const std::string& name = found.tag.name;
    if (OrderOf(found.current.record) > OrderOf(found.loaded.record) &&
        found.current.record.publish_sequence < found.loaded.record.publish_sequence) {
      return Refused(label_, Sentence("it went into history, and today's values of the tag ", Quoted(name),
                                      " aren't its; load its date again under another label"));
    }
    ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> later,
                     FindLoadOf(view_, found.current.record.load));
    const std::string whose = later && !later->label().empty()
                                  ? Sentence(" (of the load ", Quoted(later->label()), ")")
                                  : std::string();
    return Refused(label_, Sentence("the tag ", Quoted(name), " has a later version, ", found.current.version,
                                    whose, ", which would be lost; roll that back first"));
  }

  absl::Status PlanTagForward(const records::LoadedTagRecord& loaded) {
    ASSIGN_OR_RETURN(const LoadedTag found, Find(loaded));
    ASSIGN_OR_RETURN(const Endings endings, EndingsOf(view_, found.tag.id));
    if (!endings.IsRolledBack(found.loaded.record)) {
      result_.unchanged_tags.push_back(found.tag.name);
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const bool by_this, IsOfRollback(found.current.record));
    if (!by_this) {
      return NotForward(
          label_, Sentence("the tag ", Quoted(found.tag.name), " has a version, ", found.current.version,
                           ", that was published since, or was rolled back on its own"));
    }
    return Restore(found, found.loaded);
  }

  // Whether a version was published by a rollback of this load.
  absl::StatusOr<bool> IsOfRollback(const VersionRecord& record) const {
    if (!record.restores_parent) return false;
    ASSIGN_OR_RETURN(const std::optional<records::LoadRecord> made, FindLoadOf(view_, record.load));
    return made && made->rolled_back_label() == label_;
  }

  absl::Status Restore(const LoadedTag& found, const PublishedVersion& restored) {
    TagRollback changed{.tag = found.tag.name, .published = true};
    changed.business_date = DayOf(found.current.record.business_day);
    changed.before.version = found.current.version;
    changed.restored = restored.version;
    changed.restored_date = DayOf(restored.record.business_day);
    ASSIGN_OR_RETURN(changed.before.member_count, MembersOf(view_, found.tag.id, found.current.version));
    ASSIGN_OR_RETURN(changed.after.member_count, MembersOf(view_, found.tag.id, restored.version));
    restorations_.push_back({found.tag.id, restored.version, changed.business_date});
    result_.tags.push_back(std::move(changed));
    return absl::OkStatus();
  }

  // Everyone's version of the load.
  absl::StatusOr<PublishedVersion> EveryoneOfLoad() const {
    ASSIGN_OR_RETURN(Cursor cursor, view_.NewCursor(DatabaseId::kVersions));
    const Key<4> prefix = MakeKey(kEveryoneTag);
    for (cursor.SeekBefore(MakeKey(kEveryoneTag, kNoVersion)); cursor.At(prefix); cursor.Previous()) {
      if (cursor.key().size() != 8) return Corrupt("list of versions");
      const Version version = ReadU32(cursor.key().data() + 4);
      ASSIGN_OR_RETURN(const VersionRecord record, DecodeVersion(version, cursor.value()));
      if (record.load == load_) return PublishedVersion{version, record};
    }
    RETURN_IF_ERROR(cursor.status());
    return Corrupt("list of versions");
  }

  // A version of everyone says who was new to it, not who was named. So whether a later load named a new
  // member again is unknown, unless everything published after the load was rolled back too.
  absl::Status PlanMembersBack(const PublishedVersion& everyone) {
    if (record_.result().new_members() == 0 && !record_.result().is_late()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const PublishedVersion loaded, EveryoneOfLoad());
    ASSIGN_OR_RETURN(const bool joined, DescendsFrom(view_, kEveryoneTag, everyone.version, loaded.version));
    if (!joined) return absl::OkStatus();  // they were taken back before
    ASSIGN_OR_RETURN(const bool is_last, HasContentOf(view_, kEveryoneTag, everyone, loaded.version));
    if (is_last) {
      restorations_.front().restored = loaded.record.parent;
      return absl::OkStatus();
    }
    return Refused(label_,
                   "members joined by it, or were given an earlier first date, and other loads were "
                   "published after it, so nobody knows whether those named them too; roll back its "
                   "tags one by one (rollback TAG --to-version V), which keeps the members");
  }

  absl::Status PlanMembersForward(const PublishedVersion& everyone) {
    ASSIGN_OR_RETURN(const PublishedVersion loaded, EveryoneOfLoad());
    ASSIGN_OR_RETURN(const bool kept, DescendsFrom(view_, kEveryoneTag, everyone.version, loaded.version));
    if (kept) return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool by_this, IsOfRollback(everyone.record));
    if (!by_this) return NotForward(label_, "its members were taken back, and something was published since");
    restorations_.front().restored = loaded.version;
    return absl::OkStatus();
  }

  const Transaction& view_;
  const Catalogue& catalogue_;
  const std::string& label_;
  LoadId load_ = 0;
  records::LoadRecord record_;
  std::vector<Restoration> restorations_;  // everyone's first
  LoadRollback result_;
};

}  // namespace

absl::StatusOr<LoadRollback> RollBackLoad(const HistoryParts& parts, const std::string& label,
                                          LoadDirection direction, const WorkBudget& budget) {
  MutexLock lock(parts.publish_mutex);
  std::vector<Restoration> restorations;
  LoadRollback result;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, parts.writer.environment().BeginRead());
    LoadPlanner planner(view, parts.catalogue, label);
    RETURN_IF_ERROR(planner.Plan(direction));
    restorations = planner.restorations();
    result = std::move(planner.result());
  }
  if (!result.published) return result;
  ASSIGN_OR_RETURN(const std::vector<Version> versions,
                   PublishRestorations(parts, restorations, label, budget));
  for (size_t i = 0; i < result.tags.size(); ++i) result.tags[i].after.version = versions[1 + i];
  return result;
}

absl::StatusOr<std::vector<std::string>> RolledBackTags(const Transaction& view, const Catalogue& catalogue,
                                                        const records::LoadRecord& load) {
  std::vector<std::string> names;
  for (const records::LoadedTagRecord& loaded : load.result().tags()) {
    const std::optional<CataloguedTag> known = catalogue.FindTag(loaded.name());
    if (!known) continue;
    ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(view, known->tag.id, loaded.version()));
    ASSIGN_OR_RETURN(const Endings endings, EndingsOf(view, known->tag.id));
    if (endings.IsRolledBack(record)) names.push_back(loaded.name());
  }
  return names;
}

}  // namespace muster::index

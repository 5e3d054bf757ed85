#include "index/loading/load_commit.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "index/loading/intake/accepted_records.h"
#include "index/loading/load_publishing.h"
#include "index/loading/load_staging.h"
#include "index/loading/plan/load_dates.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/versions/records/changed_fragments.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Tags that a warning names.
constexpr size_t kEmptiedTagsNamedMax = 5;
// How often a large load is staged before it waits for the turn of its tags.
constexpr int kRunsWithoutTurn = 5;
// A load of at most this many records and tags writes what it stages in the transaction that publishes it, if
// it fits.
constexpr uint64_t kHeldRecordsMax = 32'768;
constexpr size_t kHeldTagsMax = 16;

// The commit of one load. Used once, by one thread.
class LoadCommit {
 public:
  LoadCommit(const LoadTarget& target, LoadPlan plan, RecordIntake& intake, const WorkBudget& budget)
      : target_(target), plan_(std::move(plan)), intake_(intake), budget_(budget) {}

  absl::StatusOr<LoadResult> Run(uint64_t records) {
    result_.label = plan_.spec.label;
    result_.business_date = plan_.business_date;
    result_.dry_run = plan_.spec.dry_run;
    KnownTexts known{target_.members, target_.writer.environment()};
    if (!plan_.spec.makes_members()) {
      ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> current, target_.versions.CurrentSnapshot());
      known.known_members = std::make_shared<KnownMembers>(std::move(current));
    }
    ASSIGN_OR_RETURN(accepted_, AcceptRecords(plan_, known, intake_, records, result_));
    if (accepted_->empty() && plan_.spec.builds_on_parent()) return NothingToPublish();
    is_small_ = IsSmallLoad(plan_.spec, records);
    holds_items_ = records <= kHeldRecordsMax && plan_.tags.size() <= kHeldTagsMax && !intake_.packed();
    const bool dry_run = plan_.spec.dry_run;
    absl::Status done = dry_run ? StageAndDiscard() : FlushMembersAndPublish();
    if (done.ok() && !dry_run) return result_;
    if (load_ != 0) {
      Discard();
      // What can't be discarded now is swept at the next start.
      target_.catalogue.DropStaged(target_.writer, NewTagsOf(plan_)).IgnoreError();
    }
    if (!done.ok()) return done;
    return result_;
  }

 private:
  absl::StatusOr<LoadResult> NothingToPublish();
  absl::Status FlushMembersAndPublish();
  // Stages and publishes, again and again while other loads publish first. `before_publish` may be called
  // several times.
  absl::Status PublishInTheEnd(const std::function<absl::Status()>& before_publish);
  // Of a dry run: says what publishing would give. Run discards what was staged.
  absl::Status StageAndDiscard();
  absl::Status TakeNumbers();
  // Takes the tags that other loads made meanwhile.
  absl::Status AdoptNewTags();
  absl::StatusOr<LoadParents> FindParents() const;
  absl::Status OpenParents();
  absl::Status Stage();
  // Publishes what is staged; false when it must be staged again.
  absl::StatusOr<bool> PublishUnlessOvertaken() ABSL_LOCKS_EXCLUDED(target_.order.publish);
  bool IsTagMade() const;
  absl::Status RebaseEveryone(Version everyone);
  absl::Status CheckNoMembersMade() const;
  void NoteLateTags();
  absl::Status NoteEmptiedTags();
  // Forgets what is staged, and has it swept.
  void Discard();

  const LoadTarget& target_;
  LoadPlan plan_;
  RecordIntake& intake_;
  const WorkBudget& budget_;
  LoadResult result_;
  std::unique_ptr<AcceptedRecords> accepted_;
  bool is_small_ = false, holds_items_ = false;
  LoadId load_ = 0;
  // As they were when the load began to stage.
  LoadParents dates_;
  std::shared_ptr<const Snapshot> parents_;   // everyone's current version, and each tag's parent
  std::shared_ptr<const Snapshot> later_;     // and the current version of each tag that is published again
  std::shared_ptr<const Snapshot> everyone_;  // everyone's parent, when it is another one by now
  std::vector<StagedItem> held_;
  std::optional<LoadStaging> staged_;
};

absl::StatusOr<LoadResult> LoadCommit::NothingToPublish() {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> current, target_.versions.CurrentSnapshot());
  result_.member_count = current->member_count();
  result_.warnings.push_back(plan_.spec.dry_run ? "no record was accepted: nothing would be published"
                                                : "no record was accepted: nothing was published");
  return result_;
}

absl::Status LoadCommit::FlushMembersAndPublish() {
  // Pending ids of other loads are left to them: a full store must not refuse a load that brings no new member.
  const Ordinal end = accepted_->end();
  if (is_small_ || target_.members.Stored().end >= end) {
    RETURN_IF_ERROR(target_.members.FlushBelow(end));
    return PublishInTheEnd([] { return absl::OkStatus(); });
  }
  // The two environments have a writer each, so ids are stored while tags are staged.
  absl::Status flushed;
  std::thread flushing([&] { flushed = target_.members.FlushBelow(end); });
  bool joined = false;
  const auto wait_for_ids = [&] {
    if (!joined) flushing.join();
    joined = true;
    return flushed;
  };
  absl::Status done = PublishInTheEnd(wait_for_ids);
  const absl::Status ids = wait_for_ids();
  return done.ok() ? ids : done;
}

absl::Status LoadCommit::PublishInTheEnd(const std::function<absl::Status()>& before_publish) {
  RETURN_IF_ERROR(TakeNumbers());
  std::unique_ptr<TagTurns::Turn> turn;
  for (int runs = 0;; ++runs) {
    RETURN_IF_ERROR(budget_.Check());
    if (turn == nullptr && (is_small_ || runs >= kRunsWithoutTurn)) {
      std::vector<std::string> names;
      for (const PlannedTag& planned : plan_.tags) names.push_back(planned.tag.name);
      ASSIGN_OR_RETURN(turn, target_.order.tags.Take(std::move(names), budget_));
    }
    RETURN_IF_ERROR(AdoptNewTags());
    RETURN_IF_ERROR(OpenParents());
    RETURN_IF_ERROR(Stage());
    FaultPoint("load/staged");
    RETURN_IF_ERROR(before_publish());
    ASSIGN_OR_RETURN(const bool published, PublishUnlessOvertaken());
    if (published) return absl::OkStatus();
    FaultPoint("load/overtaken");
    Discard();
  }
}

// New member ids are not stored: they stay pending, as those of a load that is refused.
absl::Status LoadCommit::StageAndDiscard() {
  RETURN_IF_ERROR(TakeNumbers());
  RETURN_IF_ERROR(AdoptNewTags());
  RETURN_IF_ERROR(OpenParents());
  RETURN_IF_ERROR(Stage());
  FaultPoint("load/staged");
  NoteLateTags();
  RETURN_IF_ERROR(NoteEmptiedTags());
  result_.is_late = dates_.is_late;
  CountOutcome(plan_, *staged_, result_);
  return budget_.Check();
}

absl::Status LoadCommit::TakeNumbers() {
  ASSIGN_OR_RETURN(load_, target_.versions.numbers().Take(kLoadCounter));
  const size_t fresh = NewTagsOf(plan_).size();
  if (fresh == 0) return absl::OkStatus();
  uint32_t id = 0;
  RETURN_IF_ERROR(target_.writer.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(id, NextIds(transaction, kTagCounter, static_cast<uint32_t>(fresh)));
    return absl::OkStatus();
  }));
  for (PlannedTag& planned : plan_.tags) {
    if (planned.is_new) planned.tag.id = id++;
  }
  return absl::OkStatus();
}

absl::Status LoadCommit::AdoptNewTags() {
  for (PlannedTag& planned : plan_.tags) {
    if (!planned.is_new) continue;
    const std::optional<CataloguedTag> made = target_.catalogue.FindTag(planned.tag.name);
    if (!made) continue;
    const Tag& tag = made->tag;
    if (tag.kind != planned.tag.kind || tag.scale != planned.tag.scale ||
        tag.weighted != planned.tag.weighted || tag.weight_scale != planned.tag.weight_scale) {
      return WithReason(absl::AbortedError(Sentence("another load made the tag '", tag.name,
                                                    "' meanwhile, of another kind or scale than this one "
                                                    "says; run the load again")),
                        Reason::kLoadConflict);
    }
    planned = {tag, false};
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadParents> LoadCommit::FindParents() const {
  ASSIGN_OR_RETURN(const ReadTransaction view, target_.writer.environment().BeginRead());
  return FindLoadParents(view, plan_, absl::ToCivilDay(target_.clock(), plan_.zone));
}

absl::Status LoadCommit::OpenParents() {
  ASSIGN_OR_RETURN(dates_, FindParents());
  VersionVector parents = {{kEveryoneTag, dates_.everyone}}, later = parents;
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    const TagDates& dates = dates_.tags[i];
    if (dates.parent) parents[plan_.tags[i].tag.id] = *dates.parent;
    if (dates.again) later[plan_.tags[i].tag.id] = dates.later->version;
  }
  ASSIGN_OR_RETURN(parents_, target_.versions.OpenSnapshot(std::move(parents)));
  ASSIGN_OR_RETURN(later_, target_.versions.OpenSnapshot(std::move(later)));
  return absl::OkStatus();
}

absl::Status LoadCommit::Stage() {
  // A REPLACE that is published twice has the same content both times; a MERGE changes another version.
  std::vector<bool> twice;
  for (const TagDates& dates : dates_.tags)
    twice.push_back(dates.again && plan_.spec.mode != LoadMode::kReplace);
  const StagingSource source{plan_, intake_, *accepted_, *parents_, *later_, std::move(twice)};
  staged_.emplace(
      StagingTarget{target_.writer, load_, &target_.versions.numbers(), holds_items_ ? &held_ : nullptr},
      source, budget_);
  return staged_->Run();
}

bool LoadCommit::IsTagMade() const {
  return std::any_of(plan_.tags.begin(), plan_.tags.end(), [this](const PlannedTag& planned) {
    return planned.is_new && target_.catalogue.FindTag(planned.tag.name).has_value();
  });
}

absl::StatusOr<bool> LoadCommit::PublishUnlessOvertaken() {
  MutexLock lock(target_.order.publish);
  RETURN_IF_ERROR(budget_.Check());
  ASSIGN_OR_RETURN(LoadParents now, FindParents());
  if (IsTagMade() || IsOvertaken(plan_, dates_, now)) return false;
  if (now.everyone != dates_.everyone) {
    RETURN_IF_ERROR(RebaseEveryone(now.everyone));
  }
  RETURN_IF_ERROR(CheckNoMembersMade());
  // They were counted against versions that are no longer those of the load's date.
  if (!BuildOnTheSame(dates_, now)) result_.cells.reset();
  dates_ = std::move(now);
  NoteLateTags();
  RETURN_IF_ERROR(NoteEmptiedTags());
  RETURN_IF_ERROR(PublishLoad(target_, {load_, plan_, dates_, *staged_, held_}, result_, budget_));
  intake_.PublishValues(plan_);
  return true;
}

// Members whom the load found are taken back when the load is rolled back that brought them.
absl::Status LoadCommit::CheckNoMembersMade() const {
  if (plan_.spec.makes_members() || staged_->everyone().new_members == 0) return absl::OkStatus();
  return WithReason(
      absl::AbortedError("members that the load names were taken back meanwhile by a rollback, and "
                         "it makes none (update_only); run the load again"),
      Reason::kLoadConflict);
}

void LoadCommit::NoteLateTags() {
  if (std::string late = LateSentence(plan_, dates_.tags, dates_.today); !late.empty())
    result_.warnings.push_back(std::move(late));
}

absl::Status LoadCommit::RebaseEveryone(Version everyone) {
  std::vector<uint32_t> changed;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, target_.writer.environment().BeginRead());
    ASSIGN_OR_RETURN(changed, ChangedFragments(view, kEveryoneTag, dates_.everyone, everyone));
  }
  ASSIGN_OR_RETURN(everyone_, target_.versions.OpenSnapshot({{kEveryoneTag, everyone}}));
  return staged_->RebaseEveryone(*everyone_, changed);
}

void LoadCommit::Discard() {
  staged_.reset();
  held_.clear();
  // What can't be discarded now is swept at the next start.
  target_.versions.DiscardStaged(load_).IgnoreError();
}

// Warns of tags that had values and that a REPLACE leaves without any.
absl::Status LoadCommit::NoteEmptiedTags() {
  if (plan_.spec.builds_on_parent()) return absl::OkStatus();
  size_t emptied = 0;
  std::string names;
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    const Tag& tag = plan_.tags[i].tag;
    if (staged_->tag(i).member_count > 0) continue;
    ASSIGN_OR_RETURN(const uint64_t before, parents_->RowCardinality({tag.id, kKnownRow}));
    if (before == 0 || ++emptied > kEmptiedTagsNamedMax) continue;
    names += Sentence(emptied == 1 ? "'" : ", '", tag.name, "' (", before, " before)");
  }
  if (emptied == 0) return absl::OkStatus();
  if (emptied > kEmptiedTagsNamedMax) names += Sentence(" and ", emptied - kEmptiedTagsNamedMax, " more");
  result_.warnings.push_back(Sentence(plan_.spec.dry_run ? "no member would have " : "no member has ",
                                      emptied == 1 ? "the tag " : "the tags ", names,
                                      " any more: the REPLACE ", plan_.spec.dry_run ? "gives " : "gave ",
                                      emptied == 1 ? "it" : "them", " no value"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LoadResult> CommitLoad(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
                                      uint64_t records, const WorkBudget& budget) {
  return LoadCommit(target, std::move(plan), intake, budget).Run(records);
}

}  // namespace muster::index

#include "index/loading/load_commit.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "index/catalog/load_records.h"
#include "index/dictionary/stored_ids.h"
#include "index/loading/intake/accepted_records.h"
#include "index/loading/load_staging.h"
#include "index/loading/plan/load_dates.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/write_in_turns.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/records/published_versions.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// Tags that a warning names.
constexpr size_t kEmptiedTagsNamedMax = 5;

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
    const bool dry_run = plan_.spec.dry_run;
    absl::Status done = dry_run ? StageAndDiscard() : FlushMembersAndStage();
    if (done.ok() && !dry_run) return result_;
    if (load_ != 0) {
      staged_.reset();
      // What can't be discarded now is swept at the next start.
      target_.versions.DiscardStaged(load_).IgnoreError();
      target_.catalogue.DropStaged(target_.writer, NewTags()).IgnoreError();
    }
    if (!done.ok()) return done;
    return result_;
  }

 private:
  absl::StatusOr<LoadResult> NothingToPublish();
  absl::Status FlushMembersAndStage();
  absl::Status StageAndPublish(const std::function<absl::Status()>& before_publish)
      ABSL_LOCKS_EXCLUDED(target_.publish_mutex);
  // Of a dry run: says what publishing would give. Run discards what was staged.
  absl::Status StageAndDiscard() ABSL_LOCKS_EXCLUDED(target_.publish_mutex);
  absl::Status StageOnParents() ABSL_EXCLUSIVE_LOCKS_REQUIRED(target_.publish_mutex);
  // Counts what members and tags have after the load, and the cells that it changes. Of a tag that is published twice the current version counts.
  void CountMembersAndTags();
  absl::Status TakeNumbers();
  absl::Status OpenParents();
  absl::Status NoteEmptiedTags();
  absl::Status Stage();
  absl::Status Publish();
  // Everyone's, then the tags' in the order of the plan, then those of tags that are published once more.
  std::vector<Publication> Publications() const;
  std::vector<Tag> NewTags() const;
  absl::Status WriteAhead(const PreparedVersions& prepared);
  absl::Status Show(WriteTransaction& transaction, const PreparedVersions& prepared);

  const LoadTarget& target_;
  LoadPlan plan_;
  RecordIntake& intake_;
  const WorkBudget& budget_;
  LoadResult result_;
  std::unique_ptr<AcceptedRecords> accepted_;
  LoadId load_ = 0;
  std::shared_ptr<const Snapshot> parents_;  // everyone's current version, and each tag's parent
  std::shared_ptr<const Snapshot> later_;    // and the current version of each tag that is published again
  absl::CivilDay today_;                     // in the population's zone
  absl::CivilDay everyone_date_;             // of everyone's new version
  std::vector<TagDates> dates_;              // by tag
  std::optional<LoadStaging> staged_;
};

absl::StatusOr<LoadResult> LoadCommit::NothingToPublish() {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> current, target_.versions.CurrentSnapshot());
  result_.member_count = current->member_count();
  result_.warnings.push_back(plan_.spec.dry_run ? "no record was accepted: nothing would be published"
                                                : "no record was accepted: nothing was published");
  return result_;
}

absl::Status LoadCommit::FlushMembersAndStage() {
  // The two environments have a writer each, so ids are stored while tags are staged. Pending ids of other
  // loads are left to them: a full store must not refuse a load that brings no new member.
  const Ordinal end = accepted_->end();
  absl::Status flushed;
  std::thread flushing([&] { flushed = target_.members.FlushBelow(end); });
  bool joined = false;
  const auto wait_for_ids = [&] {
    if (!joined) flushing.join();
    joined = true;
    return flushed;
  };
  absl::Status done = StageAndPublish(wait_for_ids);
  const absl::Status ids = wait_for_ids();
  return done.ok() ? ids : done;
}

absl::Status LoadCommit::StageAndPublish(const std::function<absl::Status()>& before_publish) {
  MutexLock lock(target_.publish_mutex);
  absl::Status done = StageOnParents();
  if (done.ok()) done = before_publish();
  if (done.ok()) done = budget_.Check();
  return done.ok() ? Publish() : done;
}

// New member ids are not stored: they stay pending, as those of a load that is refused.
absl::Status LoadCommit::StageAndDiscard() {
  MutexLock lock(target_.publish_mutex);
  RETURN_IF_ERROR(StageOnParents());
  CountMembersAndTags();
  return budget_.Check();
}

absl::Status LoadCommit::StageOnParents() {
  absl::Status done = TakeNumbers();
  if (done.ok()) done = OpenParents();
  RETURN_IF_ERROR(done);
  done = Stage();
  FaultPoint("load/staged");
  return done.ok() ? NoteEmptiedTags() : done;
}

void LoadCommit::CountMembersAndTags() {
  result_.new_members = staged_->everyone().new_members;
  result_.member_count = staged_->everyone().member_count;
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    result_.cells->changed += staged_->tag(i).cells.changed;
    result_.cells->unchanged += staged_->tag(i).cells.unchanged;
    const StagedTag* const again = staged_->tag_again(i);
    const uint64_t members = (again != nullptr ? *again : staged_->tag(i)).member_count;
    result_.tags.push_back({plan_.tags[i].tag.name, 0, members});
  }
}

absl::Status LoadCommit::TakeNumbers() {
  return target_.writer.Run(WriteClass::kStaging, [this](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(load_, NextNumber(transaction, kLoadCounter));
    const size_t fresh = NewTags().size();
    if (fresh == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(uint32_t id, NextIds(transaction, kTagCounter, static_cast<uint32_t>(fresh)));
    for (PlannedTag& planned : plan_.tags) {
      if (planned.is_new) planned.tag.id = (id)++;
    }
    return absl::OkStatus();
  });
}

absl::Status LoadCommit::OpenParents() {
  VersionVector parents, later;
  today_ = absl::ToCivilDay(target_.clock(), plan_.zone);
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, target_.writer.environment().BeginRead());
    ASSIGN_OR_RETURN(const std::optional<PublishedVersion> everyone, CurrentVersion(view, kEveryoneTag));
    if (!everyone) return absl::InternalError("the population has no everyone");
    parents[kEveryoneTag] = later[kEveryoneTag] = everyone->version;
    everyone_date_ = std::max(plan_.business_date, DayOf(everyone->record.business_day));
    result_.is_late = plan_.business_date < everyone_date_;
    for (const PlannedTag& planned : plan_.tags) {
      ASSIGN_OR_RETURN(TagDates dates, FindTagDates(view, planned.tag.id, plan_, today_));
      if (!dates.parent && plan_.spec.mode == LoadMode::kRemove)
        return NothingToRemove(view, planned.tag, plan_.business_date);
      if (dates.parent) parents[planned.tag.id] = *dates.parent;
      if (dates.again) later[planned.tag.id] = dates.later->version;
      dates_.push_back(std::move(dates));
    }
  }
  if (std::string late = LateSentence(plan_, dates_, today_); !late.empty())
    result_.warnings.push_back(std::move(late));
  const auto open = [this](VersionVector versions, std::shared_ptr<const Snapshot>& snapshot) {
    ASSIGN_OR_RETURN(snapshot, target_.versions.OpenSnapshot(std::move(versions)));
    return absl::OkStatus();
  };
  const absl::Status opened = open(std::move(parents), parents_);
  return opened.ok() ? open(std::move(later), later_) : opened;
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
  result_.warnings.push_back(
      Sentence("no member has ", emptied == 1 ? "the tag " : "the tags ", names,
               plan_.spec.dry_run ? " would be left: the REPLACE gives " : " any more: the REPLACE gave ",
               emptied == 1 ? "it" : "them", " no value"));
  return absl::OkStatus();
}

absl::Status LoadCommit::Stage() {
  // A REPLACE that is published twice has the same content both times; other loads change another version.
  std::vector<bool> twice;
  for (const TagDates& dates : dates_) twice.push_back(dates.again && plan_.spec.builds_on_parent());
  const StagingSource source{plan_, intake_, *accepted_, *parents_, *later_, std::move(twice)};
  staged_.emplace(target_.writer, load_, source, budget_);
  return staged_->Run();
}

std::vector<Publication> LoadCommit::Publications() const {
  std::vector<Publication> publications = {{staged_->everyone().version, everyone_date_, true}};
  const auto builds_on_parent = [this](const StagedTag& staged) {
    return plan_.spec.builds_on_parent() && staged.version.new_store == 0;
  };
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    const StagedTag& staged = staged_->tag(i);
    Publication publication{staged.version, plan_.business_date, builds_on_parent(staged)};
    publication.ends_later = dates_[i].ends_later;
    publication.tag_name = plan_.tags[i].tag.name;
    publications.push_back(std::move(publication));
  }
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    if (!dates_[i].again) continue;
    Publication again = publications[1 + i];
    again.business_date = DayOf(dates_[i].later->record.business_day);
    if (const StagedTag* const staged = staged_->tag_again(i); staged != nullptr) {
      again.staged = staged->version;
      again.parent_must_be_current = builds_on_parent(*staged);
    } else {
      again.staged = {.tag = again.staged.tag, .load = load_};
      again.same_as = 1 + i;
    }
    publications.push_back(std::move(again));
  }
  return publications;
}

std::vector<Tag> LoadCommit::NewTags() const {
  std::vector<Tag> tags;
  for (const PlannedTag& planned : plan_.tags) {
    if (planned.is_new) tags.push_back(planned.tag);
  }
  return tags;
}

absl::Status LoadCommit::Publish() {
  result_.published = true;
  CountMembersAndTags();
  ASSIGN_OR_RETURN(const PreparedVersions prepared, PrepareVersions(target_.writer, load_, Publications()));
  absl::Status done = WriteAhead(prepared);
  if (done.ok()) done = budget_.Check();
  RETURN_IF_ERROR(done);
  FaultPoint("load/before_publish");
  done = target_.writer.Run(WriteClass::kPublish,
                            [&](WriteTransaction& transaction) { return Show(transaction, prepared); });
  RETURN_IF_ERROR(done);
  FaultPoint("load/after_publish");
  target_.versions.Published();
  return absl::OkStatus();
}

// Writes new tags and the load's record, in as many turns as needed; they are invisible before Show.
absl::Status LoadCommit::WriteAhead(const PreparedVersions& prepared) {
  // In the order of Publications.
  size_t next_again = 1 + plan_.tags.size();
  for (size_t i = 0; i < plan_.tags.size(); ++i)
    result_.tags[i].version = prepared.versions[dates_[i].again ? next_again++ : 1 + i].version;
  records::LoadRecord record;
  record.set_label(plan_.spec.label);
  record.set_fingerprint(FingerprintOf(plan_.spec));
  record.set_input_sha256(plan_.spec.input_sha256);
  record.set_content(ContentText(plan_.spec));
  record.set_mode(static_cast<uint32_t>(plan_.spec.mode));
  record.set_published_unix_micros(absl::ToUnixMicros(target_.clock()));
  *record.mutable_result() = EncodeResult(result_);
  const std::vector<Tag> fresh = NewTags();
  // The record is the largest item, so it comes first in its transaction.
  return WriteInTurns(target_.writer, WriteClass::kStaging, 1 + fresh.size(),
                      [&](WriteTransaction& transaction, size_t i) {
                        FaultPoint("load/write_ahead");
                        return i == 0 ? StageLoad(transaction, load_, record)
                                      : target_.catalogue.StageTag(transaction, fresh[i - 1]);
                      });
}

// Makes everything visible, in one small transaction.
absl::Status LoadCommit::Show(WriteTransaction& transaction, const PreparedVersions& prepared) {
  absl::Status done = ShowVersions(transaction, prepared);
  if (done.ok()) done = target_.catalogue.ShowTags(transaction, NewTags());
  const std::optional<PopulationInfo> population = target_.catalogue.population();
  if (done.ok() && (!population || !population->visible)) {
    done = target_.catalogue.PutPopulation(transaction, target_.population);
  }
  // They include the load's own ids, which were stored before.
  if (done.ok()) done = WriteNeededIds(transaction, target_.members.Stored());
  return done.ok() ? ShowLoad(transaction, load_, plan_.spec.label) : done;
}

}  // namespace

absl::StatusOr<LoadResult> CommitLoad(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
                                      uint64_t records, const WorkBudget& budget) {
  return LoadCommit(target, std::move(plan), intake, budget).Run(records);
}

}  // namespace muster::index

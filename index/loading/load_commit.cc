#include "index/loading/load_commit.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "index/catalog/civil_text.h"
#include "index/catalog/load_records.h"
#include "index/dictionary/sentence.h"
#include "index/dictionary/value_dictionary.h"
#include "index/loading/contradictions.h"
#include "index/loading/everyone_stage.h"
#include "index/loading/stage_together.h"
#include "index/loading/tag_stage.h"
#include "index/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/write_in_turns.h"
#include "index/versions/publishing.h"

namespace muster::index {
namespace {

// Tags that are named in a warning of their own.
constexpr size_t kHistoryWarningsMax = 10;

// One load on its way. Used once, by one thread.
class Committing {
 public:
  Committing(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
             const std::function<absl::Status()>& stop)
      : target_(target), plan_(std::move(plan)), intake_(intake), stop_([this, &stop] {
          MutexLock lock(stop_mutex_);
          return stop ? stop() : absl::OkStatus();
        }) {}

  absl::StatusOr<LoadResult> Run(uint64_t records) {
    result_.label = plan_.spec.label;
    result_.business_date = plan_.business_date;
    if (absl::Status settled = Settle(records); !settled.ok()) return settled;
    if (order_->members().empty()) return NothingToPublish();
    absl::Status done = FlushMembersAndStage();
    if (done.ok()) return result_;
    if (load_ != 0) {
      // What can't be discarded now is swept at the next start.
      target_.versions.DiscardStaged(load_).IgnoreError();
      target_.catalogue.DropStaged(target_.writer, NewTags()).IgnoreError();
    }
    return done;
  }

 private:
  absl::Status Settle(uint64_t records);
  RecordTexts Texts() const;
  std::string TextOf(size_t tag, ValueId value) const;
  absl::Status CheckRejected() const;
  absl::StatusOr<LoadResult> NothingToPublish();
  absl::Status FlushMembersAndStage();
  absl::Status StageAndPublish(const std::function<absl::Status()>& before_publish)
      ABSL_LOCKS_EXCLUDED(target_.publish_mutex);
  absl::Status TakeNumbers();
  absl::Status OpenParents();
  absl::Status NoteHistory(const Transaction& view);
  absl::Status StageValues();
  absl::Status StageMembers(StagedBatch& batch);
  absl::Status StageOne(size_t tag, StagedBatch& batch);
  absl::Status Publish();
  std::vector<Publication> Publications() const;
  std::vector<Tag> NewTags() const;
  absl::Status WriteAhead(const PreparedVersions& prepared);
  absl::Status Show(WriteTransaction& transaction, const PreparedVersions& prepared);

  const LoadTarget& target_;
  LoadPlan plan_;
  RecordIntake& intake_;
  Mutex stop_mutex_;
  const StopCheck stop_;
  LoadResult result_;
  SpooledRecords records_;
  std::optional<MemberOrder> order_;
  LoadId load_ = 0;
  std::shared_ptr<const Snapshot> parents_;       // everyone's current version, and each tag's parent
  absl::CivilDay everyone_date_;                  // of everyone's new version
  std::vector<std::optional<StagedTag>> staged_;  // by tag
  StagedEveryone everyone_;
};

absl::Status Committing::Settle(uint64_t records) {
  if (records != intake_.records()) {
    return WithReason(
        absl::InvalidArgumentError(Sentence("the load was ended after ", records, " records, but ",
                                            intake_.records(), " arrived; send it again")),
        Reason::kBadRequest);
  }
  records_ = intake_.TakeRecords();
  std::vector<Tag> tags;
  for (const PlannedTag& planned : plan_.tags) tags.push_back(planned.tag);
  const std::vector<uint8_t> dropped = FindContradictions(records_, tags, Texts(), intake_.log());
  result_.records = records;
  result_.rejected_records = intake_.log().count();
  result_.rejections = intake_.log().ByReason();
  result_.first_rejected = intake_.log().first();
  if (absl::Status few = CheckRejected(); !few.ok()) return few;
  order_.emplace(records_.ordinals, dropped);
  return absl::OkStatus();
}

// What can't be read now is shown as its number: it is only a message.
RecordTexts Committing::Texts() const {
  RecordTexts texts;
  texts.member_id = [this](Ordinal ordinal) {
    absl::StatusOr<std::string> id = target_.members.IdOf(ordinal);
    return id.ok() ? *std::move(id) : Sentence("number ", ordinal);
  };
  texts.value = [this](size_t tag, ValueId value) { return TextOf(tag, value); };
  texts.zone = plan_.zone;
  return texts;
}

// New values are in the load's interner and nowhere else yet; their ids follow each other.
std::string Committing::TextOf(size_t tag, ValueId value) const {
  const auto& fresh = intake_.values(tag)->fresh();
  if (!fresh.empty() && value >= fresh.front().second) {
    return std::string(fresh[value - fresh.front().second].first);
  }
  const absl::StatusOr<ReadTransaction> view = target_.writer.environment().BeginRead();
  if (view.ok()) {
    const absl::StatusOr<std::string_view> text = ValueText(*view, plan_.tags[tag].tag.id, value);
    if (text.ok()) return std::string(*text);
  }
  return Sentence("value ", value);
}

absl::Status Committing::CheckRejected() const {
  const double share =
      result_.records == 0 ? 0 : static_cast<double>(result_.rejected_records) / result_.records;
  if (share <= plan_.spec.max_rejected) return absl::OkStatus();
  std::string message = absl::StrFormat(
      "%d of %d records were rejected, more than the share of %g that max_rejected allows; mend the input or "
      "raise it",
      result_.rejected_records, result_.records, plan_.spec.max_rejected);
  for (const RejectedRecord& rejected : result_.first_rejected) {
    message += Sentence("\nline ", rejected.line, ": ", rejected.message);
  }
  return WithReason(absl::FailedPreconditionError(message), Reason::kTooManyRejected);
}

absl::StatusOr<LoadResult> Committing::NothingToPublish() {
  if (plan_.spec.mode == LoadMode::kReplace) {
    return WithReason(absl::FailedPreconditionError(
                          "a REPLACE without a single accepted record would empty its tags; it is refused"),
                      Reason::kNoRecords);
  }
  const absl::StatusOr<std::shared_ptr<const Snapshot>> current = target_.versions.CurrentSnapshot();
  if (!current.ok()) return current.status();
  result_.member_count = (*current)->member_count();
  result_.warnings.push_back("no record was accepted: nothing was published");
  return result_;
}

absl::Status Committing::FlushMembersAndStage() {
  // The two environments have a writer each, so ids are stored while tags are staged.
  absl::Status flushed;
  std::thread flushing([&] { flushed = target_.members.Flush(); });
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

absl::Status Committing::StageAndPublish(const std::function<absl::Status()>& before_publish) {
  MutexLock lock(target_.publish_mutex);
  absl::Status done = TakeNumbers();
  if (done.ok()) done = OpenParents();
  if (!done.ok()) return done;
  staged_.resize(plan_.tags.size());
  // Everyone and the new values are two more pieces of work beside the tags.
  done = StageTogether(target_.writer, load_, plan_.tags.size() + 2, [this](size_t i, StagedBatch& batch) {
    if (i == 0) return StageValues();
    return i == 1 ? StageMembers(batch) : StageOne(i - 2, batch);
  });
  FaultPoint("load/staged");
  if (done.ok()) done = before_publish();
  if (done.ok()) done = stop_();
  return done.ok() ? Publish() : done;
}

absl::Status Committing::TakeNumbers() {
  return target_.writer.Run(WriteClass::kStaging, [this](WriteTransaction& transaction) {
    const absl::StatusOr<uint64_t> load = NextNumber(transaction, kLoadCounter);
    if (!load.ok()) return load.status();
    load_ = *load;
    const size_t fresh = NewTags().size();
    if (fresh == 0) return absl::OkStatus();
    absl::StatusOr<uint32_t> id = NextIds(transaction, kTagCounter, static_cast<uint32_t>(fresh));
    if (!id.ok()) return id.status();
    for (PlannedTag& planned : plan_.tags) {
      if (planned.is_new) planned.tag.id = (*id)++;
    }
    return absl::OkStatus();
  });
}

absl::Status Committing::OpenParents() {
  VersionVector parents;
  {
    const absl::StatusOr<ReadTransaction> view = target_.writer.environment().BeginRead();
    if (!view.ok()) return view.status();
    const absl::StatusOr<std::optional<PublishedVersion>> everyone = CurrentVersion(*view, kEveryoneTag);
    if (!everyone.ok()) return everyone.status();
    if (!*everyone) return absl::InternalError("the population has no everyone");
    parents[kEveryoneTag] = (*everyone)->version;
    everyone_date_ = std::max(plan_.business_date, DayOf((*everyone)->record.business_day));
    for (const PlannedTag& planned : plan_.tags) {
      const absl::StatusOr<std::optional<PublishedVersion>> parent =
          VersionAsOf(*view, planned.tag.id, plan_.business_date);
      if (!parent.ok()) return parent.status();
      if (*parent) parents[planned.tag.id] = (*parent)->version;
    }
    if (absl::Status noted = NoteHistory(*view); !noted.ok()) return noted;
  }
  absl::StatusOr<std::shared_ptr<const Snapshot>> snapshot =
      target_.versions.OpenSnapshot(std::move(parents));
  if (!snapshot.ok()) return snapshot.status();
  parents_ = *std::move(snapshot);
  return absl::OkStatus();
}

// Warns of tags that stay as they are, because they have a later date (SEMANTICS rule 21).
absl::Status Committing::NoteHistory(const Transaction& view) {
  size_t stay = 0;
  for (const PlannedTag& planned : plan_.tags) {
    const absl::StatusOr<std::optional<PublishedVersion>> current = CurrentVersion(view, planned.tag.id);
    if (!current.ok()) return current.status();
    if (!*current || DayOf((*current)->record.business_day) <= plan_.business_date) continue;
    if (++stay > kHistoryWarningsMax) continue;
    result_.warnings.push_back(Sentence("tag '", planned.tag.name, "' stays as it is on ",
                                        DateText(DayOf((*current)->record.business_day)), ": this load of ",
                                        DateText(plan_.business_date), " went into its history"));
  }
  if (stay > kHistoryWarningsMax) {
    result_.warnings.push_back(Sentence(stay - kHistoryWarningsMax, " more tags stay as they are too"));
  }
  return absl::OkStatus();
}

absl::Status Committing::StageValues() {
  std::vector<FreshValue> fresh;
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    const ValueInterner* values = intake_.values(i);
    if (values == nullptr) continue;
    for (const auto& [text, id] : values->fresh()) fresh.push_back({plan_.tags[i].tag.id, id, text});
  }
  std::sort(fresh.begin(), fresh.end(), [](const FreshValue& a, const FreshValue& b) {
    return std::tie(a.tag, a.id) < std::tie(b.tag, b.id);
  });
  return StoreValues(target_.writer, std::move(fresh));
}

absl::Status Committing::StageMembers(StagedBatch& batch) {
  absl::StatusOr<StagedEveryone> everyone =
      StageEveryone(batch, *parents_, order_->members(), plan_.business_date, stop_);
  if (everyone.ok()) everyone_ = *std::move(everyone);
  return everyone.status();
}

absl::Status Committing::StageOne(size_t i, StagedBatch& batch) {
  const PlannedTag& planned = plan_.tags[i];
  const bool has_parent = parents_->versions().count(planned.tag.id) > 0;
  const TagStage stage{planned.tag,
                       plan_.spec.mode,
                       plan_.spec.tags[i].replace_on_merge,
                       has_parent ? parents_.get() : nullptr,
                       batch,
                       stop_};
  absl::StatusOr<StagedTag> staged = StageTag(stage, order_->Arrange(std::move(records_.columns[i])));
  if (!staged.ok()) return staged.status();
  staged_[i] = *std::move(staged);
  return absl::OkStatus();
}

std::vector<Publication> Committing::Publications() const {
  std::vector<Publication> publications = {{everyone_.version, everyone_date_, true}};
  for (const std::optional<StagedTag>& staged : staged_) {
    const bool builds_on_parent = plan_.spec.mode == LoadMode::kMerge && staged->version.new_store == 0;
    publications.push_back({staged->version, plan_.business_date, builds_on_parent});
  }
  return publications;
}

std::vector<Tag> Committing::NewTags() const {
  std::vector<Tag> tags;
  for (const PlannedTag& planned : plan_.tags) {
    if (planned.is_new) tags.push_back(planned.tag);
  }
  return tags;
}

absl::Status Committing::Publish() {
  result_.published = true;
  result_.new_members = everyone_.new_members;
  result_.member_count = everyone_.member_count;
  const absl::StatusOr<PreparedVersions> prepared = PrepareVersions(target_.writer, load_, Publications());
  if (!prepared.ok()) return prepared.status();
  absl::Status done = WriteAhead(*prepared);
  if (done.ok()) done = stop_();
  if (!done.ok()) return done;
  FaultPoint("load/before_publish");
  done = target_.writer.Run(WriteClass::kPublish,
                            [&](WriteTransaction& transaction) { return Show(transaction, *prepared); });
  if (!done.ok()) return done;
  FaultPoint("load/after_publish");
  target_.versions.Published();
  return absl::OkStatus();
}

// New tags and the load's record, in as many turns as they need; nobody finds them before Show.
absl::Status Committing::WriteAhead(const PreparedVersions& prepared) {
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    // The first version is everyone's.
    result_.tags.push_back(
        {plan_.tags[i].tag.name, prepared.versions[i + 1].version, staged_[i]->member_count});
  }
  records::LoadRecord record;
  record.set_label(plan_.spec.label);
  record.set_fingerprint(FingerprintOf(plan_.spec));
  record.set_input_sha256(plan_.spec.input_sha256);
  record.set_content(ContentText(plan_.spec));
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

// All that becomes visible, in one small transaction.
absl::Status Committing::Show(WriteTransaction& transaction, const PreparedVersions& prepared) {
  absl::Status done = ShowVersions(transaction, prepared);
  if (done.ok()) done = target_.catalogue.ShowTags(transaction, NewTags());
  const std::optional<PopulationInfo> population = target_.catalogue.population();
  if (done.ok() && (!population || !population->visible)) {
    done = target_.catalogue.PutPopulation(transaction, target_.population);
  }
  return done.ok() ? ShowLoad(transaction, load_, plan_.spec.label) : done;
}

}  // namespace

absl::StatusOr<LoadResult> CommitLoad(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
                                      uint64_t records, const std::function<absl::Status()>& stop) {
  return Committing(target, std::move(plan), intake, stop).Run(records);
}

}  // namespace muster::index

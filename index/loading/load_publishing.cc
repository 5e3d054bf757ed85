#include "index/loading/load_publishing.h"

#include <optional>
#include <utility>

#include "index/catalog/load_records.h"
#include "index/dictionary/stored_ids.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "index/storage/write_in_turns.h"
#include "index/versions/publishing/publishing.h"

namespace muster::index {
namespace {

// The most versions and new tags that are published in one transaction, and the most bytes of the load's record:
// they touch at most the pages that a nearly full transaction has left.
constexpr size_t kTogetherMax = 32;
constexpr size_t kRecordBytesTogetherMax = size_t{64} << 10;

// Used once, by one thread.
class LoadPublishing {
 public:
  LoadPublishing(const LoadTarget& target, const StagedLoad& load, LoadResult& result,
                 const WorkBudget& budget)
      : target_(target),
        load_(load),
        plan_(load.plan),
        result_(result),
        budget_(budget),
        new_tags_(NewTagsOf(load.plan)),
        publications_(Publications()) {}

  absl::Status Run();

 private:
  // Everyone's, then the tags' in the order of the plan, then those of tags that are published once more.
  std::vector<Publication> Publications() const;
  // Publishes in one transaction; false, and nothing is done, when there isn't room in it.
  absl::StatusOr<bool> PublishTogether();
  absl::Status PublishInTurns();
  void NoteTags(const PreparedVersions& prepared);
  records::LoadRecord Record() const;
  absl::Status Show(WriteTransaction& transaction, const PreparedVersions& prepared);

  const LoadTarget& target_;
  const StagedLoad& load_;
  const LoadPlan& plan_;
  LoadResult& result_;
  const WorkBudget& budget_;
  const std::vector<Tag> new_tags_;
  const std::vector<Publication> publications_;
};

std::vector<Publication> LoadPublishing::Publications() const {
  std::vector<Publication> publications = {
      {load_.staged.everyone().version, load_.parents.everyone_date, true}};
  const auto builds_on_parent = [this](const StagedTag& staged) {
    return plan_.spec.mode != LoadMode::kReplace && staged.version.new_store == 0;
  };
  const std::vector<TagDates>& dates = load_.parents.tags;
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    const StagedTag& staged = load_.staged.tag(i);
    Publication publication{staged.version, plan_.business_date, builds_on_parent(staged)};
    publication.ends_later = dates[i].ends_later;
    publication.tag_name = plan_.tags[i].tag.name;
    publications.push_back(std::move(publication));
  }
  for (size_t i = 0; i < plan_.tags.size(); ++i) {
    if (!dates[i].again) continue;
    Publication again = publications[1 + i];
    again.business_date = DayOf(dates[i].later->record.business_day);
    if (const StagedTag* const staged = load_.staged.tag_again(i); staged != nullptr) {
      again.staged = staged->version;
      again.parent_must_be_current = builds_on_parent(*staged);
    } else {
      again.staged = {.tag = again.staged.tag, .load = load_.load};
      again.same_as = 1 + i;
    }
    publications.push_back(std::move(again));
  }
  return publications;
}

absl::Status LoadPublishing::Run() {
  result_.published = true;
  result_.is_late = load_.parents.is_late;
  CountOutcome(plan_, load_.staged, result_);
  if (publications_.size() + new_tags_.size() <= kTogetherMax &&
      Record().ByteSizeLong() <= kRecordBytesTogetherMax) {
    ASSIGN_OR_RETURN(const bool published, PublishTogether());
    if (published) return absl::OkStatus();
  }
  return PublishInTurns();
}

absl::StatusOr<bool> LoadPublishing::PublishTogether() {
  RETURN_IF_ERROR(SweepPublication(target_.writer));
  RETURN_IF_ERROR(budget_.Check());
  FaultPoint("load/before_publish");
  bool no_room = false;
  const absl::Status done = target_.writer.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    no_room = false;
    for (const StagedItem& item : load_.held) {
      no_room = transaction.NearlyFull();
      if (no_room) return absl::ResourceExhaustedError("too many pages for one transaction");
      RETURN_IF_ERROR(WriteStaged(transaction, item));
    }
    ASSIGN_OR_RETURN(const PreparedVersions prepared,
                     PrepareVersions(transaction, load_.load, publications_));
    NoteTags(prepared);
    RETURN_IF_ERROR(StageLoad(transaction, load_.load, Record()));
    for (const Tag& tag : new_tags_) {
      RETURN_IF_ERROR(target_.catalogue.StageTag(transaction, tag));
    }
    return Show(transaction, prepared);
  });
  if (no_room) return false;
  RETURN_IF_ERROR(done);
  return true;
}

absl::Status LoadPublishing::PublishInTurns() {
  RETURN_IF_ERROR(WriteStaged(target_.writer, load_.held));
  ASSIGN_OR_RETURN(const PreparedVersions prepared,
                   PrepareVersions(target_.writer, load_.load, publications_));
  NoteTags(prepared);
  const records::LoadRecord record = Record();
  // New tags and the load's record are invisible before Show. The record is the largest item, so it comes first
  // in its transaction.
  RETURN_IF_ERROR(WriteInTurns(target_.writer, WriteClass::kStaging, 1 + new_tags_.size(),
                               [&](WriteTransaction& transaction, size_t i) {
                                 FaultPoint("load/write_ahead");
                                 return i == 0 ? StageLoad(transaction, load_.load, record)
                                               : target_.catalogue.StageTag(transaction, new_tags_[i - 1]);
                               }));
  RETURN_IF_ERROR(budget_.Check());
  FaultPoint("load/before_publish");
  return target_.writer.Run(WriteClass::kPublish,
                            [&](WriteTransaction& transaction) { return Show(transaction, prepared); });
}

void LoadPublishing::NoteTags(const PreparedVersions& prepared) {
  // In the order of Publications. Of a tag that is published twice the current version counts.
  size_t next_again = 1 + plan_.tags.size();
  for (size_t i = 0; i < plan_.tags.size(); ++i)
    result_.tags[i].version = prepared.versions[load_.parents.tags[i].again ? next_again++ : 1 + i].version;
}

records::LoadRecord LoadPublishing::Record() const {
  records::LoadRecord record;
  record.set_label(plan_.spec.label);
  record.set_fingerprint(FingerprintOf(plan_.spec));
  record.set_input_sha256(plan_.spec.input_sha256);
  record.set_content(ContentText(plan_.spec));
  record.set_mode(static_cast<uint32_t>(plan_.spec.mode));
  record.set_published_unix_micros(absl::ToUnixMicros(target_.clock()));
  *record.mutable_result() = EncodeResult(result_);
  return record;
}

absl::Status LoadPublishing::Show(WriteTransaction& transaction, const PreparedVersions& prepared) {
  absl::Status done = ShowVersions(transaction, prepared);
  if (done.ok()) done = target_.catalogue.ShowTags(transaction, new_tags_);
  const std::optional<PopulationInfo> population = target_.catalogue.population();
  if (done.ok() && (!population || !population->visible)) {
    done = target_.catalogue.PutPopulation(transaction, target_.population);
  }
  // They include the load's own ids, which were stored before.
  if (done.ok()) done = WriteNeededIds(transaction, target_.members.Stored());
  return done.ok() ? ShowLoad(transaction, load_.load, plan_.spec.label) : done;
}

}  // namespace

std::vector<Tag> NewTagsOf(const LoadPlan& plan) {
  std::vector<Tag> tags;
  for (const PlannedTag& planned : plan.tags) {
    if (planned.is_new) tags.push_back(planned.tag);
  }
  return tags;
}

void CountOutcome(const LoadPlan& plan, const LoadStaging& staged, LoadResult& result) {
  result.new_members = staged.everyone().new_members;
  result.member_count = staged.everyone().member_count;
  for (size_t i = 0; i < plan.tags.size(); ++i) {
    if (result.cells.has_value()) {
      result.cells->changed += staged.tag(i).cells.changed;
      result.cells->unchanged += staged.tag(i).cells.unchanged;
    }
    const StagedTag* const again = staged.tag_again(i);
    const uint64_t members = (again != nullptr ? *again : staged.tag(i)).member_count;
    result.tags.push_back({plan.tags[i].tag.name, 0, members});
  }
}

absl::Status PublishLoad(const LoadTarget& target, const StagedLoad& load, LoadResult& result,
                         const WorkBudget& budget) {
  RETURN_IF_ERROR(LoadPublishing(target, load, result, budget).Run());
  FaultPoint("load/after_publish");
  target.versions.Published();
  return absl::OkStatus();
}

}  // namespace muster::index

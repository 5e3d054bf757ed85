#include "index/loading/change_tag.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "index/loading/staging/rescaled_stage.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/records/published_versions.h"
#include "text/decimal.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

absl::Status Refused(const Tag& tag, std::string_view why) {
  return WithReason(absl::InvalidArgumentError(Sentence("tag '", tag.name, "': ", why)), Reason::kBadRequest);
}

// The tag after the change.
absl::StatusOr<Tag> Changed(const Tag& known, const TagChange& change) {
  Tag tag = known;
  if (change.description) tag.description = *change.description;
  if (change.owner) tag.owner = *change.owner;
  if (change.source) tag.source = *change.source;
  if (change.scale) {
    tag.scale = *change.scale;
    if (!TraitsOf(tag.kind).has_scale) {
      return Refused(tag, Sentence("only a NUMBER has a scale, and this is a ", TagKindName(tag.kind)));
    }
    if (tag.scale < known.scale) {
      return Refused(tag, Sentence("the scale is ", known.scale, " and can't become ", tag.scale,
                                   ", since digits of its numbers would be lost; give a greater one"));
    }
  }
  RETURN_IF_ERROR(CheckTag(tag));
  return tag;
}

// One change of scale. Used once, by one thread.
class ScaleChange {
 public:
  ScaleChange(const LoadTarget& target, const Tag& known, const Tag& changed, const WorkBudget& budget)
      : target_(target), known_(known), changed_(changed), budget_(budget) {
    changed_.rescaled = true;
  }

  absl::StatusOr<Tag> Run(const PublishedVersion& current);

 private:
  absl::Status Mark();
  absl::Status CheckRange(const FarthestNumber& farthest, int from) const;
  absl::StatusOr<StagedVersion> Stage(const Snapshot& parent, int from);
  absl::Status Publish(const StagedVersion& staged, absl::CivilDay date);

  const LoadTarget& target_;
  const Tag& known_;
  Tag changed_;
  const WorkBudget& budget_;
  LoadId load_ = 0;
};

absl::StatusOr<Tag> ScaleChange::Run(const PublishedVersion& current) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> parent,
                   target_.versions.OpenSnapshot({{known_.id, current.version}}));
  ASSIGN_OR_RETURN(const int from, parent->Scale(known_.id));
  RETURN_IF_ERROR(Mark());
  const absl::StatusOr<StagedVersion> staged = Stage(*parent, from);
  absl::Status done = staged.ok() ? Publish(*staged, DayOf(current.record.business_day)) : staged.status();
  if (done.ok()) return changed_;
  // What can't be discarded now is swept at the next start.
  if (load_ != 0) target_.versions.DiscardStaged(load_).IgnoreError();
  return done;
}

// Marks the tag, so that readers take the scale from their snapshot's store from now on. Otherwise a reader
// could combine the new version's numbers with the old scale, or the reverse, between the publishing
// transaction and the update of the catalogue in memory. The mark alone changes no answer.
absl::Status ScaleChange::Mark() {
  Tag marked = known_;
  marked.rescaled = true;
  return target_.writer.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    FaultPoint("rescale/mark");
    return target_.catalogue.ChangeTag(transaction, marked);
  });
}

absl::Status ScaleChange::CheckRange(const FarthestNumber& farthest, int from) const {
  const int most = from + StepsInRange(farthest.magnitude);
  if (changed_.scale <= most) return absl::OkStatus();
  const auto number = static_cast<int64_t>(farthest.magnitude);
  const absl::StatusOr<std::string> member = target_.members.IdOf(farthest.member);
  return WithLimit(absl::FailedPreconditionError(Sentence(
                       "tag '", known_.name, "' can't have the scale ", changed_.scale, ": the number ",
                       DecimalText(farthest.negative ? -number : number, from), " of member ",
                       member.ok() ? Quoted(*member) : Sentence("number ", farthest.member),
                       " would be out of range; at most ", most, " is possible")),
                   static_cast<uint64_t>(most));
}

absl::StatusOr<StagedVersion> ScaleChange::Stage(const Snapshot& parent, int from) {
  ASSIGN_OR_RETURN(const FarthestNumber farthest, FindFarthest(parent, known_.id, budget_));
  RETURN_IF_ERROR(CheckRange(farthest, from));
  RETURN_IF_ERROR(target_.writer.Run(WriteClass::kStaging, [this](WriteTransaction& transaction) {
    const absl::StatusOr<uint64_t> load = NextNumber(transaction, kLoadCounter);
    if (load.ok()) load_ = *load;
    return load.status();
  }));
  StagedBatch batch(target_.writer, load_);
  const std::unique_ptr<TagStage> stage =
      NewRescaledStage({changed_, LoadMode::kMerge, false, &parent, budget_}, from, farthest);
  RETURN_IF_ERROR(stage->Stage(batch, MemberCells()));
  ASSIGN_OR_RETURN(StagedVersion staged, stage->Finish());
  RETURN_IF_ERROR(batch.Flush());
  FaultPoint("rescale/staged");
  return staged;
}

absl::Status ScaleChange::Publish(const StagedVersion& staged, absl::CivilDay date) {
  // The new store doesn't depend on the parent's, and the claim of the tag keeps other versions away.
  MutexLock lock(target_.order.publish);
  ASSIGN_OR_RETURN(
      const PreparedVersions prepared,
      PrepareVersions(
          target_.writer, load_,
          {{.staged = staged, .business_date = date, .parent_must_be_current = false, .of_load = false}}));
  RETURN_IF_ERROR(budget_.Check());
  FaultPoint("rescale/before_publish");
  RETURN_IF_ERROR(target_.writer.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    const absl::Status versions = ShowVersions(transaction, prepared);
    return versions.ok() ? target_.catalogue.ChangeTag(transaction, changed_) : versions;
  }));
  FaultPoint("rescale/after_publish");
  target_.versions.Published();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tag> ChangeTag(const LoadTarget& target, const Tag& known, const TagChange& change,
                              const WorkBudget& budget) {
  absl::StatusOr<Tag> changed = Changed(known, change);
  RETURN_IF_ERROR(changed.status());
  std::optional<PublishedVersion> current;
  if (change.scale && (changed->scale != known.scale || known.rescaled)) {
    ASSIGN_OR_RETURN(const ReadTransaction view, target.writer.environment().BeginRead());
    ASSIGN_OR_RETURN(current, CurrentVersion(view, known.id));
    // A rollback may have brought back numbers of a coarser scale than the catalogue has.
    if (current) {
      ASSIGN_OR_RETURN(const StoreRecord store, ReadStore(view, current->record.store));
      if (store.scale == changed->scale) current.reset();
    }
  }
  if (current) return ScaleChange(target, known, *changed, budget).Run(*current);
  RETURN_IF_ERROR(target.writer.Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    return target.catalogue.ChangeTag(transaction, *changed);
  }));
  return changed;
}

}  // namespace muster::index

#include "index/lists/id_list_intake.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "index/catalog/names.h"
#include "index/dictionary/member_id_check.h"
#include "index/dictionary/stored_ids.h"
#include "index/lists/id_list_record.h"
#include "index/lists/id_list_store.h"
#include "index/lists/id_list_warnings.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/versions/publishing/lone_store.h"
#include "index/versions/publishing/staged_batch.h"
#include "index/versions/publishing/store_writer.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "text/abseil_text.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kRejectedShown = 10;
// The limit of new member ids in memory that are not stored yet, over all loads of a population.
constexpr uint64_t kPendingBytesMax = uint64_t{512} << 20;
// An upper bound of the memory of a fragment's containers: four bitsets and the library's overhead.
constexpr uint64_t kFragmentBytesMax = kFragmentOrdinals / 8 + 256;
constexpr uint64_t kSparseFragmentBytes = 512;
// The memory of an id of a batch: the view of its text, its ordinal in two orders, its dictionary entry.
constexpr uint64_t kBytesOfAnId = 160;
// The limit of encoded fragments per transaction.
constexpr uint64_t kStagedBytes = uint64_t{8} << 20;

absl::Status TooMany(std::string_view name, uint64_t most) {
  const absl::Status refused = WithLimit(
      absl::ResourceExhaustedError(Sentence("the id list ", Quoted(name), " has more than ", most,
                                            " ids, the most that a list may have; load it as several lists")),
      most);
  return WithFact(refused, kFactList, name);
}

}  // namespace

absl::Status IdListIntake::CheckName(const Transaction& transaction, std::optional<IdList>& replaced) const {
  const std::string& name = result_.list.name;
  ASSIGN_OR_RETURN(replaced, FindIdList(transaction, name));
  if (replaced.has_value()) {
    if (spec_.replace) return absl::OkStatus();
    return OfList(
        absl::AlreadyExistsError(Sentence("there is an id list ", Quoted(name),
                                          " already; replace it (--replace), or choose another name")),
        Reason::kAlreadyExists, name);
  }
  ASSIGN_OR_RETURN(const uint64_t count, transaction.CountItems(DatabaseId::kIdLists));
  if (count < limits_.lists_per_population) return absl::OkStatus();
  return WithLimit(
      absl::ResourceExhaustedError(Sentence("a population has at most ", limits_.lists_per_population,
                                            " id lists; remove some that are no longer needed")),
      limits_.lists_per_population);
}

absl::StatusOr<IdListIntake> IdListIntake::Begin(const IdListTarget& target, const IdListSpec& spec,
                                                 const IdListLimits& limits) {
  IdListSpec normal = spec;
  ASSIGN_OR_RETURN(normal.name, NormalListName(spec.name));
  IdListIntake intake(target, std::move(normal), limits);
  ASSIGN_OR_RETURN(const ReadTransaction view, target.versions.environment().BeginRead());
  std::optional<IdList> replaced;
  RETURN_IF_ERROR(intake.CheckName(view, replaced));
  return intake;
}

std::vector<std::string_view> IdListIntake::TakeIds(const IdBatchView& batch) {
  std::vector<std::string_view> taken;
  taken.reserve(batch.ids.size());
  uint64_t line = batch.first_line == 0 ? sent_ + 1 : batch.first_line;
  for (const std::string_view text : batch.ids) {
    const std::string_view id = FromAbseil(absl::StripAsciiWhitespace(ForAbseil(text)));
    if (id.empty()) {
      ++result_.blank;
    } else if (std::optional<MemberIdFault> fault = FaultOfMemberId(id)) {
      if (++result_.rejected <= kRejectedShown)
        result_.first_rejected.push_back({line, std::move(fault->why)});
    } else {
      if (!first_.has_value()) first_ = FirstId{.id = std::string(id), .line = line};
      taken.push_back(id);
    }
    ++line;
  }
  sent_ += batch.ids.size();
  return taken;
}

absl::Status IdListIntake::Feed(const IdBatchView& batch) {
  const std::vector<std::string_view> ids = TakeIds(batch);
  if (ids.empty()) return absl::OkStatus();
  const bool begins = result_.accepted == 0;
  result_.accepted += ids.size();
  std::vector<Ordinal> ordinals(ids.size());
  const uint64_t waiting_before = target_.members.PendingBytes();
  RETURN_IF_ERROR(target_.members.Assign(ids, absl::MakeSpan(ordinals)));
  const uint64_t waiting = target_.members.PendingBytes();
  new_id_bytes_ += std::max(waiting, waiting_before) - waiting_before;
  if (begins) first_->ordinal = ordinals.front();
  Insert(std::move(ordinals));
  // Only below the limit it is certain without counting that there are no more ids than lines.
  if (result_.accepted > limits_.ids_per_list && Cardinality() > limits_.ids_per_list)
    return TooMany(result_.list.name, limits_.ids_per_list);
  return waiting > kPendingBytesMax ? target_.members.Flush() : absl::OkStatus();
}

void IdListIntake::Insert(std::vector<Ordinal> ordinals) {
  std::sort(ordinals.begin(), ordinals.end());
  result_.list.ordinal_end = std::max(result_.list.ordinal_end, ordinals.back() + 1);
  std::vector<uint32_t> locals;
  for (size_t begin = 0; begin < ordinals.size();) {
    const uint32_t fragment = FragmentOf(ordinals[begin]);
    locals.clear();
    for (; begin < ordinals.size() && FragmentOf(ordinals[begin]) == fragment; ++begin)
      locals.push_back(LocalOf(ordinals[begin]));
    set_[fragment].AddMany(locals);
  }
}

uint64_t IdListIntake::Cardinality() const {
  uint64_t ids = 0;
  for (const auto& [fragment, set] : set_) ids += set.Cardinality();
  return ids;
}

uint64_t IdListIntake::HeldBytes() const {
  uint64_t bytes = std::min(new_id_bytes_, target_.members.PendingBytes());
  for (const auto& [fragment, set] : set_)
    bytes += std::min(kFragmentBytesMax, uint64_t{2} * set.Cardinality() + kSparseFragmentBytes);
  return bytes;
}

uint64_t IdListIntake::BytesToFeed(const IdBatchView& batch) const {
  uint64_t bytes = batch.ids.size() * kBytesOfAnId;
  for (const std::string_view id : batch.ids) bytes += id.size();
  return bytes;
}

uint64_t IdListIntake::BytesToCommit() const { return kStagedBytes; }

absl::StatusOr<IdListResult> IdListIntake::Commit(uint64_t ids, const WorkBudget& budget) {
  if (ids != sent_) {
    return WithReason(absl::InvalidArgumentError(Sentence("the load was ended after ", ids, " ids, but ",
                                                          sent_, " arrived; send it again")),
                      Reason::kBadRequest);
  }
  RETURN_IF_ERROR(CheckAccepted());
  RETURN_IF_ERROR(target_.members.FlushBelow(result_.list.ordinal_end));
  FaultPoint("list/ids_stored");
  LoadId load = 0;
  RETURN_IF_ERROR(TakeNumbers(load));
  StagedVersion staged;
  absl::Status done = Stage(load, budget, staged);
  if (done.ok()) done = Publish(staged);
  // Records that can't be discarded now are swept at the next start.
  if (!done.ok()) target_.versions.DiscardStaged(load).IgnoreError();
  RETURN_IF_ERROR(done);
  return std::move(result_);
}

absl::Status IdListIntake::CheckAccepted() const {
  const auto refused = [this](std::string why, Reason reason) {
    for (const RejectedId& rejected : result_.first_rejected)
      AppendSentence(why, "\nline ", rejected.line, ": ", rejected.message);
    return OfList(absl::FailedPreconditionError(why), reason, result_.list.name);
  };
  const uint64_t texts = result_.accepted + result_.rejected;
  if (static_cast<double>(result_.rejected) > spec_.max_rejected * static_cast<double>(texts)) {
    const bool one = result_.rejected == 1;
    return refused(
        absl::StrFormat("%d of %d lines %s, more than the share of %g that max_rejected allows; mend "
                        "the input or raise it",
                        result_.rejected, texts, one ? "is no member id" : "are no member ids",
                        spec_.max_rejected),
        Reason::kTooManyRejected);
  }
  if (result_.accepted > 0 || spec_.allow_empty) return absl::OkStatus();
  return refused(Sentence(texts == 0 ? "the input has no id" : "no line is a member id",
                          "; mend the input, which has one id a line, or say allow_empty (--allow-empty) if "
                          "the list is to be empty"),
                 Reason::kNoRecords);
}

absl::Status IdListIntake::TakeNumbers(LoadId& load) {
  return target_.versions.writer().Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    ASSIGN_OR_RETURN(load, NextNumber(transaction, kLoadCounter));
    ASSIGN_OR_RETURN(result_.list.source, NextId(transaction, kTagCounter));
    return absl::OkStatus();
  });
}

absl::Status IdListIntake::CompareWithMembers(uint32_t fragment, const Bitmap& set, Bitmap members) {
  constexpr size_t kUnknownShown = 3;
  members.Intersect(set);
  result_.member_count += members.Cardinality();
  if (FragmentOf(first_->ordinal) == fragment) first_->is_member = members.Contains(LocalOf(first_->ordinal));
  if (result_.first_unknown.size() == kUnknownShown || members.Cardinality() == set.Cardinality())
    return absl::OkStatus();
  for (const uint32_t local : set.ToVector()) {
    if (members.Contains(local)) continue;
    ASSIGN_OR_RETURN(std::string id, target_.members.IdOf(FirstOrdinalOf(fragment) + local));
    result_.first_unknown.push_back(std::move(id));
    if (result_.first_unknown.size() == kUnknownShown) break;
  }
  return absl::OkStatus();
}

absl::Status IdListIntake::Stage(LoadId load, const WorkBudget& budget, StagedVersion& staged) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Snapshot> current, target_.versions.CurrentSnapshot());
  FragmentReader everyone(*current);
  StagedBatch batch(target_.versions.writer(), load);
  ASSIGN_OR_RETURN(StoreWriter writer, StoreWriter::Begin(batch, result_.list.source, StoreLayout::kRows));
  for (auto& [fragment, set] : set_) {
    RETURN_IF_ERROR(budget.Check());
    result_.list.id_count += set.Cardinality();
    Bitmap members;
    if (fragment < current->fragment_count()) {
      ASSIGN_OR_RETURN(members, everyone.Read({kEveryoneTag, kKnownRow}, fragment));
    }
    RETURN_IF_ERROR(CompareWithMembers(fragment, set, std::move(members)));
    RETURN_IF_ERROR(writer.Put(kKnownRow, fragment, std::move(set)));
  }
  set_.clear();
  ASSIGN_OR_RETURN(staged, writer.Finish());
  RETURN_IF_ERROR(batch.Flush());
  FaultPoint("list/staged");
  result_.duplicates = result_.accepted - result_.list.id_count;
  if (first_.has_value()) result_.warnings = WarningsOf(result_, *first_);
  return budget.Check();
}

absl::Status IdListIntake::Publish(const StagedVersion& staged) {
  IdList& list = result_.list;
  list.store = staged.new_store;
  list.identity = NewIdentity();
  std::optional<IdList> replaced;
  FaultPoint("list/before_publish");
  const auto publish = [&](WriteTransaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(CheckName(transaction, replaced));
    list.version = replaced.has_value() ? replaced->version + 1 : 1;
    list.updated = target_.clock();
    list.created = replaced.has_value() ? replaced->created : list.updated;
    RETURN_IF_ERROR(ShowLoneStore(transaction, staged, list.identity));
    if (replaced.has_value()) {
      RETURN_IF_ERROR(DropLoneStore(transaction, replaced->store));
    }
    // The list's own ids are among them: they were stored before.
    RETURN_IF_ERROR(WriteNeededIds(transaction, target_.members.Stored()));
    return transaction.Put(DatabaseId::kIdLists, list.name, EncodeIdList(list));
  };
  RETURN_IF_ERROR(target_.versions.writer().Run(WriteClass::kPublish, publish));
  FaultPoint("list/after_publish");
  target_.versions.Published();  // stored buckets cover the list's ids, too
  if (replaced.has_value()) target_.versions.SweepDropped(replaced->source, replaced->store);
  return absl::OkStatus();
}

}  // namespace muster::index

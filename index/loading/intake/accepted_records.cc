#include "index/loading/intake/accepted_records.h"

#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "index/dictionary/value_dictionary.h"
#include "index/loading/intake/contradictions.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

// New values are only in the load's interner so far; their ids are consecutive.
std::string TextOf(const LoadPlan& plan, Environment& index, const RecordIntake& intake, size_t tag,
                   ValueId value) {
  const auto& fresh = intake.values(tag)->fresh();
  if (!fresh.empty() && value >= fresh.front().second) {
    return std::string(fresh[value - fresh.front().second].first);
  }
  const absl::StatusOr<ReadTransaction> view = index.BeginRead();
  if (view.ok()) {
    const absl::StatusOr<std::string_view> text = ValueText(*view, plan.tags[tag].tag.id, value);
    if (text.ok()) return std::string(*text);
  }
  return Sentence("value ", value);
}

// A text that can't be read is shown as its number, since it is only for a message.
RecordTexts TextsOf(const LoadPlan& plan, const KnownTexts& known, const RecordIntake& intake) {
  RecordTexts texts;
  texts.member_id = [&known](Ordinal ordinal) {
    absl::StatusOr<std::string> id = known.members.IdOf(ordinal);
    return id.ok() ? *std::move(id) : Sentence("number ", ordinal);
  };
  texts.value = [&](size_t tag, ValueId value) { return TextOf(plan, known.index, intake, tag, value); };
  texts.zone = plan.zone;
  return texts;
}

// "\nline 7: why", one after another.
std::string FirstRejected(const LoadResult& result) {
  std::string lines;
  for (const RejectedRecord& rejected : result.first_rejected) {
    lines += Sentence("\nline ", rejected.line, ": ", rejected.message);
  }
  return lines;
}

absl::Status CheckRejected(const LoadSpec& spec, const LoadResult& result) {
  const double share = result.records == 0 ? 0
                                           : static_cast<double>(result.rejected_records) /
                                                 static_cast<double>(result.records);
  if (share <= spec.max_rejected) return absl::OkStatus();
  const std::string message = absl::StrFormat(
      "%d of %d records were rejected, more than the share of %g that max_rejected allows; mend the input or "
      "raise it",
      result.rejected_records, result.records, spec.max_rejected);
  return WithReason(absl::FailedPreconditionError(message + FirstRejected(result)), Reason::kTooManyRejected);
}

absl::Status CheckEmpty(const LoadSpec& spec, const LoadResult& result) {
  if (spec.allow_empty) return absl::OkStatus();
  const std::string what = result.records == 0
                               ? std::string("the input has no record")
                               : Sentence("none of ", result.records, " records was accepted");
  const std::string_view otherwise = spec.mode == LoadMode::kReplace
                                         ? ", and a REPLACE would empty its tags: mend the input, or say "
                                           "allow_empty (--allow-empty) if that is meant"
                                         : ": mend the input, or say allow_empty (--allow-empty) if that is "
                                           "as it should be";
  return WithReason(absl::FailedPreconditionError(Sentence(what, otherwise, FirstRejected(result))),
                    Reason::kNoRecords);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AcceptedRecords>> AcceptRecords(const LoadPlan& plan, const KnownTexts& known,
                                                               RecordIntake& intake, uint64_t records,
                                                               LoadResult& result) {
  if (records != intake.records()) {
    return WithReason(
        absl::InvalidArgumentError(Sentence("the load was ended after ", records, " records, but ",
                                            intake.records(), " arrived; send it again")),
        Reason::kBadRequest);
  }
  SpooledRecords all = intake.TakeRecords();
  std::vector<Tag> tags;
  for (const PlannedTag& planned : plan.tags) tags.push_back(planned.tag);
  const RecordTexts texts = TextsOf(plan, known, intake);
  const std::vector<uint8_t> dropped = FindContradictions(all, tags, texts, intake.log());
  result.records = records;
  result.rejected_records = intake.log().count();
  result.rejections = intake.log().ByReason();
  result.first_rejected = intake.log().first();
  RETURN_IF_ERROR(CheckRejected(plan.spec, result));
  auto accepted = std::make_unique<AcceptedRecords>(std::move(all), dropped);
  if (accepted->order.members().empty()) {
    RETURN_IF_ERROR(CheckEmpty(plan.spec, result));
  }
  return accepted;
}

}  // namespace muster::index

#include "query/questions/question_segments.h"

#include <algorithm>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/language/limits.h"
#include "query/language/parser.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Parsing this many bytes takes about as long as looking up one value.
constexpr size_t kBytesPerValue = 64;
// The number of unknown names that get suggestions: as many as an expression has problems.
constexpr int kMissingWithNearest = static_cast<int>(kMaxProblems);

absl::Status Expired(const std::string& name, std::string_view what) {
  return index::WithFact(
      index::WithReason(absl::FailedPreconditionError(Sentence("the segment ", Quoted(name), " was ", what,
                                                               " since the answer that the token is of; ask "
                                                               "again without the token")),
                        index::Reason::kSnapshotExpired),
      index::kFactSegment, name);
}

const index::SegmentPin* FindPin(const std::vector<index::SegmentPin>& pins, std::string_view name) {
  const uint64_t sum = index::SegmentNameSum(name);
  const auto found =
      std::find_if(pins.begin(), pins.end(), [sum](const index::SegmentPin& pin) { return pin.name == sum; });
  return found == pins.end() ? nullptr : &*found;
}

}  // namespace

absl::Status QuestionSegments::CheckPin(const index::Segment& segment) const {
  const index::SegmentPin* const pin = FindPin(pins_, segment.name);
  if (pin == nullptr || pin->definition == segment.identity) return absl::OkStatus();
  return Expired(segment.name, "updated, or deleted and made anew,");
}

absl::Status QuestionSegments::AddMissing(const std::string& name) {
  if (FindPin(pins_, name) != nullptr) return Expired(name, "deleted");
  ASSIGN_OR_RETURN(std::vector<std::string> nearest, population_.segments().NearestTo(name));
  definitions_.AddMissing(name, std::move(nearest));
  return absl::OkStatus();
}

absl::Status QuestionSegments::Read(const NameSet& names) {
  if (is_read_ || names.empty()) return absl::OkStatus();
  is_read_ = true;
  const std::vector<std::string> wanted(names.begin(), names.end());
  ASSIGN_OR_RETURN(std::vector<index::SegmentPtr> segments,
                   population_.segments().ReadWithUses(wanted, LanguageLimits().max_definition_bytes));
  for (index::SegmentPtr& segment : segments) {
    RETURN_IF_ERROR(CheckPin(*segment));
    RETURN_IF_ERROR(budget_.SpendValues(1 + segment->definition.text.size() / kBytesPerValue));
    definitions_.Add(std::move(segment));
  }
  int missing = 0;
  for (const std::string& name : wanted) {
    if (definitions_.Find(name) != nullptr || ++missing > kMissingWithNearest) continue;
    RETURN_IF_ERROR(AddMissing(name));
  }
  return absl::OkStatus();
}

// The trees of a batch's texts are not kept, since together they would be far larger than the request. A text
// that contains the word SEGMENT is parsed here for its names, and again in Understand.
NameSet SegmentNamesIn(absl::Span<const Wording> wordings) {
  NameSet names;
  for (const Wording& wording : wordings) {
    if (wording.tree != nullptr) {
      names.merge(SegmentNamesIn(*wording.tree));
    } else if (MayNameSegments(wording.text)) {
      const ParseResult parsed = Parse(wording.text);
      if (parsed.ok()) names.merge(SegmentNamesIn(*parsed.expression));
    }
  }
  return names;
}

std::vector<index::SegmentPin> SegmentPinsOf(absl::Span<const index::SegmentPtr> segments) {
  std::vector<index::SegmentPin> pins;
  pins.reserve(segments.size());
  for (const index::SegmentPtr& segment : segments) pins.push_back(index::PinOf(*segment));
  std::sort(pins.begin(), pins.end());
  pins.erase(std::unique(pins.begin(), pins.end()), pins.end());
  return pins;
}

}  // namespace muster::query

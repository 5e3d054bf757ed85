#include "query/questions/question_segments.h"

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "query/language/limits.h"
#include "query/language/parser.h"
#include "query/questions/saved_pins.h"

namespace muster::query {
namespace {

// Parsing this many bytes takes about as long as looking up one value.
constexpr size_t kBytesPerValue = 64;
// The number of unknown names that get suggestions: as many as an expression has problems.
constexpr int kMissingWithNearest = static_cast<int>(kMaxProblems);

absl::Status Expired(const std::string& name, std::string_view what_happened) {
  return SavedThingExpired({"segment", name, index::kFactSegment}, what_happened);
}

}  // namespace

absl::Status QuestionSegments::CheckPin(const index::Segment& segment) const {
  const index::SavedPin* const pin = FindPin(pins_, index::SegmentNameSum(segment.name));
  if (pin == nullptr || pin->identity == segment.identity) return absl::OkStatus();
  return Expired(segment.name, "updated, or deleted and made anew,");
}

absl::Status QuestionSegments::AddMissing(const std::string& name) {
  if (FindPin(pins_, index::SegmentNameSum(name)) != nullptr) return Expired(name, "deleted");
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

}  // namespace muster::query

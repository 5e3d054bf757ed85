#include "query/questions/definition_check.h"

#include <set>
#include <tuple>
#include <utility>

#include "index/status/status_macros.h"
#include "query/language/excerpt.h"
#include "query/language/formatter.h"
#include "query/language/leaf_text.h"
#include "query/questions/question_segments.h"
#include "query/questions/understanding.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// The salts that can be stored, as many as a definition is recorded with. A salt with a byte 0 can't be a
// key; nobody needs one.
std::vector<std::string> RecordedSalts(const SaltPlaces& salts) {
  std::vector<std::string> recorded;
  for (const auto& [salt, place] : salts) {
    if (recorded.size() == index::kSaltsPerPopulationMax) break;
    if (salt.find('\0') == std::string::npos) recorded.push_back(salt);
  }
  return recorded;
}

}  // namespace

absl::StatusOr<CheckedDefinition> CheckDefinition(const Wording& wording, const std::string& owner,
                                                  Standpoint at, WorkBudget& budget) {
  QuestionSegments segments(at.view->population(), {}, budget, owner);
  const QuestionViews views(std::move(at), budget);
  ASSIGN_OR_RETURN(Understanding understood, Understand(wording, views, segments));
  CheckedDefinition checked;
  checked.problems = std::move(understood.problems);
  if (!checked.problems.empty()) return checked;
  index::SegmentDefinition& definition = checked.definition;
  definition.text = wording.tree != nullptr ? Format(*wording.tree) : std::string(wording.text);
  definition.canonical = std::move(understood.canonical);
  definition.uses.assign(understood.segment_names.begin(), understood.segment_names.end());
  definition.lists.assign(understood.list_names.begin(), understood.list_names.end());
  definition.salts = RecordedSalts(understood.salts);
  checked.salts = std::move(understood.salts);
  checked.warnings = std::move(understood.warnings);
  checked.notices = std::move(understood.notices);
  return checked;
}

absl::StatusOr<std::vector<Problem>> WarnOfSalts(const SaltPlaces& salts, const index::SaltStore& stored) {
  ASSIGN_OR_RETURN(const std::vector<index::Salt> known, stored.List());
  std::set<std::string, std::less<>> with_place;
  for (const index::Salt& salt : known) with_place.insert(salt.salt);
  const auto order_of = [](const SourceSpan& span) { return std::tie(span.offset, span.node); };
  size_t without = 0;
  const SaltPlaces::value_type* first = nullptr;
  for (const SaltPlaces::value_type& salt : salts) {
    if (with_place.contains(salt.first)) continue;
    ++without;
    if (first == nullptr || order_of(salt.second) < order_of(first->second)) first = &salt;
  }
  if (first == nullptr) return std::vector<Problem>();
  const std::string others = without == 1   ? std::string()
                             : without == 2 ? std::string(" and of another salt")
                                            : Sentence(" and of ", without - 1, " other salts");
  return std::vector<Problem>{
      {.reason = index::Reason::kSaltNotStored,
       .message = Sentence("The buckets of the salt ", Excerpt(StringText(first->first)), others,
                           " are not stored, but computed from the member ids in each question, because a "
                           "population stores those of at most ",
                           index::kSaltsPerPopulationMax,
                           " salts that segments name; use one of those salts, or delete segments that "
                           "nobody needs."),
       .span = first->second,
       .about = {.value = first->first, .limit = index::kSaltsPerPopulationMax}}};
}

}  // namespace muster::query

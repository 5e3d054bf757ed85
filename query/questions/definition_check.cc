#include "query/questions/definition_check.h"

#include <utility>

#include "index/status/status_macros.h"
#include "query/language/formatter.h"
#include "query/questions/definition_salts.h"
#include "query/questions/question_segments.h"
#include "query/questions/understanding.h"

namespace muster::query {

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

}  // namespace muster::query

// Why a member is in the sets of expressions, or is not: clause by clause, all on one state.
#ifndef MUSTER_QUERY_QUESTIONS_WHY_H_
#define MUSTER_QUERY_QUESTIONS_WHY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/concurrency/work_budget.h"
#include "index/views/population_view.h"
#include "query/language/limits.h"
#include "query/language/problem.h"
#include "query/questions/question_views.h"
#include "query/questions/wording.h"

namespace muster::query {

// What is true of the member at one node.
struct Verdict {
  bool selected = false;  // the member is in the node's set
  bool unknown = false;   // whether the node holds depends on a value that the member lacks
};

// A node of an expression, in the order of a walk that sees a node before its operands.
struct WhyNode {
  std::string text;  // a clause as text, long lists cut; of AND, OR, NOT, AT LEAST k OF, AS OF the word
  int level = 0;     // 0: the whole expression; operands are one deeper
  Verdict verdict;
  size_t operand_count = 0;
  size_t reached = 0;                   // operands whose set the member is in
  std::vector<NamedTag> tags;           // that a clause names: see WhyAnswers::tags
  std::optional<absl::CivilDay> as_of;  // the date of the view that a clause is asked of, or of an AS OF
  std::string segment;                  // in whose definition the node stands; empty: in the expression
  SourceSpan span;                      // its place in that text
};

// One expression's answer, or its problems and nothing else.
struct WhyAnswer {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<WhyNode> nodes;  // the first is the whole expression
};

struct WhyAnswers {
  std::vector<WhyAnswer> answers;  // for each wording, in order
  // What the member has of each tag that is named, in each view; without values: the member lacks it.
  std::map<NamedTag, index::MemberTag> tags;
  absl::CivilDay first_date;  // the least business date that named the member
  absl::CivilDay today;       // what TODAY stood for
};

struct WhyLimits {
  size_t max_expressions = 100;                   // what a person or a rule's history asks for at once
  size_t max_nodes = LanguageLimits().max_nodes;  // of all expressions, segments expanded
};

// `member`: of the standpoint's view, see MembersOfView::Find. A node is `selected` exactly when the list of
// the same expression from the same standpoint has the member; NOT of an unknown clause is therefore selected,
// and unknown. Statuses are the store's and the budget's; INVALID_ARGUMENT, kLimit, for more nodes than the
// limit. REQUIRES: no more wordings than the limit.
absl::StatusOr<WhyAnswers> ExplainMember(absl::Span<const Wording> wordings, index::Ordinal member,
                                         Standpoint at, WorkBudget& budget, const WhyLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_WHY_H_

// Explains clause by clause why a member is or isn't in the sets of expressions, all on one state.
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

// The truth of one node for the member.
struct Verdict {
  bool selected = false;  // the member is in the node's set
  bool unknown = false;   // whether the node holds depends on a value that the member lacks
};

// A node of an expression; nodes are in pre-order.
struct WhyNode {
  std::string text;  // a clause as text, long lists cut; for AND, OR, NOT, AT LEAST k OF, AS OF the word
  int level = 0;     // 0: the whole expression; operands are one deeper
  Verdict verdict;
  size_t operand_count = 0;
  size_t reached = 0;                   // the number of operands whose set contains the member
  std::vector<NamedTag> tags;           // the tags that a clause names: see WhyAnswers::tags
  std::string fact;                     // what decides a clause without tags, for people
  std::optional<absl::CivilDay> as_of;  // the date of a clause's view, or that of an AS OF
  std::string segment;                  // whose definition contains the node; empty: the expression itself
  SourceSpan span;                      // its place in the text of the definition or expression
};

// One expression's answer, or its problems and nothing else.
struct WhyAnswer {
  std::vector<Problem> problems;
  std::string written;  // the expression as text, its operands in the order of `nodes`
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<WhyNode> nodes;  // the first is the whole expression
};

struct WhyAnswers {
  std::vector<WhyAnswer> answers;  // for each wording, in order
  // The member's values of each named tag in each view; without values: the member lacks the tag.
  std::map<NamedTag, index::MemberTag> tags;
  absl::CivilDay first_date;  // the least business date that named the member
  absl::CivilDay today;       // what TODAY stood for
};

struct WhyLimits {
  size_t max_expressions = 100;                   // enough for a person or for a rule's history
  size_t max_nodes = LanguageLimits().max_nodes;  // of all expressions, segments expanded
};

// Explains a member of the standpoint's view (see MembersOfView::Find). A node is `selected` exactly if the
// node's expression, listed from the same standpoint, contains the member. So NOT of an unknown clause is
// both selected and unknown. Returns errors of the store and the budget, and INVALID_ARGUMENT, kLimit, if the
// expressions have too many nodes. REQUIRES: no more wordings than the limit.
absl::StatusOr<WhyAnswers> ExplainMember(absl::Span<const Wording> wordings, index::Ordinal member,
                                         Standpoint at, WorkBudget& budget, const WhyLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_WHY_H_

// One expression against the views of a question: parsed or checked, and bound. What a question needs before
// its plan.
#ifndef MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_
#define MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/binding/binder.h"
#include "query/language/expression.h"
#include "query/language/problem.h"
#include "query/questions/question_segments.h"
#include "query/questions/question_views.h"
#include "query/questions/wording.h"
#include "query/segments/expansion.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// What a wording means, or at least one problem and nothing else.
struct Understanding {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<NamedTag> tags;               // every tag named, in each view once, ascending
  NameSet segment_names;                    // of the segments that the expression itself names
  std::vector<index::SegmentPtr> segments;  // these and all that they name, as they were expanded
  PlanOperand tree;
};

// The tree that was understood, node by node. Movable: nodes stay where they are.
struct UnderstoodNodes {
  ExpressionPtr parsed;              // of a text; null for a tree, which is the wording's
  Expansion expansion;               // has a tree where a segment is named
  const Expression* root = nullptr;  // the expanded tree, else the parsed one, else the wording's
  BoundNodes bound;
};

// The canonical text keeps SEGMENT as it is; everything else is of the expression with the definitions in its
// place. `nodes`: null, or where the nodes are kept. Statuses are the store's, and those of
// QuestionSegments::Read.
absl::StatusOr<Understanding> Understand(const Wording& wording, const QuestionViews& views,
                                         QuestionSegments& segments, UnderstoodNodes* nodes = nullptr);

// The canonical text of a tree, with its names and texts in Unicode's form C. REQUIRES: the tree came from
// Parse, or CheckTree finds no problem with it.
std::string CanonicalOf(const Expression& tree);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_

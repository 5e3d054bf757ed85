// Understands one expression in the views of a question: parses or checks it, expands its segments, and binds
// it. The plan is made from the result.
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

// The meaning of a wording, or at least one problem and nothing else.
struct Understanding {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<NamedTag> tags;               // every tag named, in each view once, ascending
  NameSet segment_names;                    // of the segments that the expression itself names
  NameSet list_names;                       // of the id lists that the expression itself names
  SaltPlaces salts;                         // of the BUCKETs in the expression itself
  std::vector<index::SegmentPtr> segments;  // these and all that they name, as they were expanded
  std::vector<index::SavedPin> saved;       // of the segments, and of all lists; ascending, each once
  PlanOperand tree;
};

// The nodes of an understood tree. Movable: the nodes' addresses don't change.
struct UnderstoodNodes {
  ExpressionPtr parsed;              // from a text; null if the wording is a tree
  Expansion expansion;               // has a tree if the expression names a segment
  const Expression* root = nullptr;  // the expanded tree, else the parsed one, else the wording's
  BoundNodes bound;
};

// Understands a wording. The canonical text keeps SEGMENT as written; all other results are those of the
// expanded expression. Keeps the nodes in `nodes` unless that is null. Returns errors of the store and of
// QuestionSegments::Read.
absl::StatusOr<Understanding> Understand(const Wording& wording, const QuestionViews& views,
                                         QuestionSegments& segments, UnderstoodNodes* nodes = nullptr);

// The canonical text of a tree, with its names and texts in Unicode's form C. REQUIRES: the tree came from
// Parse, or CheckTree finds no problem with it.
std::string CanonicalOf(const Expression& tree);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_

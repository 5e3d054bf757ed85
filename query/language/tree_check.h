// Checks in a tree that a program built everything that the parser guarantees for a text.
#ifndef MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_
#define MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_

#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem.h"

namespace muster::query {

// The problems of a tree that came over the wire, at most kMaxProblems: missing or surplus operands and
// literals, literals that are no number, date or UTF-8, empty names, and exceeded limits (max_tree_depth for
// the depth). A tree without problems can be formatted and bound. Doesn't recurse, so any tree is safe.
std::vector<Problem> CheckTree(const Expression& tree, const LanguageLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_

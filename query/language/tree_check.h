// Checks a tree that a program built: what the parser guarantees of a text.
#ifndef MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_
#define MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_

#include <vector>

#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem.h"

namespace muster::query {

// Problems of a tree that came over the wire, at most kMaxProblems: missing or surplus operands and literals,
// literals that are no number, date or UTF-8, names that are empty, and the limits (max_tree_depth for its
// depth). Without one the tree can be formatted and bound. Doesn't recurse: any tree is safe.
std::vector<Problem> CheckTree(const Expression& tree, const LanguageLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_TREE_CHECK_H_

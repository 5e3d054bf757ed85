// Binds an expression tree to a catalogue. The result is a tree of sets: names are resolved to ids, literals
// to rows and ranges; types and limits are checked.
#ifndef MUSTER_QUERY_BINDING_BINDER_H_
#define MUSTER_QUERY_BINDING_BINDER_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "query/binding/catalog_view.h"
#include "query/binding/clause_binder.h"
#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// The result of binding: a tree, or at least one problem and no tree.
struct BindResult {
  PlanOperand tree;
  std::vector<Problem> problems;   // all of them, at most kMaxProblems, in the order of the text
  std::vector<Problem> warnings;   // values that no member has, with the nearest; at most kMaxProblems
  std::vector<NamedTag> tags;      // every tag named, in each view once, ascending
  std::vector<std::string> lists;  // every id list named, in Unicode's form C; ascending, each once
  bool ok() const { return tree.node != nullptr; }
};

// The binding of one node of the expression: a leaf or an AS OF.
struct BoundNode {
  PlanOperand set;                      // of a leaf
  std::vector<NamedTag> tags;           // the tags that a leaf names, in its order
  std::optional<absl::CivilDay> as_of;  // the date of the leaf's view, or that of the AS OF
};
using BoundNodes = absl::flat_hash_map<const Expression*, BoundNode>;

// Binds an expression. `catalog` is that of the request's view, whose members are the expression's universe;
// it opens the views AS OF other dates. Records the bindings of leaves and AS OF in `nodes` unless that is
// null. Returns errors of the store and the budget. REQUIRES: the tree came from Parse, or CheckTree finds no
// problem with it; saved segments have their definitions.
absl::StatusOr<BindResult> Bind(const Expression& expression, const CatalogView& catalog,
                                const LanguageLimits& limits = {}, BoundNodes* nodes = nullptr);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_BINDER_H_

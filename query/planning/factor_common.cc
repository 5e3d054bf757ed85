// The distributive law: (a AND b) OR (a AND c) is a AND (b OR c), and the same with AND and OR exchanged. An
// operand of another kind counts as a branch with one operand, so that a OR (a AND b) becomes a. Whatever is
// common to all branches is in the shortest one, so only its operands are looked for in the others.
#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "query/planning/rewrites.h"

namespace muster::query {
namespace {

bool Equal(const PlanOperand& a, const PlanOperand& b) {
  const PlanNode& x = *a.node;
  const PlanNode& y = *b.node;
  return a.negated == b.negated && x.kind == y.kind &&
         std::equal(x.operands.begin(), x.operands.end(), y.operands.begin(), y.operands.end(), Equal);
}

// The most comparisons of operands with each other in one junction: some milliseconds. Longer junctions are
// not factored, because the search would take longer than it saves.
constexpr size_t kMaxComparisons = 1'000'000;

// The operands of a junction, each as the operands of the other junction: (a AND b) OR c is {a, b}, {c}.
using Branch = std::vector<PlanOperand*>;

bool Has(const Branch& branch, const PlanOperand& wanted) {
  return std::any_of(branch.begin(), branch.end(),
                     [&](const PlanOperand* each) { return Equal(*each, wanted); });
}

template <Junction Kind>
PlanOperand JoinSome(std::vector<PlanOperand> operands) {
  return operands.size() == 1 ? std::move(operands.front()) : Join(Kind{}, std::move(operands));
}

// Common operands of all branches are moved to the front, and the rests of the branches remain a junction. If
// a branch has no rest, it decides: a OR (a AND b) is a.
template <Junction Outer, Junction Inner>
void Factor(PlanNode& node) {
  std::vector<Branch> branches;
  for (PlanOperand& operand : node.operands) {
    Branch& branch = branches.emplace_back();
    if (operand.negated || !operand.node->Is<Inner>()) {
      branch.push_back(&operand);
    } else {
      for (PlanOperand& each : operand.node->operands) branch.push_back(&each);
    }
  }
  const auto shorter = [](const Branch& a, const Branch& b) { return a.size() < b.size(); };
  std::iter_swap(branches.begin(), std::min_element(branches.begin(), branches.end(), shorter));
  size_t operands_of_all = 0;
  for (const Branch& branch : branches) operands_of_all += branch.size();
  if (branches.front().size() * operands_of_all > kMaxComparisons) return;

  std::vector<PlanOperand*> common;
  for (PlanOperand* each : branches.front()) {
    const auto has = [&](const Branch& branch) { return Has(branch, *each); };
    const bool known = std::any_of(common.begin(), common.end(), [&](auto* c) { return Equal(*c, *each); });
    if (!known && std::all_of(branches.begin() + 1, branches.end(), has)) common.push_back(each);
  }
  if (common.empty()) return;

  const auto is_common = [&](const PlanOperand* operand) {
    return std::any_of(common.begin(), common.end(), [&](auto* c) { return Equal(*c, *operand); });
  };
  std::vector<PlanOperand> rests;
  bool decided = false;
  for (const Branch& branch : branches) {
    std::vector<PlanOperand*> rest;
    std::copy_if(branch.begin(), branch.end(), std::back_inserter(rest),
                 [&](const PlanOperand* operand) { return !is_common(operand); });
    decided = decided || rest.empty();
    std::vector<PlanOperand> moved;
    for (PlanOperand* operand : rest) moved.push_back(std::move(*operand));
    if (!moved.empty()) rests.push_back(JoinSome<Inner>(std::move(moved)));
  }
  std::vector<PlanOperand> operands;
  for (PlanOperand* each : common) operands.push_back(std::move(*each));
  if (!decided) operands.push_back(JoinSome<Outer>(std::move(rests)));
  node.kind = Inner{};
  node.operands = std::move(operands);
}

}  // namespace

void FactorCommon(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (node.operands.size() < 2) return;
    if (node.Is<AllOf>()) {
      Factor<AllOf, AnyOf>(node);
    } else if (node.Is<AnyOf>()) {
      Factor<AnyOf, AllOf>(node);
    }
    if (node.operands.size() > 1) return;
    PlanOperand only = std::move(operand.node->operands.front());
    only.negated = only.negated != operand.negated;
    operand = std::move(only);
  });
}

}  // namespace muster::query

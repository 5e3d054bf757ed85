#include "query/segments/segment_names.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/ascii.h"
#include "text/normal_form.h"

namespace muster::query {

namespace {

// Calls `visit(node)` for each node of the operator.
template <typename Visit>
void VisitNodes(const Expression& tree, Operator op, const Visit& visit) {
  std::vector<const Expression*> open = {&tree};
  while (!open.empty()) {
    const Expression* const node = open.back();
    open.pop_back();
    if (node->op == op) visit(*node);
    for (const ExpressionPtr& operand : node->operands) open.push_back(operand.get());
  }
}

NameSet NamesIn(const Expression& tree, Operator op) {
  NameSet names;
  VisitNodes(tree, op, [&names](const Expression& node) { names.insert(InNormalForm(node.tag)); });
  return names;
}

}  // namespace

NameSet SegmentNamesIn(const Expression& tree) { return NamesIn(tree, Operator::kSegment); }
NameSet ListNamesIn(const Expression& tree) { return NamesIn(tree, Operator::kIdList); }

SaltPlaces SaltsIn(const Expression& tree) {
  SaltPlaces salts;
  VisitNodes(tree, Operator::kBucket, [&salts](const Expression& node) {
    const Literal& salt = node.literals.front();
    const auto [first, is_new] = salts.try_emplace(InNormalForm(salt.text), salt.span);
    const SourceSpan& known = first->second;
    if (!is_new && std::tie(salt.span.offset, salt.span.node) < std::tie(known.offset, known.node))
      first->second = salt.span;
  });
  return salts;
}

bool MayNameSegments(std::string_view text) {
  constexpr std::string_view kWord = "SEGMENT";
  const auto same = [](char a, char b) { return absl::ascii_toupper(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

}  // namespace muster::query

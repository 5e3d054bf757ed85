#include "query/segments/segment_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "text/normal_form.h"

namespace muster::query {

namespace {

NameSet NamesIn(const Expression& tree, Operator op) {
  NameSet names;
  std::vector<const Expression*> open = {&tree};
  while (!open.empty()) {
    const Expression* const node = open.back();
    open.pop_back();
    if (node->op == op) names.insert(InNormalForm(node->tag));
    for (const ExpressionPtr& operand : node->operands) open.push_back(operand.get());
  }
  return names;
}

}  // namespace

NameSet SegmentNamesIn(const Expression& tree) { return NamesIn(tree, Operator::kSegment); }
NameSet ListNamesIn(const Expression& tree) { return NamesIn(tree, Operator::kIdList); }

bool MayNameSegments(std::string_view text) {
  constexpr std::string_view kWord = "SEGMENT";
  const auto same = [](char a, char b) { return absl::ascii_toupper(static_cast<unsigned char>(a)) == b; };
  return std::search(text.begin(), text.end(), kWord.begin(), kWord.end(), same) != text.end();
}

}  // namespace muster::query

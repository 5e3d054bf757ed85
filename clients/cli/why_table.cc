#include "clients/cli/why_table.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

bool IsOperator(const v1::WhyNode& node) { return node.operand_count() > 0; }

// For a clause true, false or unknown; for an operator whether the member is in its set.
const char* HoldsText(const v1::WhyNode& node) {
  if (node.unknown() && !IsOperator(node)) return "unknown";
  return node.selected() ? "true" : "false";
}

// `city is 上海`, `interests are 运动:0.8, 户外:1`.
std::string TagText(const v1::MemberTag& tag) {
  std::string values = absl::StrJoin(tag.values(), ", ", [](std::string* out, const v1::MemberValue& value) {
    absl::StrAppend(out, value.text(), value.weight().empty() ? "" : ":", value.weight());
  });
  if (tag.more_values() > 0) absl::StrAppend(&values, ", … ", Grouped(tag.more_values()), " more");
  return absl::StrCat(tag.tag(), tag.values_size() + tag.more_values() > 1 ? " are " : " is ", values);
}

// The member's values of a clause's tags, or how many operands of an operator hold.
std::string MemberText(const v1::WhyNode& node, const std::string& first_date) {
  std::vector<std::string> facts;
  if (node.operand_count() > 1)
    facts.push_back(absl::StrCat(node.reached(), " of ", node.operand_count(), " hold"));
  // Dates compare like their texts.
  if (!node.as_of().empty() && node.as_of() < first_date)
    facts.push_back(absl::StrCat("not yet a member on ", node.as_of()));
  if (!node.fact().empty()) facts.push_back(node.fact());
  if (absl::StartsWith(node.text(), "SEGMENT ")) facts.emplace_back("by its definition below");
  for (const v1::MemberTag& tag : node.tags()) facts.push_back(TagText(tag));
  for (const std::string& tag : node.unknown_tags()) facts.push_back(absl::StrCat("has no ", tag));
  if (IsOperator(node) && node.unknown()) facts.emplace_back("a value is unknown");
  return absl::StrJoin(facts, "; ");
}

// The branch drawn before each node: `│  ├─ `. A node is its parent's last operand if no other of its level
// comes before one of a lesser level.
std::vector<std::string> BranchesOf(const v1::WhyAnswer& answer) {
  std::vector<std::string> branches(static_cast<size_t>(answer.nodes_size()));
  std::vector<bool> goes_on;  // by level: whether a node of that level follows below
  for (int i = answer.nodes_size() - 1; i >= 0; --i) {
    const auto level = static_cast<size_t>(answer.nodes(i).level());
    goes_on.resize(level + 1);
    std::string& branch = branches[static_cast<size_t>(i)];
    for (size_t above = 1; above < level; ++above) branch += goes_on[above] ? "│  " : "   ";
    if (level > 0) branch += goes_on[level] ? "├─ " : "└─ ";
    goes_on[level] = true;
  }
  return branches;
}

std::string AnswerText(const v1::WhyAnswer& answer, const v1::LookupMemberResponse& all, size_t room) {
  const std::string verdict = answer.selected() ? "in      " : "not in  ";
  Table table({{"holds"},
               {.title = "clause", .widest = 100, .narrowest = 40},
               {.title = "member", .widest = 4'000, .narrowest = 24, .wraps = true}});
  const std::vector<std::string> branches = BranchesOf(answer);
  for (int i = 0; i < answer.nodes_size(); ++i) {
    const v1::WhyNode& node = answer.nodes(i);
    table.Add({HoldsText(node), branches[static_cast<size_t>(i)] + node.text(),
               MemberText(node, all.first_date())});
  }
  return absl::StrCat("\n", verdict,
                      Wrapped(answer.expression(), verdict.size(), verdict.size(), room, LongWords::kBreak),
                      "\n\n", table.Aligned(room));
}

}  // namespace

std::string WhyText(const v1::LookupMemberResponse& answer, size_t room) {
  std::string text =
      absl::StrCat(Wrapped(absl::StrCat(answer.member_id(), ", first named on ", answer.first_date()), 0, 2,
                           room, LongWords::kBreak),
                   "\n");
  for (const v1::WhyAnswer& each : answer.why()) text += AnswerText(each, answer, room);
  return text;
}

std::string WhyCsv(const v1::LookupMemberResponse& answer) {
  std::string text = CsvLine({"expression", "level", "clause", "selected", "unknown", "as_of", "member"});
  for (int i = 0; i < answer.why_size(); ++i) {
    for (const v1::WhyNode& node : answer.why(i).nodes()) {
      text += CsvLine({absl::StrCat(i + 1), absl::StrCat(node.level()), node.text(),
                       node.selected() ? "true" : "false", node.unknown() ? "true" : "false", node.as_of(),
                       MemberText(node, answer.first_date())});
    }
  }
  return text;
}

}  // namespace muster::cli

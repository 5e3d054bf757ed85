#include "clients/cli/plan_table.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/display_width.h"
#include "clients/cli/table.h"

namespace muster::cli {
namespace {

// A node of the plan in the order in which a tree is printed.
struct PlanLine {
  const v1::PlanNode* node;
  int depth;
  std::string branch;  // drawn before it
};

// The lines of a plan. An own stack: plans may be deep.
std::vector<PlanLine> LinesOf(const v1::PlanNode& plan) {
  struct Open {
    PlanLine line;
    std::string below;  // drawn before its operands
  };
  std::vector<PlanLine> lines;
  std::vector<Open> open = {{{&plan, 0, ""}, ""}};
  while (!open.empty()) {
    const Open next = std::move(open.back());
    open.pop_back();
    lines.push_back(next.line);
    const auto& operands = next.line.node->operands();
    for (int i = operands.size() - 1; i >= 0; --i) {
      const bool last = i == operands.size() - 1;
      open.push_back({{&operands[i], next.line.depth + 1, absl::StrCat(next.below, last ? "└─ " : "├─ ")},
                      absl::StrCat(next.below, last ? "   " : "│  ")});
    }
  }
  return lines;
}

std::string Milliseconds(uint64_t microseconds) {
  return absl::StrFormat("%.2f ms", static_cast<double>(microseconds) / 1000);
}

}  // namespace

std::string PlanText(const v1::ExplainExpressionResponse& answer) {
  Table table({{"step", Table::Align::kLeft, 100},
               {"expected", Table::Align::kRight},
               {"members", Table::Align::kRight}});
  for (const PlanLine& line : LinesOf(answer.plan())) {
    table.Add({line.branch + line.node->description(), Grouped(line.node->estimated_count()),
               Grouped(line.node->actual_count())});
  }
  return absl::StrCat("understood as  ", answer.canonical(), "\nmembers        ", Grouped(answer.count()),
                      "\nplanned in     ", Milliseconds(answer.planning_us()), ", counted in ",
                      Milliseconds(answer.evaluation_us()), "\nchunks         ",
                      Grouped(answer.chunks_scanned()), " looked at, ", Grouped(answer.chunks_skipped()),
                      " decided without reading; ", Grouped(answer.bytes_read()), " bytes read\n\n",
                      table.Aligned());
}

std::string PlanCsv(const v1::ExplainExpressionResponse& answer) {
  std::string text = CsvLine({"depth", "step", "expected", "members"});
  for (const PlanLine& line : LinesOf(answer.plan())) {
    text += CsvLine({absl::StrCat(line.depth), line.node->description(),
                     absl::StrCat(line.node->estimated_count()), absl::StrCat(line.node->actual_count())});
  }
  return text;
}

}  // namespace muster::cli

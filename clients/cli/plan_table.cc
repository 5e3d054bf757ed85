#include "clients/cli/plan_table.h"

#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

// A node of the plan, in the order in which the tree is printed.
struct PlanLine {
  const v1::PlanNode* node;
  int depth;
  std::string branch;  // drawn before it
};

// The lines of a plan. Uses its own stack, because plans may be deep.
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
  return absl::StrFormat("%.2f", static_cast<double>(microseconds) / 1000);
}

// `fused, looked up`; with chunks: `fused 15, looked up 1`.
std::string WaysText(const v1::PlanNode& node, bool with_chunks) {
  return absl::StrJoin(node.ways(), ", ", [&](std::string* out, const v1::PlanWay& way) {
    absl::StrAppend(out, way.description());
    if (with_chunks) absl::StrAppend(out, " ", way.chunks());
  });
}

std::string SummaryText(const v1::ExplainExpressionResponse& answer, size_t room) {
  const std::string understood = "understood as  ";
  std::string segments;
  for (const v1::ExplainedSegment& segment : answer.segments()) {
    constexpr size_t kIndent = 15;
    absl::StrAppend(&segments, "\nsegment        ",
                    Wrapped(absl::StrCat(segment.name(), ": ", segment.canonical()), kIndent, kIndent, room,
                            LongWords::kBreak));
  }
  return absl::StrCat(
      understood, Wrapped(answer.canonical(), understood.size(), understood.size(), room, LongWords::kBreak),
      segments, "\nmembers        ", Grouped(answer.count()), "\ntook           ",
      Milliseconds(answer.understanding_us()), " ms to understand, ", Milliseconds(answer.planning_us()),
      " to plan, ", Milliseconds(answer.evaluation_us()), " to count\nchunks         ",
      Grouped(answer.chunks_scanned()), " read (", ShortBytes(answer.bytes_read()), "), ",
      Grouped(answer.chunks_skipped()), " decided unread\n");
}

}  // namespace

std::string PlanText(const v1::ExplainExpressionResponse& answer, size_t room) {
  Table table({{"expected", Table::Align::kRight},
               {"members", Table::Align::kRight},
               {.title = "chunks", .align = Table::Align::kRight, .omitted = 1},
               {"read", Table::Align::kRight},
               {"ms", Table::Align::kRight},
               {.title = "step", .narrowest = 24},
               {.title = "how", .widest = 100, .narrowest = 13}});
  for (const PlanLine& line : LinesOf(answer.plan())) {
    const v1::PlanNode& node = *line.node;
    table.Add({Grouped(node.estimated_count()), Grouped(node.actual_count()), Grouped(node.chunks_scanned()),
               ShortBytes(node.bytes_read()), Milliseconds(node.evaluation_us()),
               line.branch + node.description(), WaysText(node, false)});
  }
  return absl::StrCat(SummaryText(answer, room), "\n", table.Aligned(room),
                      "\nThe figures of a step include the steps below it. Each was measured alone, after\n"
                      "the count, in ",
                      Milliseconds(answer.analysis_us()),
                      " ms in all. The count fuses steps and leaves some out, so\n"
                      "the figures don't add up to it.\n");
}

std::string PlanCsv(const v1::ExplainExpressionResponse& answer) {
  std::string text = CsvLine({"depth", "step", "expected", "members", "chunks_read", "chunks_skipped",
                              "bytes_read", "microseconds", "how"});
  for (const PlanLine& line : LinesOf(answer.plan())) {
    const v1::PlanNode& node = *line.node;
    text += CsvLine({absl::StrCat(line.depth), node.description(), absl::StrCat(node.estimated_count()),
                     absl::StrCat(node.actual_count()), absl::StrCat(node.chunks_scanned()),
                     absl::StrCat(node.chunks_skipped()), absl::StrCat(node.bytes_read()),
                     absl::StrCat(node.evaluation_us()), WaysText(node, true)});
  }
  return text;
}

}  // namespace muster::cli

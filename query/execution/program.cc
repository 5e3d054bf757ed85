#include "query/execution/program.h"

#include <utility>

#include "absl/base/macros.h"
#include "index/bitmap/number_slices.h"

namespace muster::query {

ProgramBuilder::ProgramBuilder() { IndexOf({index::kEveryoneTag, index::kKnownRow}); }

NodeIndex ProgramBuilder::Everyone() { return Append({.kind = NodeKind::kEveryone}); }
NodeIndex ProgramBuilder::Nobody() { return Append({.kind = NodeKind::kNobody}); }
NodeIndex ProgramBuilder::Row(index::RowRef row) {
  return Append({.kind = NodeKind::kRow, .rows = {IndexOf(row)}});
}

NodeIndex ProgramBuilder::AnyRow(absl::Span<const index::RowRef> rows) {
  ProgramNode node{.kind = NodeKind::kAnyRow};
  node.rows.reserve(rows.size());
  for (const index::RowRef& row : rows) node.rows.push_back(IndexOf(row));
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::Range(index::TagId tag, index::ValueId value, int magnitude_bits, int64_t low,
                                int64_t high) {
  ABSL_HARDENING_ASSERT(low <= high && index::FitsSlices(low));
  ABSL_HARDENING_ASSERT(magnitude_bits >= 0 && magnitude_bits <= index::kMagnitudeBits);
  ProgramNode node{.kind = NodeKind::kRange, .low = low, .high = high};
  node.rows.push_back(IndexOf({tag, index::MakeRow(value, index::kMembershipSlot)}));
  node.rows.push_back(IndexOf({tag, index::MakeRow(value, index::kSignSlot)}));
  for (int bit = 0; bit < magnitude_bits; ++bit) {
    node.rows.push_back(IndexOf({tag, index::MakeRow(value, index::MagnitudeSlot(bit))}));
  }
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::And(std::vector<Operand> operands) {
  return Append({.kind = NodeKind::kAnd, .operands = std::move(operands)});
}
NodeIndex ProgramBuilder::Or(std::vector<Operand> operands) {
  return Append({.kind = NodeKind::kOr, .operands = std::move(operands)});
}
NodeIndex ProgramBuilder::AtLeast(uint32_t count, std::vector<Operand> operands) {
  ABSL_HARDENING_ASSERT(count > 0 && count <= operands.size());
  return Append({.kind = NodeKind::kAtLeast, .count = count, .operands = std::move(operands)});
}

Program ProgramBuilder::Build(Operand root) && {
  ABSL_HARDENING_ASSERT(root.node < program_.nodes_.size());
  program_.root_ = root;
  const NodeIndex everyone = Append({.kind = NodeKind::kRow, .rows = {Program::kEveryoneRow}});
  std::vector<Operand>& conjunction = program_.root_conjunction_;
  conjunction.push_back({everyone, false});
  const ProgramNode& node = program_.nodes_[root.node];
  if (node.kind == NodeKind::kAnd && !root.negated) {
    conjunction.insert(conjunction.end(), node.operands.begin(), node.operands.end());
  } else {
    conjunction.push_back(root);
  }
  return std::move(program_);
}

RowIndex ProgramBuilder::IndexOf(index::RowRef row) {
  const auto [at, added] = row_indexes_.try_emplace(row, static_cast<RowIndex>(program_.rows_.size()));
  if (added) program_.rows_.push_back(row);
  return at->second;
}

NodeIndex ProgramBuilder::Append(ProgramNode node) {
  const bool combines =
      node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr || node.kind == NodeKind::kAtLeast;
  ABSL_HARDENING_ASSERT(!combines || !node.operands.empty());
  for (const Operand& operand : node.operands) ABSL_HARDENING_ASSERT(operand.node < program_.nodes_.size());
  program_.nodes_.push_back(std::move(node));
  return static_cast<NodeIndex>(program_.nodes_.size() - 1);
}

}  // namespace muster::query

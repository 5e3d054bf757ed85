#include "query/execution/program/program.h"

#include <set>
#include <utility>

#include "absl/base/macros.h"
#include "absl/hash/hash.h"
#include "index/bitmap/number_slices.h"
#include "query/tree/signed_digits.h"

namespace muster::query {

namespace {

// The greatest magnitude of a sum; some number above kMaxSum if it exceeds kMaxSum.
absl::int128 GreatestSum(const ProgramSum& sum) {
  absl::int128 greatest = 0;
  for (const ProgramSum::Term& term : sum.terms) {
    const absl::int128 factor = term.factor < 0 ? -term.factor : term.factor;
    const absl::int128 magnitude = (absl::int128(1) << static_cast<int>(term.bits)) - 1;
    if (magnitude == 0) continue;
    if (factor > kMaxSum / magnitude) return kMaxSum + 1;
    greatest += factor * magnitude;
    if (greatest > kMaxSum) return greatest;
  }
  return greatest;
}

size_t HashOf(const ProgramNode& node) {
  size_t hash =
      absl::HashOf(node.kind, node.rows, node.low, node.high, node.numbers, node.sum, node.salt, node.count);
  for (const Operand& operand : node.operands) hash = absl::HashOf(hash, operand.node, operand.negated);
  return hash;
}

}  // namespace

ProgramBuilder::ProgramBuilder() { IndexOf(index::RowRef{index::kEveryoneTag, index::kKnownRow}); }

NodeIndex ProgramBuilder::Everyone() { return Append({.kind = NodeKind::kEveryone}); }
NodeIndex ProgramBuilder::Nobody() { return Append({.kind = NodeKind::kNobody}); }
NodeIndex ProgramBuilder::Row(const SetRef& row) {
  return Append({.kind = NodeKind::kRow, .rows = {IndexOf(row)}});
}

NodeIndex ProgramBuilder::AnyRow(absl::Span<const SetRef> rows) {
  ProgramNode node{.kind = NodeKind::kAnyRow};
  node.rows.reserve(rows.size());
  for (const SetRef& row : rows) node.rows.push_back(IndexOf(row));
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::Range(const NumberRef& number, int magnitude_bits, int64_t low, int64_t high) {
  ABSL_HARDENING_ASSERT(low <= high && index::FitsSlices(low));
  ProgramNode node{.kind = NodeKind::kRange, .low = low, .high = high};
  node.rows = NumberRows(number, magnitude_bits);
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::NumberIn(const NumberRef& number, int magnitude_bits,
                                   std::vector<NumberInterval> intervals) {
  ProgramNode node{.kind = NodeKind::kNumberIn};
  node.rows = NumberRows(number, magnitude_bits);
  node.numbers = NumberSet(std::move(intervals), magnitude_bits);
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::Sum(const SumRange& sum) {
  ProgramNode node{.kind = NodeKind::kSum};
  node.sum.low = sum.low;
  node.sum.high = sum.high;
  for (const SumTerm& term : sum.terms) {
    const auto index = static_cast<uint32_t>(node.sum.terms.size());
    node.sum.terms.push_back({.first_row = static_cast<uint32_t>(node.rows.size()),
                              .bits = static_cast<uint32_t>(term.magnitude_bits),
                              .factor = term.factor});
    VisitSignedDigits(term.factor, [&](uint32_t shift, bool subtracted) {
      node.sum.steps.push_back({index, shift, subtracted});
    });
    const std::vector<RowIndex> rows = NumberRows(term.number, term.magnitude_bits);
    node.rows.insert(node.rows.end(), rows.begin(), rows.end());
  }
  ABSL_HARDENING_ASSERT(!sum.terms.empty() && sum.terms.size() <= kMaxSumTerms);
  ABSL_HARDENING_ASSERT(GreatestSum(node.sum) <= kMaxSum);
  return Append(std::move(node));
}

NodeIndex ProgramBuilder::Bucket(const query::Bucket& bucket) {
  ABSL_HARDENING_ASSERT(bucket.low <= bucket.high && bucket.high < kBuckets);
  ProgramNode node{.kind = NodeKind::kBucket, .low = bucket.low, .high = bucket.high};
  node.salt = bucket.salt;
  if (bucket.stored.has_value()) node.rows = NumberRows(bucket.stored->number, index::kBucketBits);
  return Append(std::move(node));
}

std::vector<RowIndex> ProgramBuilder::NumberRows(const NumberRef& number, int magnitude_bits) {
  ABSL_HARDENING_ASSERT(magnitude_bits >= 0 && magnitude_bits <= index::kMagnitudeBits);
  std::vector<RowIndex> rows;
  const auto add = [&](index::Slot slot) {
    rows.push_back(IndexOf({number.source, index::MakeRow(number.value, slot)}));
  };
  add(index::kMembershipSlot);
  add(index::kSignSlot);
  for (int bit = 0; bit < magnitude_bits; ++bit) add(index::MagnitudeSlot(bit));
  return rows;
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

Program ProgramBuilder::Build(Operand root) && { return std::move(*this).Build(std::vector<Operand>{root}); }

Program ProgramBuilder::Build(std::vector<Operand> roots) && {
  ABSL_HARDENING_ASSERT(!roots.empty());
  for (const Operand& root : roots) ABSL_HARDENING_ASSERT(root.node < program_.nodes_.size());
  program_.roots_ = std::move(roots);
  FindShared();
  FindViews();
  program_.nodes_.push_back({.kind = NodeKind::kRow, .rows = {Program::kEveryoneRow}});
  if (program_.has_shared_nodes()) program_.shared_.push_back(false);
  for (const ProgramNode& node : program_.nodes_) {
    program_.leaf_rows_.push_back(node.kind == NodeKind::kRow ? node.rows[0] : Program::kNoRow);
  }
  for (const Operand& root : program_.roots_) {
    std::vector<Operand> conjunction = {{program_.everyone(), false}};
    const ProgramNode& node = program_.nodes_[root.node];
    if (node.kind == NodeKind::kAnd && !root.negated && !program_.is_shared(root.node)) {
      conjunction.insert(conjunction.end(), node.operands.begin(), node.operands.end());
    } else {
      conjunction.push_back(root);
    }
    program_.conjunctions_.push_back(std::move(conjunction));
  }
  return std::move(program_);
}

void ProgramBuilder::FindShared() {
  const std::vector<ProgramNode>& nodes = program_.nodes_;
  std::vector<uint32_t> uses(nodes.size());
  for (const ProgramNode& node : nodes) {
    for (const Operand& operand : node.operands) ++uses[operand.node];
  }
  for (const Operand& root : program_.roots_) ++uses[root.node];
  std::vector<bool> shared(nodes.size());
  bool any = false;
  for (NodeIndex index = 0; index < nodes.size(); ++index) {
    const NodeKind kind = nodes[index].kind;
    const bool leaf = kind == NodeKind::kEveryone || kind == NodeKind::kNobody || kind == NodeKind::kRow;
    shared[index] = !leaf && uses[index] > 1;
    any = any || shared[index];
  }
  if (any) program_.shared_ = std::move(shared);
}

void ProgramBuilder::FindViews() {
  std::set<ViewIndex> views;
  for (const SetRef& row : program_.rows_) views.insert(row.view);
  program_.views_.assign(views.begin(), views.end());
}

RowIndex ProgramBuilder::IndexOf(const SetRef& row) {
  const auto [at, added] = row_indexes_.try_emplace(row, static_cast<RowIndex>(program_.rows_.size()));
  if (added) program_.rows_.push_back(row);
  return at->second;
}

NodeIndex ProgramBuilder::Append(ProgramNode node) {
  const bool combines =
      node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr || node.kind == NodeKind::kAtLeast;
  ABSL_HARDENING_ASSERT(!combines || !node.operands.empty());
  for (const Operand& operand : node.operands) ABSL_HARDENING_ASSERT(operand.node < program_.nodes_.size());
  const size_t hash = HashOf(node);
  const auto [first, end] = nodes_by_hash_.equal_range(hash);
  for (auto at = first; at != end; ++at) {
    if (program_.nodes_[at->second] == node) return at->second;
  }
  const NodeIndex index = static_cast<NodeIndex>(program_.nodes_.size());
  nodes_by_hash_.emplace(hash, index);
  program_.nodes_.push_back(std::move(node));
  return index;
}

}  // namespace muster::query

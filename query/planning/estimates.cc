#include "query/planning/estimates.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"

namespace muster::query {
namespace {

constexpr double kLeastCost = 0.02;  // of a leaf that is there at all: its directory is read
// Rows of a long list whose cardinalities are read; the others are taken to be like them.
constexpr size_t kMaxSampledRows = 1024;
// A threshold over more operands is estimated by its mean alone.
constexpr size_t kMaxExactThreshold = 128;

absl::StatusOr<double> RowShare(const Statistics& statistics, index::RowRef row) {
  absl::StatusOr<uint64_t> cardinality = statistics.row_cardinality(row);
  if (!cardinality.ok()) return std::move(cardinality).status();
  if (*cardinality == 0) return 0.0;
  const double members = static_cast<double>(std::max<uint64_t>(statistics.member_count, 1));
  return std::min(1.0, static_cast<double>(*cardinality) / members);
}

// A value takes 2 bytes in an array, and a member takes a bit in a bitset.
double RowCost(double share) { return std::min(1.0, share * 16) + kLeastCost; }

absl::Status EstimateAnyRow(const Statistics& statistics, PlanNode& leaf) {
  const size_t step = std::max<size_t>(1, leaf.rows.size() / kMaxSampledRows);
  double nobody = 1;
  leaf.cost = kLeastCost;
  leaf.share = 0;
  for (size_t i = 0; i < leaf.rows.size(); i += step) {
    absl::StatusOr<double> share = RowShare(statistics, {leaf.tag, leaf.rows[i]});
    if (!share.ok()) return std::move(share).status();
    nobody *= std::pow(1 - *share, static_cast<double>(step));
    leaf.cost += RowCost(*share) * static_cast<double>(step);
  }
  // Rows that weren't looked at may hold somebody.
  leaf.share = step > 1 ? std::max(1 - nobody, 1e-9) : 1 - nobody;
  return absl::OkStatus();
}

// The share of members whose magnitude is at most `bound`, as if the bits were independent.
double ShareAtMost(const std::vector<double>& bit_shares, uint64_t bound) {
  const size_t bits = bit_shares.size();
  if (bits < 64 && bound >> bits != 0) return 1;
  double equal = 1;
  double less = 0;
  for (size_t bit = bits; bit-- > 0;) {
    const double set = bit_shares[bit];
    if ((bound >> bit & 1) != 0) {
      less += equal * (1 - set);
      equal *= set;
    } else {
      equal *= 1 - set;
    }
  }
  return less + equal;
}

double ShareWithin(const std::vector<double>& bit_shares, uint64_t least, uint64_t most) {
  const double below = least == 0 ? 0 : ShareAtMost(bit_shares, least - 1);
  return std::max(0.0, ShareAtMost(bit_shares, most) - below);
}

absl::Status EstimateRange(const Statistics& statistics, PlanNode& leaf) {
  const auto share_of = [&](index::Slot slot) {
    return RowShare(statistics, {leaf.tag, index::MakeRow(leaf.value, slot)});
  };
  absl::StatusOr<double> known = share_of(index::kMembershipSlot);
  if (!known.ok()) return std::move(known).status();
  leaf.cost = kLeastCost;
  leaf.share = 0;
  leaf.magnitude_bits = 0;
  if (*known == 0) return absl::OkStatus();
  absl::StatusOr<double> sign = share_of(index::kSignSlot);
  if (!sign.ok()) return std::move(sign).status();
  std::vector<double> bit_shares;
  for (int bit = index::kMagnitudeBits; bit-- > 0;) {
    absl::StatusOr<double> share = share_of(index::MagnitudeSlot(bit));
    if (!share.ok()) return std::move(share).status();
    if (bit_shares.empty() && *share == 0) continue;  // above the greatest number
    if (bit_shares.empty()) bit_shares.resize(bit + 1);
    bit_shares[bit] = std::min(1.0, *share / *known);
    leaf.cost += RowCost(*share);
  }
  leaf.magnitude_bits = static_cast<int>(bit_shares.size());
  leaf.cost += RowCost(*known) + RowCost(*sign);
  const double negative = std::min(1.0, *sign / *known);
  const auto magnitude = [](int64_t value) { return index::MagnitudeOf(value); };
  double within = 0;
  if (leaf.high >= 0)
    within += (1 - negative) *
              ShareWithin(bit_shares, magnitude(std::max<int64_t>(leaf.low, 0)), magnitude(leaf.high));
  if (leaf.low < 0)
    within +=
        negative * ShareWithin(bit_shares, magnitude(std::min<int64_t>(leaf.high, 0)), magnitude(leaf.low));
  leaf.share =
      std::clamp(within * *known, 1e-9, 1.0);  // somebody has a number, so it isn't known to be empty
  return absl::OkStatus();
}

// The share of members in at least `count` operands: chances[i] is that of being in exactly i of those seen
// so far.
double ShareAtLeast(const PlanNode& node) {
  if (node.operands.size() > kMaxExactThreshold) {
    double mean = 0;
    for (const PlanOperand& operand : node.operands) mean += ShareOf(operand);
    return mean >= node.count ? 0.75 : 0.25;
  }
  std::vector<double> chances(node.operands.size() + 1);
  chances[0] = 1;
  for (const PlanOperand& operand : node.operands) {
    const double share = ShareOf(operand);
    for (size_t i = node.operands.size(); i > 0; --i)
      chances[i] = chances[i] * (1 - share) + chances[i - 1] * share;
    chances[0] *= 1 - share;
  }
  double total = 0;
  for (size_t i = node.count; i < chances.size(); ++i) total += chances[i];
  return std::min(1.0, total);
}

}  // namespace

absl::Status EstimateLeaf(const Statistics& statistics, PlanNode& leaf) {
  switch (leaf.kind) {
    case NodeKind::kRow: {
      absl::StatusOr<double> share = RowShare(statistics, {leaf.tag, leaf.rows[0]});
      if (!share.ok()) return std::move(share).status();
      leaf.share = *share;
      leaf.cost = RowCost(*share);
      return absl::OkStatus();
    }
    case NodeKind::kAnyRow:
      return EstimateAnyRow(statistics, leaf);
    case NodeKind::kRange:
      return EstimateRange(statistics, leaf);
    default:
      leaf.share = leaf.kind == NodeKind::kEveryone ? 1 : 0;
      leaf.cost = kLeastCost;
      return absl::OkStatus();
  }
}

void EstimateInnerNodes(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (node.operands.empty()) return;
    double in_all = 1;
    double in_none = 1;
    node.cost = kLeastCost;
    for (const PlanOperand& each : node.operands) {
      in_all *= ShareOf(each);
      in_none *= 1 - ShareOf(each);
      node.cost += each.node->cost;
    }
    if (node.kind == NodeKind::kAtLeast) {
      node.share = ShareAtLeast(node);
      node.cost *= 2;  // counters are read and written
    } else {
      node.share = node.kind == NodeKind::kAnd ? in_all : 1 - in_none;
    }
  });
}

}  // namespace muster::query

#include "query/planning/estimates.h"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "query/planning/slices_of_values.h"
#include "query/tree/signed_digits.h"

namespace muster::query {
namespace {

constexpr double kLeastCost = 0.02;  // of a leaf that is there at all: its directory is read
// Rows of a long list whose cardinalities are read; the others are taken to be like them.
constexpr size_t kMaxSampledRows = 1024;
// The cost of adding a slice to a sum, including its part of the comparison: a third of reading a bitset.
constexpr double kCostOfAddition = 0.3;
// A threshold over more operands is estimated by its mean alone.
constexpr size_t kMaxExactThreshold = 128;
// Of a chunk whose members' ids are all hashed: some 3 ms, where a bitset takes 1 µs.
constexpr double kCostOfIds = 3'000;

// The share of all members that a row with `cardinality` members holds; 0 only if it is empty.
double ShareOfMembers(const Statistics& statistics, uint64_t cardinality) {
  const double members = static_cast<double>(std::max<uint64_t>(statistics.MemberCount(), 1));
  return std::min(1.0, static_cast<double>(cardinality) / members);
}

// The cost of a row in bitsets: a value takes 2 bytes in an array, and a member takes a bit in a bitset.
double RowCost(double share) { return std::min(1.0, share * 16) + kLeastCost; }

// What those of the rows cost besides that the slices alone know, each row standing for `step` of them.
absl::StatusOr<double> CostInSlices(const Statistics& statistics, SourceRef tag,
                                    absl::Span<const index::RowId> rows, size_t step) {
  ASSIGN_OR_RETURN(const index::ValuesWithRows with_rows, statistics.FindValuesWithRows(tag));
  if (with_rows.all()) return 0.0;
  const auto in_slices = std::count_if(rows.begin(), rows.end(),
                                       [&with_rows](index::RowId row) { return !with_rows.Keeps(row); });
  if (in_slices == 0) return 0.0;
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, tag));
  return CostOfSlices(slices, static_cast<size_t>(in_slices) * step);
}

// The share of members whose magnitude is at most `bound`, assuming independent bits.
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

double ShareOfMagnitudes(const std::vector<double>& bit_shares, uint64_t least, uint64_t most) {
  const double below = least == 0 ? 0 : ShareAtMost(bit_shares, least - 1);
  return std::max(0.0, ShareAtMost(bit_shares, most) - below);
}

struct Distribution {
  double mean = 0;
  double variance = 0;
};

Distribution DistributionOf(const std::vector<double>& bit_shares, double negative) {
  double mean = 0;  // of magnitudes
  double variance = 0;
  for (size_t bit = 0; bit < bit_shares.size(); ++bit) {
    const double weight = std::ldexp(1.0, static_cast<int>(bit));
    mean += weight * bit_shares[bit];
    variance += weight * weight * bit_shares[bit] * (1 - bit_shares[bit]);
  }
  const double signed_mean = mean * (1 - 2 * negative);
  return {signed_mean, variance + mean * mean - signed_mean * signed_mean};
}

// The share of members in at least `count` operands: chances[i] is that of being in exactly i of those seen
// so far.
double ShareAtLeast(const PlanNode& node, uint32_t count) {
  if (node.operands.size() > kMaxExactThreshold) {
    double mean = 0;
    for (const PlanOperand& operand : node.operands) mean += ShareOf(operand);
    return mean >= count ? 0.75 : 0.25;
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
  for (size_t i = count; i < chances.size(); ++i) total += chances[i];
  return std::min(1.0, total);
}

}  // namespace

absl::StatusOr<const Estimator::Number*> Estimator::FindNumber(const NumberRef& of) {
  const auto [found, is_new] = numbers_.try_emplace(of);
  Number& number = found->second;
  if (!is_new) return &number;
  std::vector<index::RowId> rows = {index::MakeRow(of.value, index::kMembershipSlot),
                                    index::MakeRow(of.value, index::kSignSlot)};
  for (int bit = 0; bit < index::kMagnitudeBits; ++bit)
    rows.push_back(index::MakeRow(of.value, index::MagnitudeSlot(bit)));
  absl::StatusOr<std::vector<uint64_t>> cardinalities = statistics_.RowCardinalities(of.source, rows);
  if (!cardinalities.ok()) {
    numbers_.erase(found);
    return cardinalities.status();
  }
  number.known = ShareOfMembers(statistics_, (*cardinalities)[0]);
  if (number.known == 0) return &number;
  const double sign = ShareOfMembers(statistics_, (*cardinalities)[1]);
  number.negative = std::min(1.0, sign / number.known);
  number.cost = kLeastCost + RowCost(number.known) + RowCost(sign);
  while (cardinalities->back() == 0 && cardinalities->size() > 2)
    cardinalities->pop_back();  // above the greatest number
  for (size_t i = 2; i < cardinalities->size(); ++i) {
    const double share = ShareOfMembers(statistics_, (*cardinalities)[i]);
    number.bit_shares.push_back(std::min(1.0, share / number.known));
    number.cost += RowCost(share);
  }
  return &number;
}

double Estimator::ShareWithin(const Number& number, const NumberInterval& interval) {
  const auto within = [&number](int64_t least, int64_t most) {
    return ShareOfMagnitudes(number.bit_shares, index::MagnitudeOf(least), index::MagnitudeOf(most));
  };
  double share = 0;
  if (interval.high >= 0)
    share += (1 - number.negative) * within(std::max<int64_t>(interval.low, 0), interval.high);
  if (interval.low < 0) share += number.negative * within(std::min<int64_t>(interval.high, 0), interval.low);
  return share;
}

absl::Status Estimator::Estimate(const Row& row, PlanNode& leaf) {
  const SourceRef source{row.row.view, row.row.source};
  ASSIGN_OR_RETURN(const uint64_t cardinality, statistics_.RowCardinality(row.row));
  ASSIGN_OR_RETURN(const double cost_in_slices, CostInSlices(statistics_, source, {row.row.row}, 1));
  leaf.share = ShareOfMembers(statistics_, cardinality);
  leaf.cost = RowCost(leaf.share) + cost_in_slices;
  return absl::OkStatus();
}

absl::Status Estimator::Estimate(const AnyRow& list, PlanNode& leaf) {
  const size_t step = std::max<size_t>(1, list.rows.size() / kMaxSampledRows);
  std::vector<index::RowId> sampled;
  for (size_t i = 0; i < list.rows.size(); i += step) sampled.push_back(list.rows[i]);
  ASSIGN_OR_RETURN(const std::vector<uint64_t> cardinalities,
                   statistics_.RowCardinalities(list.source, sampled));
  ASSIGN_OR_RETURN(const double cost_in_slices, CostInSlices(statistics_, list.source, sampled, step));
  double outside_all = 1;  // the share of members in none of the rows, if they are independent
  leaf.cost = kLeastCost + cost_in_slices;
  for (const uint64_t cardinality : cardinalities) {
    const double share = ShareOfMembers(statistics_, cardinality);
    outside_all *= std::pow(1 - share, static_cast<double>(step));
    leaf.cost += RowCost(share) * static_cast<double>(step);
  }
  // Rows that weren't sampled may have members.
  leaf.share = step > 1 ? std::max(1 - outside_all, 1e-9) : 1 - outside_all;
  return absl::OkStatus();
}

absl::Status Estimator::Estimate(NumberRange& range, PlanNode& leaf) {
  return EstimateNumber(range, {{range.low, range.high}}, leaf);
}

absl::Status Estimator::Estimate(NumberList& list, PlanNode& leaf) {
  RETURN_IF_ERROR(EstimateNumber(list, list.intervals, leaf));
  leaf.cost += CostOfLookups({.known_share = 1});
  return absl::OkStatus();
}

// Assumes that birthdays are evenly distributed over the year.
absl::Status Estimator::Estimate(Birthday& birthday, PlanNode& leaf) {
  RETURN_IF_ERROR(EstimateNumber(birthday, {{index::kMinNumber, index::kMaxNumber}}, leaf));
  leaf.share *= static_cast<double>(birthday.days.count()) / YearDays::kDays;
  leaf.cost += CostOfLookups({.known_share = 1});
  return absl::OkStatus();
}

// Assumes that the sum is normally distributed, and that its numbers and their bits are independent.
absl::Status Estimator::Estimate(SumRange& sum, PlanNode& leaf) {
  Distribution of_sum;
  double known = 1;
  double additions = 0;  // of one bitset to another
  for (SumTerm& term : sum.terms) {
    ASSIGN_OR_RETURN(const Number* number, FindNumber(term.number));
    term.magnitude_bits = static_cast<int>(number->bit_shares.size());
    known *= number->known;
    leaf.cost += number->cost;
    const Distribution of_number = DistributionOf(number->bit_shares, number->negative);
    const double factor = static_cast<double>(term.factor);
    of_sum.mean += factor * of_number.mean;
    of_sum.variance += factor * factor * of_number.variance;
    VisitSignedDigits(term.factor, [&](uint32_t, bool) { additions += term.magnitude_bits + 2; });
  }
  leaf.cost += additions * kCostOfAddition;
  if (known == 0) return absl::OkStatus();
  const double deviation = std::sqrt(2 * std::max(of_sum.variance, 1e-6));
  const auto below = [&](double bound) { return std::erf((bound - of_sum.mean) / deviation) / 2; };
  const double share = below(static_cast<double>(sum.high) + 0.5) - below(static_cast<double>(sum.low) - 0.5);
  // Some member may have all numbers, so the set is not known to be empty.
  leaf.share = std::clamp(share * known, 1e-9, 1.0);
  return absl::OkStatus();
}

absl::Status Estimator::Estimate(const Bucket& bucket, PlanNode& leaf) {
  leaf.share = static_cast<double>(bucket.high - bucket.low + 1) / kBuckets;
  leaf.cost = kCostOfIds;
  if (bucket.stored.has_value()) {
    // Each slice holds about half of the members.
    const double slices = index::kBucketBits * RowCost(0.5) + kLeastCost;
    leaf.cost = slices + bucket.stored->missing * kCostOfIds;
  }
  return absl::OkStatus();
}

template <typename Kind>
absl::Status Estimator::EstimateNumber(Kind& kind, absl::Span<const NumberInterval> intervals,
                                       PlanNode& leaf) {
  ASSIGN_OR_RETURN(const Number* number, FindNumber(kind.number));
  kind.magnitude_bits = static_cast<int>(number->bit_shares.size());
  leaf.cost = std::max(number->cost, kLeastCost);
  if (number->known == 0) return absl::OkStatus();
  double share = 0;
  for (const NumberInterval& interval : intervals) share += ShareWithin(*number, interval);
  // At least one member has a number, so it isn't known to be empty.
  leaf.share = std::clamp(share * number->known, 1e-9, 1.0);
  return absl::OkStatus();
}

absl::Status Estimator::EstimateLeaf(PlanNode& leaf) {
  leaf.share = 0;
  leaf.cost = kLeastCost;
  return std::visit(Overloaded{[](Nobody&) { return absl::OkStatus(); },
                               [&leaf](Everyone&) {
                                 leaf.share = 1;
                                 return absl::OkStatus();
                               },
                               [](Junction auto&) { return absl::OkStatus(); },
                               [this, &leaf](auto& kind) { return Estimate(kind, leaf); }},
                    leaf.kind);
}

absl::Status EstimateLeaf(const Statistics& statistics, PlanNode& leaf) {
  return Estimator(statistics).EstimateLeaf(leaf);
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
    if (const AtLeast* threshold = node.As<AtLeast>(); threshold != nullptr) {
      node.share = ShareAtLeast(node, threshold->count);
      node.cost *= 2;  // counters are read and written
    } else {
      node.share = node.Is<AllOf>() ? in_all : 1 - in_none;
    }
  });
}

}  // namespace muster::query

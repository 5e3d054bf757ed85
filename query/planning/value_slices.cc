#include "query/planning/value_slices.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/number_slices.h"

namespace muster::query {
namespace {

// Nanoseconds of a chunk, measured: of each row whether or not it has a record there (it is resolved), of
// each record, of each value in a record; of each member whose id is put together and looked up, of each
// slice.
constexpr double kRowNs = 40;
constexpr double kRecordNs = 20;
constexpr double kValueNs = 0.5;
constexpr double kLookupNs = 1.7;
constexpr double kSliceNs = 500;
// In the planner's unit of cost, reading one bitset.
constexpr double kBitsetNs = 400;
// Fewer comparisons than this walk the slices faster than a list is looked up.
constexpr size_t kMinComparisons = 40;

using NumberKey = std::pair<index::TagId, index::ValueId>;

double ListNs(double known_share, int bits) {
  return known_share * index::kChunkOrdinals * kLookupNs + bits * kSliceNs;
}

double RowsNs(double rows, double share) {
  const double values = share * index::kChunkOrdinals;
  const double records = rows * (1 - std::exp(-values / rows));
  return rows * kRowNs + records * kRecordNs + values * kValueNs;
}

// What a tag keeps of its value ids.
struct ValueSlices {
  int bits = 0;  // 0: no slices
  double known_share = 0;
};

absl::StatusOr<ValueSlices> FindSlices(const Statistics& statistics, index::TagId tag) {
  ValueSlices slices;
  const absl::StatusOr<uint64_t> known = statistics.row_cardinality({tag, index::kKnownRow});
  if (!known.ok()) return known.status();
  const double members = static_cast<double>(std::max<uint64_t>(statistics.member_count, 1));
  slices.known_share = std::min(1.0, static_cast<double>(*known) / members);
  for (int bit = std::bit_width(index::kMaxValueId); bit-- > 0 && slices.bits == 0;) {
    const index::RowId row = index::MakeRow(index::kOwnValue, index::MagnitudeSlot(bit));
    const absl::StatusOr<uint64_t> cardinality = statistics.row_cardinality({tag, row});
    if (!cardinality.ok()) return cardinality.status();
    if (*cardinality > 0) slices.bits = bit + 1;
  }
  return slices;
}

// Ascending, disjoint and not adjacent.
std::vector<NumberInterval> Merged(std::vector<NumberInterval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const NumberInterval& a, const NumberInterval& b) { return a.low < b.low; });
  std::vector<NumberInterval> merged;
  for (const NumberInterval& interval : intervals) {
    // The greatest number is the type's, and nothing follows it.
    const bool meets = !merged.empty() &&
                       (merged.back().high == index::kMaxNumber || interval.low <= merged.back().high + 1);
    if (meets) {
      merged.back().high = std::max(merged.back().high, interval.high);
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

std::vector<NumberInterval> IdsOf(const std::vector<index::RowId>& rows) {
  std::vector<NumberInterval> ids;
  ids.reserve(rows.size());
  for (const index::RowId row : rows) ids.push_back({index::ValueOf(row), index::ValueOf(row)});
  return Merged(std::move(ids));
}

// The comparisons of one number in one OR, by place.
PlanOperand JoinedList(const std::vector<PlanOperand*>& comparisons) {
  PlanOperand joined{std::make_unique<PlanNode>(), false};
  PlanNode& list = *joined.node;
  const PlanNode& first = *comparisons.front()->node;
  list.kind = NodeKind::kNumberIn;
  list.tag = first.tag;
  list.value = first.value;
  list.magnitude_bits = first.magnitude_bits;
  list.label = first.label;
  double known_cost = 0;
  for (const PlanOperand* comparison : comparisons) {
    const PlanNode& node = *comparison->node;
    list.intervals.push_back({node.low, node.high});
    list.share += node.share;
    known_cost = std::max(known_cost, node.cost);
    if (node.label != first.label)
      list.label = absl::StrCat(first.label, ", … ", comparisons.size(), " comparisons");
  }
  list.intervals = Merged(std::move(list.intervals));
  list.share = std::min(1.0, list.share);
  list.cost = known_cost + ListNs(1, 0) / kBitsetNs;
  return joined;
}

void JoinIn(PlanNode& junction, size_t min_comparisons) {
  std::map<NumberKey, std::vector<PlanOperand*>> by_number;
  for (PlanOperand& operand : junction.operands) {
    const PlanNode& node = *operand.node;
    if (operand.negated || node.kind != NodeKind::kRange) continue;
    by_number[{node.tag, node.value}].push_back(&operand);
  }
  for (const auto& [number, comparisons] : by_number) {
    if (comparisons.size() < min_comparisons) continue;
    PlanOperand joined = JoinedList(comparisons);
    for (PlanOperand* comparison : comparisons) comparison->node.reset();
    *comparisons.front() = std::move(joined);
  }
  std::erase_if(junction.operands, [](const PlanOperand& operand) { return operand.node == nullptr; });
}

}  // namespace

void JoinComparisons(SliceUse use, PlanOperand& root) {
  if (use == SliceUse::kNever) return;
  const size_t min_comparisons = use == SliceUse::kAlways ? 1 : kMinComparisons;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (operand.node->kind == NodeKind::kOr) JoinIn(*operand.node, min_comparisons);
  });
}

absl::Status AskValueSlices(SliceUse use, const Statistics& statistics, PlanOperand& root) {
  if (use == SliceUse::kNever) return absl::OkStatus();
  absl::Status status;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (node.kind != NodeKind::kAnyRow || !status.ok()) return;
    const absl::StatusOr<ValueSlices> slices = FindSlices(statistics, node.tag);
    if (!slices.ok()) status = slices.status();
    if (!slices.ok() || slices->bits == 0) return;
    // A member has one value, so its rows' shares add up. EstimateLeaf took them to be independent.
    const double share = node.share < 1 ? -std::log1p(-node.share) : 1;
    node.share = std::min(share, slices->known_share);
    const double list_ns = ListNs(slices->known_share, slices->bits);
    if (use == SliceUse::kWhenCheaper && RowsNs(static_cast<double>(node.rows.size()), node.share) < list_ns)
      return;
    node.kind = NodeKind::kNumberIn;
    node.value = index::kOwnValue;
    node.magnitude_bits = slices->bits;
    node.intervals = IdsOf(node.rows);
    node.rows.clear();
    node.cost = list_ns / kBitsetNs;
  });
  return status;
}

}  // namespace muster::query

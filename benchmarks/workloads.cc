#include "benchmarks/workloads.h"

#include <algorithm>
#include <random>
#include <utility>

#include "benchmarks/rows.h"

namespace muster::benchmarks {
namespace {

using query::AllOf;
using query::PlanOperand;

constexpr int kSegments = 1000;
constexpr int kTemplates = 50;
constexpr uint64_t kSegmentSeed = 7;

PlanOperand Row(index::RowRef row) { return PlanOperand(query::Row{row}); }

// A conjunction of rows: the first `positives` as they are, the others negated.
PlanOperand RowConjunction(const std::vector<index::RowRef>& rows, size_t positives) {
  std::vector<PlanOperand> operands;
  for (size_t i = 0; i < rows.size(); ++i)
    operands.push_back(i < positives ? Row(rows[i]) : Not(Row(rows[i])));
  return Join(AllOf{}, std::move(operands));
}

Workload ConjunctionWorkload(std::string name, std::vector<index::RowRef> rows, uint32_t positives) {
  Workload made{std::move(name), RowConjunction(rows, positives), std::move(rows), positives, true};
  return made;
}

index::RowRef NumberRow(index::Slot slot) { return {kNumberTag, index::MakeRow(index::kOwnValue, slot)}; }

std::vector<index::RowRef> Slices() {
  std::vector<index::RowRef> rows;
  for (int bit = 0; bit < kNumberBits; ++bit) rows.push_back(NumberRow(index::kFirstMagnitudeSlot + bit));
  return rows;
}

// `count` distinct rows of the batch's 200.
std::vector<index::RowRef> SomeRows(std::mt19937_64& random, size_t count) {
  std::vector<index::RowRef> rows;
  while (rows.size() < count) {
    const index::RowRef row = BatchRow(static_cast<uint32_t>(random() % kBatchRows));
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  return rows;
}

}  // namespace

Workload And2Dense() { return ConjunctionWorkload("and2_dense", {DenseRow(0), DenseRow(1)}, 2); }

Workload And3Not2() {
  return ConjunctionWorkload("and3_not2", {DenseRow(0), DenseRow(1), DenseRow(2), DenseRow(3), DenseRow(4)},
                             3);
}

Workload Or50AndNot() {
  query::AnyRow values{.source = kManyValuesTag};
  for (uint32_t rank = 101; rank <= 150; ++rank) values.rows.push_back(ValueRow(rank).row);
  PlanOperand made = Join(AllOf{}, {PlanOperand(std::move(values)), Row(DenseRow(0)), Not(Row(DenseRow(3)))});
  return {"or50_and_not", std::move(made), {}, 0, false};
}

Workload RareAndDense3() {
  const std::vector<index::RowRef> rows = {RareRow(), DenseRow(0), DenseRow(1), DenseRow(2)};
  return {"rare_and_dense3", RowConjunction(rows, rows.size()), {}, 0, false};
}

Workload AtLeast3Of8() {
  std::vector<PlanOperand> operands;
  for (uint32_t place = 0; place < 8; ++place) operands.push_back(Row(MixedRow(place)));
  PlanOperand made = Join(query::AtLeast{3}, std::move(operands));
  return {"at_least_3_of_8", std::move(made), {}, 0, false};
}

Workload Range7AndDense() {
  PlanOperand range(query::NumberRange{.number = {kNumberTag}, .low = 11, .high = 87});
  PlanOperand made = Join(AllOf{}, {std::move(range), Row(DenseRow(0))});
  return {"range7_and_dense", std::move(made), Slices(), kNumberBits, false};
}

Workload SumInSegment() {
  const std::vector<index::RowRef> rows = {DenseRow(0), DenseRow(1), DenseRow(3)};
  std::vector<index::RowRef> read = Slices();
  read.insert(read.end(), rows.begin(), rows.end());
  const uint32_t positives = static_cast<uint32_t>(read.size()) - 1;
  return {"sum_in_segment", RowConjunction(rows, 2), std::move(read), positives, false};
}

std::vector<PlanOperand> RandomSegments() {
  std::mt19937_64 random(kSegmentSeed);
  std::vector<PlanOperand> segments;
  for (int i = 0; i < kSegments; ++i) {
    const std::vector<index::RowRef> rows = SomeRows(random, 3 + random() % 6);
    const size_t negatives = random() % (rows.size() - 1);
    segments.push_back(RowConjunction(rows, rows.size() - negatives));
  }
  return segments;
}

std::vector<PlanOperand> TemplateSegments() {
  std::mt19937_64 random(kSegmentSeed);
  std::vector<PlanOperand> segments;
  for (int i = 0; i < kTemplates; ++i) {
    const size_t shared = 2 + random() % 5;
    std::vector<index::RowRef> rows = SomeRows(random, shared + kSegments / kTemplates);
    for (size_t last = shared; last < rows.size(); ++last) {
      std::vector<index::RowRef> segment(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(shared));
      segment.push_back(rows[last]);
      segments.push_back(RowConjunction(segment, random() % 3 == 0 ? shared : segment.size()));
    }
  }
  return segments;
}

}  // namespace muster::benchmarks

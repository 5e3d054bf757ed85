#include "benchmarks/roaring_baseline.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

#include "benchmarks/rows.h"
#include "index/bitmap/fragment_record.h"
#include "index/bitmap/geometry.h"

namespace muster::benchmarks {
namespace {

using query::PlanNode;
using query::PlanOperand;

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "CRoaring baseline: %s\n", what);
  std::abort();
}

Roaring FragmentOf(index::RecordBytes record, uint32_t fragment) {
  const auto header = index::ReadRecordHeader(record);
  if (!header.has_value()) Die("a record has no header");
  const uint64_t first = index::FirstOrdinalOf(fragment);
  if (header->flags == index::kFlagFull) {
    return Roaring(roaring_bitmap_from_range(first, first + index::kFragmentOrdinals, 1));
  }
  const index::RecordBytes payload = record.subspan(index::kRecordHeaderBytes);
  const Roaring local(roaring_bitmap_portable_deserialize_safe(reinterpret_cast<const char*>(payload.data()),
                                                               payload.size()));
  if (local == nullptr) Die("a record isn't a bitmap");
  return Roaring(roaring_bitmap_add_offset(local.get(), static_cast<int64_t>(first)));
}

Roaring Load(const index::Snapshot& snapshot, index::RowRef row) {
  Roaring whole(roaring_bitmap_create());
  const std::unique_ptr<index::RowSource> source = snapshot.NewRowSource();
  index::ResolvedRow resolved;
  for (uint32_t first = 0; first < snapshot.fragment_count(); first += index::kMaxWindowFragments) {
    const uint32_t count = std::min(index::kMaxWindowFragments, snapshot.fragment_count() - first);
    if (!source->BeginWindow(first, count).ok() || !source->Resolve(row, resolved).ok()) Die("a row is gone");
    for (uint32_t i = 0; i < count; ++i) {
      const index::RecordBytes record = resolved.fragments[i].image;
      if (record.empty()) continue;
      const Roaring fragment = FragmentOf(record, first + i);
      roaring_bitmap_or_inplace(whole.get(), fragment.get());
    }
    source->EndWindow();
  }
  roaring_bitmap_run_optimize(whole.get());
  roaring_bitmap_shrink_to_fit(whole.get());
  return whole;
}

}  // namespace

const roaring_bitmap_t* RoaringBaseline::Row(index::RowRef row) {
  Roaring& bitmap = rows_[row];
  if (bitmap == nullptr) bitmap = Load(snapshot_, row);
  return bitmap.get();
}

void RoaringBaseline::Prepare(const PlanOperand& expression) {
  const PlanNode& node = *expression.node;
  if (const auto* leaf = node.As<query::Row>(); leaf != nullptr) Row(leaf->row.in_view());
  if (const auto* list = node.As<query::AnyRow>(); list != nullptr) UniteRows(*list);
  if (const auto* range = node.As<query::NumberRange>(); range != nullptr) Range(*range);
  for (const PlanOperand& operand : node.operands) Prepare(operand);
}

uint64_t RoaringBaseline::Count(const PlanOperand& expression) {
  if (expression.negated) Die("no workload counts everybody else");
  if (expression.node->Is<query::AllOf>()) {
    uint64_t count = 0;
    Conjoin(*expression.node, &count);
    return count;
  }
  return roaring_bitmap_get_cardinality(Take(*expression.node).bitmap);
}

uint64_t RoaringBaseline::Sum(const PlanOperand& segment, index::TagId tag, int bits) {
  const Taken members = Take(*segment.node);
  uint64_t sum = 0;
  for (int bit = 0; bit < bits; ++bit) {
    const index::RowRef slice{tag, index::MakeRow(index::kOwnValue, index::kFirstMagnitudeSlot + bit)};
    sum += roaring_bitmap_and_cardinality(members.bitmap, Row(slice)) << bit;
  }
  return sum;
}

RoaringBaseline::Taken RoaringBaseline::Take(const PlanNode& expression) {
  if (const auto* leaf = expression.As<query::Row>(); leaf != nullptr)
    return {Row(leaf->row.in_view()), nullptr, false};
  Taken taken{nullptr, Evaluate(expression), false};
  taken.bitmap = taken.owned.get();
  return taken;
}

Roaring RoaringBaseline::Evaluate(const PlanNode& expression) {
  const auto die = [](const auto&) -> Roaring { Die("an operator that no workload has"); };
  return std::visit(
      query::Overloaded{[this](const query::AnyRow& list) { return UniteRows(list); },
                        [this](const query::NumberRange& range) { return Range(range); },
                        [&](const query::AllOf&) { return Conjoin(expression, nullptr); },
                        [&](const query::AnyOf&) { return Unite(expression); },
                        [&](const query::AtLeast& threshold) { return AtLeast(expression, threshold.count); },
                        die},
      expression.kind);
}

Roaring RoaringBaseline::Conjoin(const PlanNode& expression, uint64_t* count) {
  std::vector<Taken> taken;
  for (const PlanOperand& operand : expression.operands) {
    taken.push_back(Take(*operand.node));
    taken.back().negated = operand.negated;
  }
  std::sort(taken.begin(), taken.end(), [](const Taken& a, const Taken& b) {
    if (a.negated != b.negated) return b.negated;
    const uint64_t of_a = roaring_bitmap_get_cardinality(a.bitmap);
    const uint64_t of_b = roaring_bitmap_get_cardinality(b.bitmap);
    return a.negated ? of_a > of_b : of_a < of_b;
  });
  if (taken.size() < 2 || taken[0].negated) Die("a conjunction without a pair");
  Roaring selected;
  for (size_t i = 1; i < taken.size(); ++i) {
    const roaring_bitmap_t* left = selected == nullptr ? taken[0].bitmap : selected.get();
    const roaring_bitmap_t* right = taken[i].bitmap;
    if (i + 1 == taken.size() && count != nullptr) {
      *count = taken[i].negated ? roaring_bitmap_andnot_cardinality(left, right)
                                : roaring_bitmap_and_cardinality(left, right);
    } else if (selected == nullptr) {
      selected.reset(taken[i].negated ? roaring_bitmap_andnot(left, right) : roaring_bitmap_and(left, right));
    } else if (taken[i].negated) {
      roaring_bitmap_andnot_inplace(selected.get(), right);
    } else {
      roaring_bitmap_and_inplace(selected.get(), right);
    }
  }
  return selected;
}

Roaring RoaringBaseline::Unite(const PlanNode& expression) {
  std::vector<Taken> taken;
  std::vector<const roaring_bitmap_t*> bitmaps;
  for (const PlanOperand& operand : expression.operands) {
    taken.push_back(Take(*operand.node));
    bitmaps.push_back(taken.back().bitmap);
  }
  return Roaring(roaring_bitmap_or_many(bitmaps.size(), bitmaps.data()));
}

Roaring RoaringBaseline::UniteRows(const query::AnyRow& list) {
  std::vector<const roaring_bitmap_t*> bitmaps;
  for (const index::RowId row : list.rows) bitmaps.push_back(Row({list.source.source, row}));
  return Roaring(roaring_bitmap_or_many(bitmaps.size(), bitmaps.data()));
}

// at_least[i] holds the members of more than i operands so far; each operand moves its members up by one.
Roaring RoaringBaseline::AtLeast(const PlanNode& expression, uint32_t least) {
  std::vector<Roaring> at_least(least);
  for (Roaring& each : at_least) each.reset(roaring_bitmap_create());
  for (const PlanOperand& operand : expression.operands) {
    const Taken taken = Take(*operand.node);
    for (size_t i = at_least.size(); i-- > 1;) {
      const Roaring lifted(roaring_bitmap_and(at_least[i - 1].get(), taken.bitmap));
      roaring_bitmap_or_inplace(at_least[i].get(), lifted.get());
    }
    roaring_bitmap_or_inplace(at_least[0].get(), taken.bitmap);
  }
  return std::move(at_least.back());
}

// O'Neil and Quass 1997, one bound after the other: `equal` equals the bound so far, `kept` is on the wanted
// side. REQUIRES: 0 ≤ low ≤ high, no negative numbers, no slice above kNumberBits.
Roaring RoaringBaseline::Range(const query::NumberRange& range) {
  const auto row = [&](index::Slot slot) {
    return Row({range.number.source.source, index::MakeRow(range.number.value, slot)});
  };
  Roaring within(roaring_bitmap_copy(row(index::kMembershipSlot)));
  for (const bool at_most : {true, false}) {
    const uint64_t bound = static_cast<uint64_t>(at_most ? range.high : range.low);
    Roaring kept(roaring_bitmap_create());
    Roaring equal = std::move(within);
    for (int bit = kNumberBits; bit-- > 0;) {
      const roaring_bitmap_t* slice = row(index::kFirstMagnitudeSlot + bit);
      const bool set = (bound >> bit & 1) != 0;
      if (set == at_most) {
        const Roaring decided(at_most ? roaring_bitmap_andnot(equal.get(), slice)
                                      : roaring_bitmap_and(equal.get(), slice));
        roaring_bitmap_or_inplace(kept.get(), decided.get());
      }
      if (set) {
        roaring_bitmap_and_inplace(equal.get(), slice);
      } else {
        roaring_bitmap_andnot_inplace(equal.get(), slice);
      }
    }
    roaring_bitmap_or_inplace(kept.get(), equal.get());
    within = std::move(kept);
  }
  return within;
}

}  // namespace muster::benchmarks

// A short ascending list of values against any node: each value is looked up, so that of an operand only the
// cache lines are read in which a value falls.
#include <algorithm>
#include <array>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

void Copy(const ListedValue* from, uint32_t count, ListedValue* to) {
  std::memcpy(to, from, size_t{count} * sizeof(uint16_t));
}

// Keeps what is (`keep`) or isn't in `held`, an ascending list too.
uint32_t FilterByList(ListedValue* list, uint32_t count, const ChunkRegister& held, uint32_t held_count,
                      bool keep) {
  const ChunkView view{ChunkForm::kArray, held_count, reinterpret_cast<const uint8_t*>(held.words)};
  return FilterList(list, count, view, keep);
}

// Calls `visit(place)` for each place of `list` whose value is in `held`, which was made by keeping some of
// them.
template <typename Visit>
void ForEachHeld(const ListedValue* list, const ListedValue* held, uint32_t held_count, const Visit& visit) {
  for (uint32_t place = 0, at = 0; at < held_count; ++place) {
    if (list[place] != held[at]) continue;
    ++at;
    visit(place);
  }
}

}  // namespace

uint32_t ChunkEvaluator::FilterByRow(ListedValue* list, uint32_t count, RowIndex row, const RowChunk& chunk,
                                     bool keep) {
  const bool sparse = chunk.view.form == ChunkForm::kArray || chunk.view.form == ChunkForm::kRuns;
  if (KeepsRows() && (chunk.composed || (sparse && WidensFor(row, count)))) {
    return FilterList(list, count, {ChunkForm::kBitset, 0, KeptBitset(row).bitset}, keep);
  }
  if (chunk.composed) {
    const size_t mark = registers_.Mark();
    const ChunkView view = RowView(row, chunk, registers_.Take());
    count = FilterList(list, count, view, keep);
    registers_.Release(mark);
    return count;
  }
  bytes_read_ += std::min(BytesOf(chunk.view), count * kCacheLine);
  return FilterList(list, count, chunk.view, keep);
}

// OR is the complement of AND of the complements: what is in none of the operands is found first.
uint32_t ChunkEvaluator::FilterByNode(ListedValue* list, uint32_t count, NodeIndex index, bool keep) {
  if (count == 0 || Stopped()) return 0;
  const ProgramNode& node = program_.node(index);
  if (program_.is_shared(index)) return FilterList(list, count, EvaluateShared(index), keep);
  if (node.kind == NodeKind::kEveryone || node.kind == NodeKind::kNobody) {
    return (node.kind == NodeKind::kEveryone) == keep ? count : 0;
  }
  if (node.kind == NodeKind::kRow) return FilterByRow(list, count, node.rows[0], keep);
  if (node.kind == NodeKind::kRange) return FilterByRange(list, count, node, keep);
  if (node.kind == NodeKind::kNumberIn) return FilterByNumberIn(list, count, node, keep);
  if (node.kind == NodeKind::kAtLeast) return FilterByThreshold(list, count, node, keep);

  const bool conjunction = node.kind == NodeKind::kAnd;
  const size_t mark = registers_.Mark();
  ChunkRegister* const kept = conjunction == keep ? nullptr : &registers_.Take();
  ListedValue* const left = kept == nullptr ? list : kept->list();
  if (kept != nullptr) Copy(list, count, left);
  uint32_t left_count = count;
  for (const Operand& operand : node.operands) {
    left_count = FilterByNode(left, left_count, operand.node, conjunction != operand.negated);
    if (left_count == 0) break;
  }
  for (const RowIndex row : node.rows) {
    if (left_count == 0 || Stopped()) break;
    left_count = FilterByRow(left, left_count, row, false);
  }
  if (kept != nullptr) left_count = FilterByList(list, count, *kept, left_count, false);
  registers_.Release(mark);
  return left_count;
}

uint32_t ChunkEvaluator::FilterByThreshold(ListedValue* list, uint32_t count, const ProgramNode& node,
                                           bool keep) {
  const size_t mark = registers_.Mark();
  ChunkRegister& held = registers_.Take();
  std::array<uint32_t, kMaxDriverValues> times;
  std::fill_n(times.begin(), count, 0);
  for (const Operand& operand : node.operands) {
    Copy(list, count, held.list());
    const uint32_t held_count = FilterByNode(held.list(), count, operand.node, !operand.negated);
    ForEachHeld(list, held.list(), held_count, [&](uint32_t place) { ++times[place]; });
  }
  registers_.Release(mark);
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) { return times[place] >= node.count; });
}

// Whoever has no number has no bit either, so an empty `known` ends it.
void ChunkEvaluator::PutNumbersTogether(const ListedValue* list, uint32_t count, const ProgramNode& number,
                                        ListedNumbers& numbers) {
  const size_t mark = registers_.Mark();
  ChunkRegister& held = registers_.Take();
  std::fill_n(numbers.magnitudes.begin(), count, 0);
  std::fill_n(numbers.known.begin(), count, false);
  std::fill_n(numbers.negative.begin(), count, false);
  for (size_t row = 0; row < number.rows.size(); ++row) {
    Copy(list, count, held.list());
    const uint32_t held_count = FilterByRow(held.list(), count, number.rows[row], true);
    if (row == kKnownRowPlace && held_count == 0) break;
    ForEachHeld(list, held.list(), held_count, [&](uint32_t place) {
      if (row == kKnownRowPlace) {
        numbers.known[place] = true;
      } else if (row == kSignRowPlace) {
        numbers.negative[place] = true;
      } else {
        numbers.magnitudes[place] |= uint64_t{1} << (row - kFirstSliceRow);
      }
    });
  }
  registers_.Release(mark);
}

uint32_t ChunkEvaluator::FilterByRange(ListedValue* list, uint32_t count, const ProgramNode& node,
                                       bool keep) {
  ListedNumbers numbers;
  PutNumbersTogether(list, count, node, numbers);
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) {
    if (!numbers.known[place]) return false;
    const int64_t number = numbers.number(place);
    return node.low <= number && number <= node.high;
  });
}

}  // namespace muster::query

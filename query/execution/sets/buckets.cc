// A member's bucket is XXH3-64 of the salt, a zero byte and the member's id, modulo kBuckets. Reading and
// hashing the ids of a chunk takes thousands of times as long as reading a bitset, so a conjunction evaluates
// its buckets late and reads only the ids of the members that remain.
//
// Buckets of a stored salt are a number, whose membership row holds those members whose bucket is in the
// slices. The row is read in the transaction that reads the slices. So whatever was stored since the question
// was planned, each chunk is divided rightly: members in the row by slices, all others by their ids. In all
// chunks but a few the row is full, and a bucket costs as much as any comparison of numbers.
#include "query/execution/sets/buckets.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "index/bitmap/salted_buckets.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

using index::ChunkForm;

// Which members of the chunk have stored buckets.
enum class Stored : uint8_t { kNobody, kSome, kEverybody };

Stored StoredIn(EvalContext& context, const ProgramNode& node) {
  if (node.rows.empty()) return Stored::kNobody;
  const RowChunk known = context.ChunkOf(node.rows[kKnownRowPlace]);
  if (known.composed) return Stored::kSome;
  if (known.view.form == ChunkForm::kFull) return Stored::kEverybody;
  return known.view.form == ChunkForm::kEmpty ? Stored::kNobody : Stored::kSome;
}

// Calls `held(place)` for each of the context's places whose member is in the node's buckets.
template <typename Held>
void ForEachInBuckets(EvalContext& context, const ProgramNode& node, const Held& held) {
  if (context.places().empty() || context.StoppedNow()) return;
  if (context.ids() == nullptr) return context.Fail(absl::InternalError("a scan has no member ids"));
  const std::vector<uint16_t>& places = context.places();
  index::BucketFinder finder(node.salt);
  size_t bytes = 0;
  context.Fail(context.ids()->VisitIds(context.first(), places, [&](size_t i, std::string_view id) {
    bytes += id.size();
    if (id.empty()) return;  // an erased member
    const int64_t bucket = finder.BucketOf(id);
    if (node.low <= bucket && bucket <= node.high) held(places[i]);
  }));
  context.NoteRead(static_cast<uint32_t>(bytes));
}

// The number of members of everyone that are in the node's buckets and in all of `within`, without those in
// the bitset `except`; null: nobody. Writes them to `into`, in which `within` may lie.
uint32_t EvaluateByIds(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                       const uint8_t* except, ChunkRegister& into) {
  RegisterScope scope(context.registers());
  const uint8_t* operands[kMaxFused + 2] = {RowBitset(context, Program::kEveryoneRow, scope)};
  std::copy_n(within.bitsets, within.count(), operands + 1);
  uint32_t negatives = within.negatives;
  if (except != nullptr) operands[1 + within.positives + negatives++] = except;
  uint32_t count = 0;
  ChunkRegister& candidates = scope.Take();
  if (operands[0] != NoneOfChunk()) {
    count = context.kernels().intersect({operands, within.positives + 1, negatives}, candidates.bytes());
  }
  context.places().resize(count);
  if (count > 0)
    ListParts(candidates.bytes(), kAllParts, reinterpret_cast<ListedValue*>(context.places().data()));
  uint8_t* const selected = into.bytes();
  std::memset(selected, 0, index::kChunkBytes);
  uint32_t held_count = 0;
  ForEachInBuckets(context, node, [&](uint16_t place) {
    selected[place >> 3] = static_cast<uint8_t>(selected[place >> 3] | 1u << (place & 7));
    ++held_count;
  });
  return held_count;
}

// Keeps the values of an ascending list that are members of everyone and in the node's buckets.
uint32_t FilterByIds(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node) {
  const uint32_t member_count = FilterByRow(context, list, count, Program::kEveryoneRow, true);
  context.places().assign(list, list + member_count);
  uint32_t held_count = 0;
  ForEachInBuckets(context, node, [&](uint16_t place) { list[held_count++] = place; });
  return held_count;
}

}  // namespace

ChunkAnswer EvaluateBucket(EvalContext& context, NodeIndex index, const ChunkOperands& within,
                           ChunkRegister& into, AnswerKind asked) {
  const ProgramNode& node = context.program().node(index);
  const Stored stored = StoredIn(context, node);
  const auto note = [&](ChunkWay way) {
    if (context.IsMeasured(index)) context.Note(way);
  };
  if (stored == Stored::kEverybody) {
    note(ChunkWay::kBySlices);
    return EvaluateRange(context, node, within, into, asked);
  }
  if (stored == Stored::kNobody) {
    note(ChunkWay::kHashed);
    return FoundBitset(EvaluateByIds(context, node, within, nullptr, into), into);
  }
  RegisterScope scope(context.registers());
  ChunkRegister& by_slices = scope.Take();
  const uint8_t* const known = RowBitset(context, node.rows[kKnownRowPlace], scope);
  const uint32_t in_slices = EvaluateRange(context, node, within, by_slices, AnswerKind::kSet).count;
  const uint32_t in_ids = EvaluateByIds(context, node, within, known, into);
  note(context.places().empty() ? ChunkWay::kBySlices : ChunkWay::kHashed);
  const uint8_t* const halves[] = {in_slices > 0 ? by_slices.bytes() : NoneOfChunk(), into.bytes()};
  context.kernels().unite(halves, 2, into.bytes());
  return FoundBitset(in_slices + in_ids, into);
}

uint32_t FilterByBucket(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                        bool keep) {
  const Stored stored = StoredIn(context, node);
  if (stored == Stored::kEverybody) return FilterByRange(context, list, count, node, keep);
  RegisterScope scope(context.registers());
  ChunkRegister& held = scope.Take();
  CopyList(list, count, held.list());
  uint32_t held_count = count;
  if (stored == Stored::kNobody) {
    held_count = FilterByIds(context, held.list(), count, node);
  } else {
    const RowIndex known = node.rows[kKnownRowPlace];
    ListedValue* const in_slices = scope.Take().list();
    ListedValue* const in_ids = scope.Take().list();
    CopyList(list, count, in_slices);
    CopyList(list, count, in_ids);
    uint32_t slices_count = FilterByRow(context, in_slices, count, known, true);
    slices_count = FilterByRange(context, in_slices, slices_count, node, true);
    uint32_t ids_count = FilterByRow(context, in_ids, count, known, false);
    ids_count = FilterByIds(context, in_ids, ids_count, node);
    ListedValue* const end =
        std::merge(in_slices, in_slices + slices_count, in_ids, in_ids + ids_count, held.list());
    held_count = static_cast<uint32_t>(end - held.list());
  }
  return FilterList(list, count, {ChunkForm::kArray, held_count, held.bytes()}, keep);
}

}  // namespace muster::query

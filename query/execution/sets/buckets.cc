// Buckets are not stored: a member's bucket is XXH3-64 of the salt, a zero byte and the member's id, modulo
// kBuckets. Reading and hashing the ids of a chunk takes thousands of times as long as reading a bitset, so
// a conjunction evaluates its buckets last and reads only the ids of the members that remain.
#include "query/execution/sets/buckets.h"

#include <xxhash.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

// Computes the bucket of an id. Not thread-safe.
class BucketFinder {
 public:
  explicit BucketFinder(const std::string& salt) : text_(salt) {
    text_.push_back('\0');
    salt_bytes_ = text_.size();
  }

  int64_t BucketOf(std::string_view id) {
    text_.resize(salt_bytes_);
    text_.append(id);
    return static_cast<int64_t>(XXH3_64bits(text_.data(), text_.size()) % kBuckets);
  }

 private:
  std::string text_;
  size_t salt_bytes_;
};

// Calls `held(place)` for each of the context's places whose member is in the node's buckets.
template <typename Held>
void ForEachInBuckets(EvalContext& context, const ProgramNode& node, const Held& held) {
  if (context.places().empty() || context.StoppedNow()) return;
  if (context.ids() == nullptr) return context.Fail(absl::InternalError("a scan has no member ids"));
  const std::vector<uint16_t>& places = context.places();
  BucketFinder finder(node.salt);
  size_t bytes = 0;
  context.Fail(context.ids()->VisitIds(context.first(), places, [&](size_t i, std::string_view id) {
    bytes += id.size();
    if (id.empty()) return;  // an erased member
    const int64_t bucket = finder.BucketOf(id);
    if (node.low <= bucket && bucket <= node.high) held(places[i]);
  }));
  context.NoteRead(static_cast<uint32_t>(bytes));
}

}  // namespace

ChunkAnswer EvaluateBucket(EvalContext& context, NodeIndex index, const ChunkOperands& within,
                           ChunkRegister& into) {
  if (context.IsMeasured(index)) context.Note(ChunkWay::kHashed);
  RegisterScope scope(context.registers());
  const uint8_t* operands[kMaxFused + 1] = {RowBitset(context, Program::kEveryoneRow, scope)};
  if (operands[0] == NoneOfChunk()) return {};
  for (uint32_t i = 0; i < within.count(); ++i) operands[1 + i] = within.bitsets[i];
  // `within` may lie in `into`, which is not written before this.
  ChunkRegister& candidates = scope.Take();
  const uint32_t count =
      context.kernels().intersect({operands, within.positives + 1, within.negatives}, candidates.bytes());
  context.places().resize(count);
  ListParts(candidates.bytes(), kAllParts, reinterpret_cast<ListedValue*>(context.places().data()));
  uint8_t* const selected = into.bytes();
  std::memset(selected, 0, index::kChunkBytes);
  uint32_t held_count = 0;
  ForEachInBuckets(context, context.program().node(index), [&](uint16_t place) {
    selected[place >> 3] = static_cast<uint8_t>(selected[place >> 3] | 1u << (place & 7));
    ++held_count;
  });
  return FoundBitset(held_count, into);
}

uint32_t FilterByBucket(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                        bool keep) {
  RegisterScope scope(context.registers());
  ListedValue* const members = scope.Take().list();
  CopyList(list, count, members);
  const uint32_t member_count = FilterByRow(context, members, count, Program::kEveryoneRow, true);
  context.places().assign(members, members + member_count);
  ChunkRegister& held = scope.Take();
  uint32_t held_count = 0;
  ForEachInBuckets(context, node, [&](uint16_t place) { held.list()[held_count++] = place; });
  return FilterList(list, count, {index::ChunkForm::kArray, held_count, held.bytes()}, keep);
}

}  // namespace muster::query

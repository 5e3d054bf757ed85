// AT LEAST k OF: bit-sliced counters, one for each ordinal of the chunk.
#include <bit>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/sparse_chunks.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

constexpr uint32_t kMaxPlanes = 32;

// Adds 1 to the counter of each value of an array.
void AddArray(const ChunkView& view, uint8_t* const* planes, uint32_t plane_count) {
  for (uint32_t i = 0; i < view.count; ++i) {
    const uint32_t value = ArrayValue(view, i);
    const uint8_t mask = static_cast<uint8_t>(1u << (value & 7));
    for (uint32_t plane = 0; plane < plane_count; ++plane) {
      uint8_t& byte = planes[plane][value >> 3];
      byte ^= mask;
      if ((byte & mask) != 0) break;  // no carry
    }
  }
}

}  // namespace

// `wanted` operands of the `open` ones that aren't decided must hold a member. Every operand decides one
// step: either it lowers one of the two, or it is added to the counters, of which none exceeds the operands
// added.
ChunkView ChunkEvaluator::EvaluateThreshold(const ProgramNode& node, ChunkRegister& into) {
  uint32_t wanted = node.count;
  uint32_t open = static_cast<uint32_t>(node.operands.size());
  const auto decide = [&](ChunkForm form, bool negated) {
    if (form != ChunkForm::kEmpty && form != ChunkForm::kFull) return false;
    --open;
    if ((form == ChunkForm::kFull) != negated && wanted > 0) --wanted;
    return true;
  };
  for (const Operand& operand : node.operands) {
    if (!IsLeaf(operand)) continue;
    const RowChunk chunk = LeafChunk(operand);
    if (!chunk.composed) decide(chunk.view.form, operand.negated);
  }
  if (wanted == 0) return ChunkView{ChunkForm::kFull, 0, nullptr};
  if (wanted > open) return ChunkView{};

  const size_t mark = registers_.Mark();
  const uint32_t plane_count = static_cast<uint32_t>(std::bit_width(open));
  uint8_t* planes[kMaxPlanes];
  for (uint32_t i = 0; i < plane_count; ++i) {
    planes[i] = registers_.Take().bytes();
    std::memset(planes[i], 0, index::kChunkBytes);
  }
  const size_t operand_mark = registers_.Mark();
  for (const Operand& operand : node.operands) {
    const ChunkView view = OperandView(Operand{operand.node, false});
    const bool constant = view.form == ChunkForm::kEmpty || view.form == ChunkForm::kFull;
    if (constant) {
      if (!IsLeaf(operand)) decide(view.form, operand.negated);
    } else if (view.form == ChunkForm::kArray && !operand.negated) {
      AddArray(view, planes, plane_count);
    } else {
      kernels_.add_to_planes(AsBitset(view), operand.negated, planes, plane_count);
    }
    registers_.Release(operand_mark);
    if (wanted == 0 || wanted > open) break;
  }
  ChunkView selected;
  if (wanted == 0) {
    selected = ChunkView{ChunkForm::kFull, 0, nullptr};
  } else if (wanted <= open && kernels_.compare(AllOfChunk(), planes, plane_count, wanted,
                                                SliceBound::kAtLeast, into.bytes()) > 0) {
    selected = ChunkView{ChunkForm::kBitset, 0, into.bytes()};
  }
  registers_.Release(mark);
  return selected;
}

}  // namespace muster::query

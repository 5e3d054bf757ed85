// Runs a program on one chunk after another.
//
// Every set is a ChunkView: stored bytes where nothing had to be computed, else a register. Each Evaluate
// method gets the register that its result may use (`into`), so all other registers it takes are released
// when it returns.
#ifndef MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_
#define MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_

#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels.h"
#include "query/execution/program.h"
#include "query/execution/registers.h"
#include "query/execution/window_rows.h"

namespace muster::query {

// Not thread-safe. `program`, `kernels` and `rows` outlive it. Chunks are those of the fragment that `rows`
// entered.
class ChunkEvaluator {
 public:
  ChunkEvaluator(const Program& program, const Kernels& kernels, WindowRows& rows);

  // How many members of the chunk the program selects. Of a conjunction of stored bitsets nothing is
  // materialised.
  uint32_t Count(uint32_t chunk);
  // Which they are; valid until the next call.
  index::ChunkView Select(uint32_t chunk);
  // How many members of everyone one node alone holds.
  uint32_t CountNode(NodeIndex node, uint32_t chunk);

  // Bytes of stored containers that were read so far.
  uint64_t bytes_read() const { return bytes_read_ + rows_.bytes_composed(); }

 private:
  // What the leaves of a conjunction say before any of their bytes is read.
  struct LeafSurvey {
    bool nobody = false;              // some leaf leaves nothing
    uint32_t undecided = 0;           // leaves that are neither everything nor nothing here
    uint32_t sparse_negatives = 0;    // of them: arrays and runs to be taken away
    uint32_t inner_nodes = 0;         // operands that aren't leaves
    const Operand* driver = nullptr;  // the shortest array that all others can be probed for
    const Operand* only = nullptr;    // the last undecided leaf, when it is a view to be kept
  };
  class FusedOperands;
  class Union;

  index::ChunkView Evaluate(NodeIndex node, ChunkRegister& into);
  // `count`: null, or where to put how many there are; the view is then not to be used.
  index::ChunkView Conjoin(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count);
  index::ChunkView UniteRows(absl::Span<const RowIndex> rows, ChunkRegister& into);
  index::ChunkView UniteOperands(absl::Span<const Operand> operands, ChunkRegister& into);
  index::ChunkView EvaluateThreshold(const ProgramNode& node, ChunkRegister& into);
  index::ChunkView EvaluateRange(const ProgramNode& node, ChunkRegister& into);

  LeafSurvey SurveyLeaves(absl::Span<const Operand> operands);
  index::ChunkView FilterDriver(absl::Span<const Operand> operands, const Operand& driver,
                                ChunkRegister& into);
  index::ChunkView FuseLeaves(absl::Span<const Operand> operands, const LeafSurvey& survey,
                              ChunkRegister& into, uint32_t* count);
  // Takes the negated arrays and runs out of `into`; answers how many ordinals that were.
  uint32_t TakeAwaySparse(absl::Span<const Operand> operands, ChunkRegister& into);
  index::ChunkView NarrowByInnerNodes(absl::Span<const Operand> operands, index::ChunkView selected,
                                      ChunkRegister& into);
  index::ChunkView Narrow(index::ChunkView selected, const index::ChunkView& by, bool negated,
                          ChunkRegister& into);

  bool IsLeaf(const Operand& operand) const;
  // REQUIRES: IsLeaf.
  RowChunk LeafChunk(const Operand& operand);

  // The leaf's set, put together into `target` when it is composed.
  index::ChunkView LeafView(const Operand& operand, const RowChunk& chunk, ChunkRegister& target);
  index::ChunkView RowView(RowIndex row, ChunkRegister& target);
  // The view as a bitset: its own bytes, a constant, or widened into a register taken from the stack.
  const uint8_t* AsBitset(const index::ChunkView& view);
  // The operand's set; what it needs comes from the stack and stays taken.
  index::ChunkView OperandView(const Operand& operand);
  // Everything outside the view, as a bitset in a register taken from the stack; all and nothing stay what
  // they are.
  index::ChunkView Complement(const index::ChunkView& view);
  uint32_t CountView(const index::ChunkView& view);
  void NoteRead(const index::ChunkView& view) { bytes_read_ += BytesOf(view); }

  const Program& program_;
  const Kernels& kernels_;
  WindowRows& rows_;
  RegisterStack registers_;
  uint32_t chunk_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_CHUNK_EVALUATOR_H_

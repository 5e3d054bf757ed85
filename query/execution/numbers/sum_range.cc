// Compares sums of several numbers with bounds. Slices are added bit by bit with full adders on whole
// vectors, so that one operation adds a bit for hundreds of members.
#include <algorithm>
#include <array>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/listed_numbers.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

// The rows of one term.
absl::Span<const RowIndex> RowsOf(const ProgramNode& node, const ProgramSum::Term& term) {
  return absl::MakeConstSpan(node.rows).subspan(term.first_row, kFirstSliceRow + term.bits);
}

WideBits BitsOf(absl::int128 number) {
  return {{absl::Int128Low64(number), static_cast<uint64_t>(absl::Int128High64(number))}};
}

// The numbers of a chunk as bitsets, each up to its highest slice that isn't empty.
class SumSlices {
 public:
  SumSlices(EvalContext& context, const ProgramNode& node, RegisterScope& scope) {
    for (size_t i = 0; i < node.sum.terms.size(); ++i) {
      const absl::Span<const RowIndex> rows = RowsOf(node, node.sum.terms[i]);
      ChunkTerm& term = terms_[i];
      term.slices = slices_[i].data();
      for (size_t row = kFirstSliceRow; row < rows.size(); ++row) {
        const uint8_t* const slice = RowBitset(context, rows[row], scope);
        slices_[i][row - kFirstSliceRow] = slice;
        if (slice != NoneOfChunk()) term.bits = static_cast<uint32_t>(row - kFirstSliceRow) + 1;
      }
      if (term.bits == 0) continue;
      const uint8_t* const sign = RowBitset(context, rows[kSignRowPlace], scope);
      term.sign = sign == NoneOfChunk() ? nullptr : sign;
      const absl::int128 factor = node.sum.terms[i].factor;
      greatest_ += (factor < 0 ? -factor : factor) * ((absl::int128(1) << static_cast<int>(term.bits)) - 1);
    }
  }

  // An upper bound of the magnitude of all sums in the chunk.
  absl::int128 greatest() const { return greatest_; }
  // REQUIRES: −greatest() ≤ low ≤ high ≤ greatest(), greatest() > 0.
  ChunkSums Between(const ProgramSum& sum, absl::int128 low, absl::int128 high) const {
    ChunkSums sums{.terms = terms_.data(),
                   .steps = sum.steps.data(),
                   .step_count = static_cast<uint32_t>(sum.steps.size())};
    while ((greatest_ >> static_cast<int>(sums.bits)) != 0) ++sums.bits;
    const absl::int128 sign = absl::int128(1) << static_cast<int>(sums.bits++);
    sums.low = BitsOf(low + sign);
    sums.high = BitsOf(high + sign);
    return sums;
  }

 private:
  std::array<ChunkTerm, kMaxSumTerms> terms_;
  std::array<std::array<const uint8_t*, index::kMagnitudeBits>, kMaxSumTerms> slices_;
  absl::int128 greatest_ = 0;
};

// The ordinals that have all numbers and are in all of `within`, which may use `into`; NoneOfChunk if empty.
const uint8_t* Candidates(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                          RegisterScope& scope) {
  std::array<const uint8_t*, kMaxSumTerms + kMaxFused> bitsets;
  uint32_t positives = 0;
  for (const ProgramSum::Term& term : node.sum.terms) {
    const uint8_t* const known = RowBitset(context, RowsOf(node, term)[kKnownRowPlace], scope);
    if (known == NoneOfChunk()) return known;
    if (known != AllOfChunk()) bitsets[positives++] = known;
  }
  std::copy_n(within.bitsets, within.count(), bitsets.begin() + positives);
  positives += within.positives;
  if (positives == 1 && within.negatives == 0) return bitsets[0];
  ChunkRegister& candidates = scope.Take();
  const ChunkOperands all{bitsets.data(), positives, within.negatives};
  return context.kernels().intersect(all, candidates.bytes()) > 0 ? candidates.bytes() : NoneOfChunk();
}

}  // namespace

// A term without slices in the chunk is 0 for all its ordinals.
ChunkAnswer EvaluateSum(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                        ChunkRegister& into, AnswerKind asked) {
  if (context.StoppedNow()) return {};
  RegisterScope scope(context.registers());
  const uint8_t* const candidates = Candidates(context, node, within, scope);
  if (candidates == NoneOfChunk()) return {};
  const SumSlices slices(context, node, scope);
  const absl::int128 greatest = slices.greatest();
  const absl::int128 low = std::max(node.sum.low, -greatest);
  const absl::int128 high = std::min(node.sum.high, greatest);
  if (low > high) return {};
  const ChunkOperands operands{&candidates, 1, 0};
  uint8_t* const out = Destination(into, asked);
  const uint32_t count =
      greatest == 0 ? context.kernels().intersect(operands, out)
                    : context.kernels().sum_between(operands, slices.Between(node.sum, low, high), out);
  return FoundBitset(count, into);
}

uint32_t FilterBySum(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                     bool keep) {
  std::array<absl::int128, kMaxDriverValues> sums;
  std::array<bool, kMaxDriverValues> known;
  std::fill_n(sums.begin(), count, 0);
  std::fill_n(known.begin(), count, true);
  ListedNumbers numbers;
  for (const ProgramSum::Term& term : node.sum.terms) {
    if (context.Stopped()) return 0;
    PutNumbersTogether(context, list, count, RowsOf(node, term), numbers);
    for (uint32_t place = 0; place < count; ++place) {
      known[place] = known[place] && numbers.known[place];
      if (known[place]) sums[place] += term.factor * numbers.number(place);
    }
  }
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) {
    return known[place] && node.sum.low <= sums[place] && sums[place] <= node.sum.high;
  });
}

}  // namespace muster::query

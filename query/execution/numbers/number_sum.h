// Sums a number over members.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_

#include <cstdint>

#include "absl/numeric/int128.h"

namespace muster::index {
struct ChunkView;
}

namespace muster::query {

class EvalContext;
struct ChunkOperands;
struct ProgramNode;

struct NumberSum {
  absl::int128 sum = 0;  // in units of the tag's scale
  uint64_t members = 0;  // those with a number

  void Add(const NumberSum& other) {
    sum += other.sum;
    members += other.members;
  }
};

// Adds to `sum` the chunk's part of Σ `number` over the intersection of `within`. `number` is a kRange node,
// whose bounds are ignored. REQUIRES: at most kMaxFused operands.
void AddSum(EvalContext& context, const ProgramNode& number, const ChunkOperands& within, NumberSum& sum);
// The same over an array, whose values are looked up. REQUIRES: it has at most kMaxListed values.
void AddSumOfList(EvalContext& context, const ProgramNode& number, const index::ChunkView& selected,
                  NumberSum& sum);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_

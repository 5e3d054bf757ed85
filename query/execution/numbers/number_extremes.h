// Least and greatest number: the best so far is what each chunk's walk has to beat.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_

#include <cstdint>

#include "query/execution/kernels/kernels.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_walk.h"

namespace muster::query {

// Not thread-safe. `kernels` outlives it.
class ExtremesSoFar {
 public:
  explicit ExtremesSoFar(const Kernels& kernels) : walk_(kernels) {}

  void Add(SelectedNumbers& numbers);
  // Of other members.
  void Merge(const NumberExtremes& other);
  const NumberExtremes& found() const { return found_; }

 private:
  void AddNumber(int64_t number);
  void AddHalves(SelectedNumbers& numbers);
  // `has_best`: whether `best` lies in the same half.
  void Walk(SelectedNumbers& numbers, const SelectedNumbers::Half& half, MagnitudeOrder order, bool has_best,
            int64_t best, bool negative);

  NumberExtremes found_;
  bool any_ = false;
  NumberWalk walk_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_

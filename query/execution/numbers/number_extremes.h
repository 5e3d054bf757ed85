// Least and greatest number: each chunk is searched only for numbers beyond the best so far.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_

#include <cstdint>
#include <optional>

#include "query/execution/kernels/kernels.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_walk.h"

namespace muster::query {

// Not thread-safe. `kernels` outlives it.
class ExtremesTally {
 public:
  explicit ExtremesTally(const Kernels& kernels) : walk_(kernels) {}

  void Add(SelectedNumbers& numbers);
  // Merges the result of other members.
  void Merge(const NumberExtremes& other);
  const NumberExtremes& found() const { return found_; }

 private:
  void AddNumber(int64_t number);
  void AddHalves(SelectedNumbers& numbers);
  // One end of one half, and the best number so far if that lies in the same half.
  struct HalfEnd {
    const SelectedNumbers::Half& half;
    bool negative = false;
    MagnitudeOrder order;
    std::optional<int64_t> best = {};
  };
  void Walk(SelectedNumbers& numbers, const HalfEnd& end);

  NumberExtremes found_;
  bool any_ = false;
  NumberWalk walk_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_EXTREMES_H_

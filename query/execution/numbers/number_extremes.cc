// Least and greatest number: the best so far is what each chunk's walk has to beat.
#include <algorithm>

#include "index/bitmap/number_slices.h"
#include "query/execution/chunk_scan.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_walk.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

class ExtremesSoFar {
 public:
  explicit ExtremesSoFar(const Kernels& kernels) : walk_(kernels) {}

  void Add(SelectedNumbers& numbers) {
    if (numbers.members() == 0) return;
    if (numbers.is_listed()) {
      for (const SelectedNumbers::Listed& each : numbers.listed()) AddNumber(each.number);
    } else {
      AddHalves(numbers);
    }
    found_.members += numbers.members();
  }
  const NumberExtremes& found() const { return found_; }

 private:
  void AddNumber(int64_t number) {
    found_.least = any_ ? std::min(found_.least, number) : number;
    found_.greatest = any_ ? std::max(found_.greatest, number) : number;
    any_ = true;
  }

  // The outer ends of both halves first: with somebody beyond zero the inner end of the other half is not
  // asked for.
  void AddHalves(SelectedNumbers& numbers) {
    using enum MagnitudeOrder;
    const SelectedNumbers::Half& from_zero = numbers.from_zero();
    const SelectedNumbers::Half& below_zero = numbers.below_zero();
    if (from_zero.count > 0)
      Walk(numbers, from_zero, kGreatestFirst, any_ && found_.greatest >= 0, found_.greatest, false);
    if (below_zero.count > 0)
      Walk(numbers, below_zero, kGreatestFirst, any_ && found_.least < 0, found_.least, true);
    if (from_zero.count > 0 && (!any_ || found_.least >= 0))
      Walk(numbers, from_zero, kLeastFirst, any_, found_.least, false);
    if (below_zero.count > 0 && (!any_ || found_.greatest < 0))
      Walk(numbers, below_zero, kLeastFirst, any_, found_.greatest, true);
  }

  // `has_best`: whether `best` lies in the same half.
  void Walk(SelectedNumbers& numbers, const SelectedNumbers::Half& half, MagnitudeOrder order, bool has_best,
            int64_t best, bool negative) {
    std::optional<uint64_t> to_beat;
    if (has_best) to_beat = index::MagnitudeOf(best);
    const std::optional<uint64_t> magnitude = walk_.First(numbers, half, order, to_beat);
    if (!magnitude.has_value()) return;
    const int64_t number = static_cast<int64_t>(*magnitude);
    AddNumber(negative ? -number : number);
  }

  NumberExtremes found_;
  bool any_ = false;
  NumberWalk walk_;
};

}  // namespace

absl::StatusOr<NumberExtremes> ScanExtremes(const Program& program, NodeIndex number,
                                            index::RowSource& source, uint32_t fragment_count,
                                            const ScanOptions& options, ScanStatistics* statistics) {
  ChunkScan scan(program, source, options, statistics);
  ExtremesSoFar extremes(scan.kernels());
  const auto visit = [&](EvalContext& context, index::Ordinal) {
    RegisterScope scope(context.registers());
    SelectedNumbers numbers(context, program.node(number), SelectRoot(context, 0, scope));
    extremes.Add(numbers);
    return true;
  };
  absl::Status status = scan.Run(0, fragment_count, visit);
  if (!status.ok()) return status;
  return extremes.found();
}

}  // namespace muster::query

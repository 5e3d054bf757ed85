#include "query/execution/number_scans.h"

#include <utility>

#include "index/status/status_macros.h"
#include "query/execution/chunk_scan.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/numbers/number_extremes.h"
#include "query/execution/numbers/number_percentiles.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_top.h"
#include "query/execution/parallel_scan.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/conjunction.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

class SumSink {
 public:
  static constexpr bool kOneThread = false;

  explicit SumSink(const ProgramNode& number) : number_(number) {}

  // Bitsets that are pending for an intersection are passed on as they are, so that no result is
  // materialised.
  bool Add(EvalContext& context, index::Ordinal) {
    RegisterScope scope(context.registers());
    Conjunction conjunction(context, scope.Take());
    if (!conjunction.TakeUp(context.program().conjunction_of(0), AnswerKind::kSet)) return true;
    FusedOperands::Room room;
    if (const FusedOperands* const waiting = conjunction.waiting()) {
      AddSum(context, number_, waiting->Waiting(room), sum_);
    } else {
      AddSet(context, conjunction.Finish(AnswerKind::kSet).set);
    }
    return true;
  }
  void Merge(SumSink&& other) { sum_.Add(other.sum_); }

  const NumberSum& sum() const { return sum_; }

 private:
  void AddSet(EvalContext& context, const index::ChunkView& selected) {
    if (selected.form == index::ChunkForm::kEmpty) return;
    if (selected.form == index::ChunkForm::kArray) return AddSumOfList(context, number_, selected, sum_);
    RegisterScope scope(context.registers());
    const uint8_t* const bitset = AsBitset(context, selected, scope);
    AddSum(context, number_, {&bitset, 1, 0}, sum_);
  }

  const ProgramNode& number_;
  NumberSum sum_;
};

class ExtremesSink {
 public:
  static constexpr bool kOneThread = false;

  ExtremesSink(const ProgramNode& number, const Kernels& kernels) : number_(number), extremes_(kernels) {}

  bool Add(EvalContext& context, index::Ordinal) {
    RegisterScope scope(context.registers());
    SelectedNumbers numbers(context, number_, SelectRoot(context, 0, scope));
    extremes_.Add(numbers);
    return true;
  }
  void Merge(ExtremesSink&& other) { extremes_.Merge(other.found()); }

  const NumberExtremes& found() const { return extremes_.found(); }

 private:
  const ProgramNode& number_;
  ExtremesTally extremes_;
};

class TopSink {
 public:
  static constexpr bool kOneThread = false;

  TopSink(const ProgramNode& number, const Kernels& kernels, const TopRequest& wanted)
      : number_(number), top_(kernels, wanted) {}

  bool Add(EvalContext& context, index::Ordinal first) {
    RegisterScope scope(context.registers());
    SelectedNumbers numbers(context, number_, SelectRoot(context, 0, scope));
    top_.Add(numbers, first);
    return true;
  }
  void Merge(TopSink&& other) { top_.Merge(other.top_); }

  std::vector<RankedMember> Take() && { return std::move(top_).Take(); }

 private:
  const ProgramNode& number_;
  TopTally top_;
};

// One pass.
class PercentileSink {
 public:
  static constexpr bool kOneThread = false;

  PercentileSink(const ProgramNode& number, const Kernels& kernels, std::vector<NumberBucket> buckets)
      : number_(number), counter_(kernels), buckets_(std::move(buckets)) {}

  bool Add(EvalContext& context, index::Ordinal) {
    RegisterScope scope(context.registers());
    SelectedNumbers numbers(context, number_, SelectRoot(context, 0, scope));
    for (NumberBucket& bucket : buckets_) {
      if (context.StoppedNow()) return false;
      counter_.Add(numbers, bucket);
    }
    return true;
  }
  void Merge(PercentileSink&& other) {
    for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i].Merge(other.buckets_[i]);
  }

  std::vector<NumberBucket> Take() && { return std::move(buckets_); }

 private:
  const ProgramNode& number_;
  BucketCounter counter_;
  std::vector<NumberBucket> buckets_;
};

}  // namespace

absl::StatusOr<NumberSum> ScanSum(const ScanJob& job, NodeIndex number, ScanStatistics* statistics) {
  SumSink sink(job.program.node(number));
  RETURN_IF_ERROR(ParallelScan(job, sink, statistics));
  return sink.sum();
}

absl::StatusOr<NumberExtremes> ScanExtremes(const ScanJob& job, NodeIndex number,
                                            ScanStatistics* statistics) {
  ExtremesSink sink(job.program.node(number), KernelsOf(job.options));
  RETURN_IF_ERROR(ParallelScan(job, sink, statistics));
  return sink.found();
}

absl::StatusOr<NumberPercentiles> ScanPercentiles(const ScanJob& job, NodeIndex number,
                                                  absl::Span<const uint32_t> millionths,
                                                  ScanStatistics* statistics) {
  if (statistics != nullptr) *statistics = {};
  const ProgramNode& node = job.program.node(number);
  PercentileSearch search(millionths, static_cast<uint32_t>(node.rows.size() - kFirstSliceRow));
  while (!search.open().empty()) {
    PercentileSink sink(node, KernelsOf(job.options), search.open());
    ScanStatistics pass;
    absl::Status status = ParallelScan(job, sink, &pass);
    if (statistics != nullptr) statistics->Add(pass);
    RETURN_IF_ERROR(status);
    if (!search.TakePass(std::move(sink).Take())) {
      return absl::DataLossError(
          "a number's slices were not the same in two passes over them; check the population with a new "
          "load");
    }
  }
  return std::move(search).Take();
}

absl::StatusOr<std::vector<RankedMember>> ScanTop(const ScanJob& job, NodeIndex number,
                                                  const TopRequest& wanted, ScanStatistics* statistics) {
  if (statistics != nullptr) *statistics = {};
  if (wanted.count == 0) return std::vector<RankedMember>();
  TopSink sink(job.program.node(number), KernelsOf(job.options), wanted);
  RETURN_IF_ERROR(ParallelScan(job, sink, statistics));
  return std::move(sink).Take();
}

}  // namespace muster::query

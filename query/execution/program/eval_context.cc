#include "query/execution/program/eval_context.h"

namespace muster::query {
namespace {

// Nodes and rows between two checks of the budget: some tens of microseconds.
constexpr uint32_t kStepsBetweenChecks = 64;
// When many roots share rows' bitsets, these are in a cache, and whole passes cost less.
constexpr uint32_t kMaxDriverValuesOfMany = 96;
static_assert(kMaxDriverValuesOfMany <= kMaxDriverValues);

}  // namespace

EvalContext::EvalContext(const Program& program, const Kernels& kernels, WindowRows& rows,
                         const WorkBudget* budget, const index::MemberIds* ids)
    : program_(program),
      kernels_(kernels),
      rows_(rows),
      budget_(budget),
      ids_(ids),
      max_driver_values_(program.roots().size() > 1 ? kMaxDriverValuesOfMany : kMaxDriverValues),
      kept_rows_(program, kernels, rows),
      shared_results_(program) {}

bool EvalContext::HoldsAnybody() {
  const RowChunk everyone = ChunkOf(program_.leaf_row(program_.everyone()));
  return everyone.composed || everyone.view.form != index::ChunkForm::kEmpty;
}

SparseCounters& EvalContext::sparse_counters() {
  if (sparse_counters_ == nullptr) sparse_counters_ = std::make_unique<SparseCounters>();
  return *sparse_counters_;
}

bool EvalContext::StoppedNow() {
  if (budget_ != nullptr && status_.ok()) status_ = budget_->Check();
  return !status_.ok();
}

bool EvalContext::OutOfBudget() {
  if (++steps_ % kStepsBetweenChecks == 0 && status_.ok()) status_ = budget_->Check();
  return !status_.ok();
}

}  // namespace muster::query

#include "query/execution/member_probe.h"

#include <cstdint>
#include <utility>

#include "index/status/status_macros.h"
#include "query/execution/parallel_scan.h"
#include "query/execution/sets/list_filter.h"

namespace muster::query {
namespace {

// Skips the chunks before the member's, and ends the scan with that one.
class ProbeSink {
 public:
  static constexpr bool kOneThread = true;

  explicit ProbeSink(index::Ordinal ordinal) : ordinal_(ordinal) {}

  bool Add(EvalContext& context, index::Ordinal first) {
    if (ordinal_ >= first + index::kChunkOrdinals) return true;
    const auto place = static_cast<ListedValue>(ordinal_ - first);
    for (size_t root = 0; root < context.program().roots().size(); ++root) {
      selected_.push_back(Holds(context, context.program().conjunction_of(root), place));
    }
    return false;
  }

  std::vector<bool> Take() && { return std::move(selected_); }

 private:
  // Filters a list with one member by each operand.
  static bool Holds(EvalContext& context, absl::Span<const Operand> operands, ListedValue place) {
    RegisterScope scope(context.registers());
    ListedValue* const list = scope.Take().list();
    list[0] = place;
    for (const Operand& operand : operands) {
      if (FilterByNode(context, list, 1, operand.node, !operand.negated) == 0) return false;
    }
    return true;
  }

  const index::Ordinal ordinal_;
  std::vector<bool> selected_;
};

}  // namespace

absl::StatusOr<std::vector<bool>> ProbeMember(const ScanJob& job, index::Ordinal ordinal) {
  ScanJob of_member = job;
  of_member.fragments.first = index::FragmentOf(ordinal);
  of_member.fragments.end = of_member.fragments.first + 1;
  ProbeSink sink(ordinal);
  RETURN_IF_ERROR(ParallelScan(of_member, sink, nullptr));
  return std::move(sink).Take();
}

}  // namespace muster::query

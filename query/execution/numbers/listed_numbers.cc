#include "query/execution/numbers/listed_numbers.h"

#include <algorithm>

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/program/row_access.h"

namespace muster::query {

// Who has no number has no bit either, so an empty `known` ends it.
void PutNumbersTogether(EvalContext& context, const ListedValue* list, uint32_t count,
                        absl::Span<const RowIndex> rows, ListedNumbers& numbers) {
  RegisterScope scope(context.registers());
  ChunkRegister& held = scope.Take();
  std::fill_n(numbers.magnitudes.begin(), count, 0);
  std::fill_n(numbers.known.begin(), count, false);
  std::fill_n(numbers.negative.begin(), count, false);
  for (size_t row = 0; row < rows.size(); ++row) {
    CopyList(list, count, held.list());
    const uint32_t held_count = FilterByRow(context, held.list(), count, rows[row], true);
    if (row == kKnownRowPlace && held_count == 0) break;
    ForEachHeld(list, held.list(), held_count, [&](uint32_t place) {
      if (row == kKnownRowPlace) {
        numbers.known[place] = true;
      } else if (row == kSignRowPlace) {
        numbers.negative[place] = true;
      } else {
        numbers.magnitudes[place] |= uint64_t{1} << (row - kFirstSliceRow);
      }
    });
  }
}

uint32_t CountListed(EvalContext& context, const ListedValue* list, uint32_t count, RowIndex row) {
  RegisterScope scope(context.registers());
  ChunkRegister& kept = scope.Take();
  CopyList(list, count, kept.list());
  return FilterByRow(context, kept.list(), count, row, true);
}

}  // namespace muster::query

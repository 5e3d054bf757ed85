// A NUMBER tag's version in a finer scale: every number times a power of ten, computed on the slices.
#ifndef MUSTER_INDEX_LOADING_STAGING_RESCALED_ROWS_H_
#define MUSTER_INDEX_LOADING_STAGING_RESCALED_ROWS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/intake/fragment_span.h"
#include "index/loading/staging/row_sink.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// The number that is farthest from 0, and a member that has it. A plain value.
struct FarthestNumber {
  uint64_t magnitude = 0;  // 0 also when no member has a number
  bool negative = false;
  Ordinal member = 0;
};

// That of a NUMBER tag in a snapshot. Reads each of its rows once, a fragment at a time.
absl::StatusOr<FarthestNumber> FindFarthest(const Snapshot& snapshot, TagId tag, const WorkBudget& budget);

// The greatest number of digits by which a scale may grow while `magnitude` stays in range.
int StepsInRange(uint64_t magnitude);

// Multiplies by ten, bit by bit from the lowest: bit i of 10·x is bit i of the sum 2·x + 8·x. Keeps the last
// bits of x and the carries. Not thread-safe.
class TimesTen {
 public:
  // Takes the members with bit i of x, for i = 0, 1, 2 … call by call. Returns those with bit i of 10·x.
  Bitmap Next(Bitmap bit);

 private:
  Bitmap one_before_, two_before_, three_before_, carry_;
};

// The tag's rows with every number times 10^steps, in some fragments. Reads a row at a time and keeps, of each
// fragment, four bitmaps a step. Not thread-safe. Lifetime: the snapshot outlives it.
class RescaledRows {
 public:
  // REQUIRES: 1 ≤ steps ≤ StepsInRange(farthest.magnitude), `farthest` as FindFarthest gave it.
  static absl::StatusOr<std::unique_ptr<RescaledRows>> Open(const Snapshot& snapshot, TagId tag, int steps,
                                                            const FarthestNumber& farthest,
                                                            FragmentSpan span = {});

  // The rows that may have members, ascending, without the known row.
  const std::vector<RowId>& rows() const { return rows_; }
  // The members of the row, by fragment from span().first on. REQUIRES: `row` is the known row or one of
  // kOwnValue's, and is greater than in the call before.
  absl::StatusOr<std::vector<Bitmap>> Read(RowId row);
  // The fragments of the span that the snapshot has.
  FragmentSpan span() const { return span_; }

 private:
  RescaledRows(const Snapshot& snapshot, TagId tag, int steps, FragmentSpan span)
      : tag_(tag), span_(span), reader_(snapshot), steps_(span.size(), std::vector<TimesTen>(steps)) {}
  // The row as it is in the snapshot; empty when it doesn't exist.
  absl::StatusOr<std::vector<Bitmap>> ReadSource(RowId row);

  const TagId tag_;
  const FragmentSpan span_;
  FragmentReader reader_;
  std::vector<RowId> source_rows_, rows_;     // ascending
  std::vector<std::vector<TimesTen>> steps_;  // by fragment of the span
  int next_bit_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_RESCALED_ROWS_H_

// The kinds of plan nodes: leaves, which a program reads, and junctions, which combine operands. Each kind is
// a struct with its own fields. Code that distinguishes kinds uses std::visit and Overloaded, without a
// default case, so that the compiler reports every place that has to handle a new kind.
#ifndef MUSTER_QUERY_TREE_SET_KINDS_H_
#define MUSTER_QUERY_TREE_SET_KINDS_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/time/time.h"
#include "index/bitmap/number_slices.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/salted_buckets.h"
#include "query/tree/set_ref.h"
#include "query/tree/year_days.h"

namespace muster::query {

// Numbers from low to high, both included.
struct NumberInterval {
  int64_t low = 0;
  int64_t high = 0;
  friend bool operator==(const NumberInterval&, const NumberInterval&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const NumberInterval& interval) {
    return H::combine(std::move(state), interval.low, interval.high);
  }
};

// The empty set.
struct Nobody {
  friend bool operator==(const Nobody&, const Nobody&) = default;
};

// All members of view 0.
struct Everyone {
  friend bool operator==(const Everyone&, const Everyone&) = default;
};

// The members of one row.
struct Row {
  SetRef row;
  friend bool operator==(const Row&, const Row&) = default;
};

// Members in any of the rows (IN, LIKE): one wide OR.
struct AnyRow {
  SourceRef source;
  std::vector<index::RowId> rows;  // ascending
  friend bool operator==(const AnyRow&, const AnyRow&) = default;
};

// Members whose number is in [low, high]; never one without a number (not in the membership row).
struct NumberRange {
  NumberRef number;
  int magnitude_bits = index::kMagnitudeBits;  // slices above hold nobody
  int64_t low = index::kMinNumber;
  int64_t high = index::kMaxNumber;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// Members whose number is in any of the intervals. Evaluated by looking up each member's number in them.
struct NumberList {
  NumberRef number;
  int magnitude_bits = index::kMagnitudeBits;  // slices above hold nobody
  std::vector<NumberInterval> intervals;       // ascending, disjoint
  friend bool operator==(const NumberList&, const NumberList&) = default;
};

// Members whose number is on one of the days of the year; never one without a number.
struct Birthday {
  NumberRef number;
  int magnitude_bits = index::kMagnitudeBits;  // slices above hold nobody
  YearDays days;
  std::optional<absl::TimeZone> zone;  // set: the number is an instant, and its day that of this zone
  friend bool operator==(const Birthday&, const Birthday&) = default;
};

// A number that is multiplied by a factor.
struct SumTerm {
  NumberRef number;
  int magnitude_bits = index::kMagnitudeBits;  // slices above hold nobody
  absl::int128 factor = 1;                     // not 0
  friend bool operator==(const SumTerm&, const SumTerm&) = default;
};

// The greatest magnitude of a sum: 2^126 − 1.
inline constexpr absl::int128 kMaxSum = absl::MakeInt128((int64_t{1} << 62) - 1, ~uint64_t{0});

// The maximum number of terms of a sum, whose slices are all read together.
inline constexpr size_t kMaxSumTerms = 32;

// Members that have the number of every term, and for which the sum of the terms is in [low, high].
// Invariant: no sum of numbers with these magnitude bits is beyond ± kMaxSum.
struct SumRange {
  std::vector<SumTerm> terms;  // 1 to kMaxSumTerms
  absl::int128 low = -kMaxSum;
  absl::int128 high = kMaxSum;
  friend bool operator==(const SumRange&, const SumRange&) = default;
};

using index::kBuckets;

// Buckets of a salt that are stored as a number, of index::kBucketBits slices.
struct StoredBuckets {
  NumberRef number;
  // The share of the members whose buckets may be missing in it, 0 to 1: an estimate.
  double missing = 0;
  friend bool operator==(const StoredBuckets&, const StoredBuckets&) = default;
};

// Members whose bucket is in [low, high]. The bucket depends only on the member's id and the salt. It is
// computed from the id unless it is stored.
struct Bucket {
  std::string salt;
  uint32_t low = 0;
  uint32_t high = 0;
  std::optional<StoredBuckets> stored;
  friend bool operator==(const Bucket&, const Bucket&) = default;
};

// Members in all operands.
struct AllOf {
  friend bool operator==(const AllOf&, const AllOf&) = default;
};

// Members in any operand.
struct AnyOf {
  friend bool operator==(const AnyOf&, const AnyOf&) = default;
};

// Members in at least `count` operands; equal operands are counted separately.
struct AtLeast {
  uint32_t count = 1;  // 0 < count ≤ operands
  friend bool operator==(const AtLeast&, const AtLeast&) = default;
};

using SetKind = std::variant<Nobody, Everyone, Row, AnyRow, NumberRange, NumberList, Birthday, SumRange,
                             Bucket, AllOf, AnyOf, AtLeast>;

// A kind that has operands, at least one.
template <typename Kind>
concept Junction = std::same_as<Kind, AllOf> || std::same_as<Kind, AnyOf> || std::same_as<Kind, AtLeast>;

// The overload set of several functions, for std::visit.
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace muster::query

#endif  // MUSTER_QUERY_TREE_SET_KINDS_H_

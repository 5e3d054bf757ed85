// Finds out what the rows of tags say of one member.
#ifndef MUSTER_INDEX_VERSIONS_LOOKUPS_MEMBER_ROWS_H_
#define MUSTER_INDEX_VERSIONS_LOOKUPS_MEMBER_ROWS_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// A tag whose rows are read. A plain value.
struct SoughtTag {
  enum class Content : uint8_t {
    kNumber,       // in the tag's slices
    kOneValue,     // in value-id slices, or the first row that holds the member
    kManyValues,   // in rows
    kWithWeights,  // the same, each with a number in its slices
  };
  TagId tag = 0;
  Content content = Content::kNumber;
};

// What the rows of a tag say of a member. A plain value.
struct MemberRows {
  struct Value {
    ValueId id = 0;
    int64_t weight = 0;
  };
  using Values = absl::InlinedVector<Value, 2>;
  bool known = false;  // false: nothing else was read
  int64_t number = 0;  // kNumber
  Values values;       // the other contents, in no order
};

// For each tag, what its rows in the snapshot say of the member; a tag that the snapshot doesn't have is unknown.
//
// Tags are read together, some thousand rows in a short transaction, through the snapshot's cache of located rows.
// Rows that it doesn't have are located for it, or tried one by one: those of tags with more than
// LocatedRows::kMostRows always. Values that are tried are spent from `budget`, located ones as a sixteenth. DATA_LOSS
// when a record isn't what was written. REQUIRES: in a dated view the tags have been found (Snapshot::FindVersion).
absl::StatusOr<std::vector<MemberRows>> ReadMemberRows(const Snapshot& snapshot, Ordinal member,
                                                       absl::Span<const SoughtTag> tags, WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_LOOKUPS_MEMBER_ROWS_H_

// UpdateTag: changes a tag's catalogue entry, and the scale of a NUMBER with all its numbers.
#ifndef MUSTER_INDEX_LOADING_CHANGE_TAG_H_
#define MUSTER_INDEX_LOADING_CHANGE_TAG_H_

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/catalog/tag_change.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/load_commit.h"
#include "index/loading/staging/row_sink.h"

namespace muster::index {

// Returns the changed tag. A finer scale builds a new store with the current version's numbers, which is
// invisible at first, and publishes it as a version of the same date, together with the tag's record: a
// failure or crash before that leaves everything as it was. Older versions keep their store and its scale.
// REQUIRES: no load of the tag is open, and `known` is the catalogue's tag. INVALID_ARGUMENT, kBadRequest: a
// property that a tag may not have, or a coarser scale. FAILED_PRECONDITION, kLimit: a number would be out of
// range; names it and its member.
absl::StatusOr<Tag> ChangeTag(const LoadTarget& target, const Tag& known, const TagChange& change,
                              const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_CHANGE_TAG_H_

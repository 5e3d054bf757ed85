// UpdateTag: changes what the catalogue says of a tag, and a NUMBER's scale with all its numbers.
#ifndef MUSTER_INDEX_LOADING_CHANGE_TAG_H_
#define MUSTER_INDEX_LOADING_CHANGE_TAG_H_

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/catalog/tag_change.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/load_commit.h"
#include "index/loading/staging/row_sink.h"

namespace muster::index {

// The tag as it is afterwards. A finer scale builds a new store with the current version's numbers, which
// nobody sees, and publishes it as a version of the same date, together with the tag's record: whatever fails
// or dies before leaves everything as it was. Older versions keep their store and its scale. REQUIRES: no
// load of the tag is open, and `known` is what the catalogue has. INVALID_ARGUMENT, kBadRequest: what a tag
// may not have, or a coarser scale. FAILED_PRECONDITION, kLimit: a number would be out of range; names it and
// its member.
absl::StatusOr<Tag> ChangeTag(const LoadTarget& target, const Tag& known, const TagChange& change,
                              const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_CHANGE_TAG_H_

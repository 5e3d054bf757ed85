// Checks and records which segment names which. Every change of a segment calls these functions.
#ifndef MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_
#define MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "index/salts/salt_store.h"
#include "index/segments/segment.h"
#include "index/storage/transaction.h"

namespace muster::index {

// "a cycle: a → b → a". `way` is the path of names; the first is the last too.
std::string CycleText(const std::vector<std::string>& way);

// Checks that the segment `name` may name `uses`. INVALID_ARGUMENT: kUnknownSegment if one of them doesn't
// exist; kSegmentCycle, with the cycle in the message, if one of them is `name` or leads to it.
absl::Status CheckUses(const Transaction& transaction, std::string_view name,
                       const std::vector<std::string>& uses);

// Checks that no segment names `name`. FAILED_PRECONDITION, kSegmentInUse, with the first that do.
absl::Status CheckUnused(const Transaction& transaction, std::string_view name);

// Checks that there is an id list of each name. INVALID_ARGUMENT, kUnknownList, if not.
absl::Status CheckLists(const Transaction& transaction, const std::vector<std::string>& lists);

// Records that the segment `user` now names the segments, lists and salts of `after` instead of those of
// `before`.
absl::Status WriteAllUses(WriteTransaction& transaction, SaltStore& salts, std::string_view user,
                          const SegmentDefinition& before, const SegmentDefinition& after);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_

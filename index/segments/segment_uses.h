// Which segment names which: the rules that every change keeps.
#ifndef MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_
#define MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "index/storage/transaction.h"

namespace muster::index {

// "a cycle: a → b → a". `way`: names, the first of which is the last too.
std::string CycleText(const std::vector<std::string>& way);

// OK when the segment `name` may name `uses`. INVALID_ARGUMENT: kUnknownSegment, when one of them doesn't
// exist; kSegmentCycle, with the way round, when one of them is `name` or leads to it.
absl::Status CheckUses(const Transaction& transaction, std::string_view name,
                       const std::vector<std::string>& uses);

// OK when no segment names `name`. FAILED_PRECONDITION, kSegmentInUse, naming the first that do.
absl::Status CheckUnused(const Transaction& transaction, std::string_view name);

// Writes that `user` names `uses` now, and not `before` any more.
absl::Status WriteUses(WriteTransaction& transaction, std::string_view user,
                       const std::vector<std::string>& before, const std::vector<std::string>& uses);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_USES_H_

// Facts about a failure, for a program: carried as payloads of absl::Status, beside its reason.
#ifndef MUSTER_INDEX_STATUS_FACTS_H_
#define MUSTER_INDEX_STATUS_FACTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// Names of facts, as clients read them in ErrorInfo.metadata.
inline constexpr std::string_view kFactTag = "tag";
inline constexpr std::string_view kFactSegment = "segment";
inline constexpr std::string_view kFactList = "list";
inline constexpr std::string_view kFactValue = "value";
inline constexpr std::string_view kFactNearest = "nearest";
inline constexpr std::string_view kFactStaleTags =
    "stale_tags";  // as the sentence names them, with their dates
inline constexpr std::string_view kFactLimit = "limit";

// `status` with the fact attached; as it is when `value` is empty. REQUIRES: !status.ok().
absl::Status WithFact(absl::Status status, std::string_view name, std::string_view value);
// `status` with the reason kLimit and the limit that was passed. Each kLimit comes from here, so that a
// program is always told the limit. REQUIRES: !status.ok().
absl::Status WithLimit(absl::Status status, uint64_t limit);
// All facts of the status.
std::map<std::string, std::string> FactsOf(const absl::Status& status);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STATUS_FACTS_H_

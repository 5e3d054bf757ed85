// Counters, each number of which is assigned once.
#ifndef MUSTER_INDEX_STORAGE_COUNTERS_H_
#define MUSTER_INDEX_STORAGE_COUNTERS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/storage/transaction.h"

namespace muster::index {

// Names in `counters`: DO NOT CHANGE. Other folders add counters of their own the same way.
inline constexpr std::string_view kStoreCounter = "store";
inline constexpr std::string_view kEdgeCounter = "edge";
inline constexpr std::string_view kPublishCounter = "publish";
inline constexpr std::string_view kLoadCounter = "load";
inline constexpr std::string_view kTagCounter = "tag";

// The next number, from 1; assigned again only if the transaction is not committed.
absl::StatusOr<uint64_t> NextNumber(WriteTransaction& transaction, std::string_view counter);
// As NextNumber, for ids of 32 bits. RESOURCE_EXHAUSTED when they are used up.
absl::StatusOr<uint32_t> NextId(WriteTransaction& transaction, std::string_view counter);
// The first of the next `count` ids.
absl::StatusOr<uint32_t> NextIds(WriteTransaction& transaction, std::string_view counter, uint32_t count);
// The last number that was assigned; 0 when none was.
absl::StatusOr<uint64_t> LastNumber(const Transaction& transaction, std::string_view counter);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_COUNTERS_H_

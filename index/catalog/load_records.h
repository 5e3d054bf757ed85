// Published loads, found by label, so that a label is used once.
#ifndef MUSTER_INDEX_CATALOG_LOAD_RECORDS_H_
#define MUSTER_INDEX_CATALOG_LOAD_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/catalog/records.pb.h"
#include "index/storage/transaction.h"

namespace muster::index {

// Empty when no published load has the label. DATA_LOSS, kStorageCorrupt.
absl::StatusOr<std::optional<records::LoadRecord>> FindLoad(const Transaction& transaction,
                                                            std::string_view label);

// The number of the published load with that label; empty when there is none.
absl::StatusOr<std::optional<uint64_t>> FindLoadNumber(const Transaction& transaction,
                                                       std::string_view label);
// The record of a load or rollback by its number; empty when there is none. DATA_LOSS, kStorageCorrupt.
absl::StatusOr<std::optional<records::LoadRecord>> FindLoadOf(const Transaction& transaction, uint64_t load);

// Writes the load's record, which is invisible until ShowLoad. A record that stays invisible is swept with
// its load's versions (versions/publishing/sweeper.h).
absl::Status StageLoad(WriteTransaction& transaction, uint64_t load, const records::LoadRecord& record);
// Makes the record visible under the label. ALREADY_EXISTS, kAlreadyExists, when the label is taken.
absl::Status ShowLoad(WriteTransaction& transaction, uint64_t load, std::string_view label);

}  // namespace muster::index

#endif  // MUSTER_INDEX_CATALOG_LOAD_RECORDS_H_

// The reasons for a population being offline. For this folder's sources.
#ifndef MUSTER_INDEX_POPULATION_OFFLINE_H_
#define MUSTER_INDEX_POPULATION_OFFLINE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::index {

// `why` with "the population '…' is offline: " before its sentence.
absl::Status WhyOffline(const std::string& population, const absl::Status& why);

// DATA_LOSS, kStorageCorrupt: the same for a population whose folder has the mark of a crash, with the ways
// to recover. Empty when there is no mark.
std::optional<absl::Status> WhyMarked(const std::string& population, const std::string& folder,
                                      const std::string& data_directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_OFFLINE_H_

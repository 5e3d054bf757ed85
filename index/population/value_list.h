// The values of a tag that some member of a snapshot has.
#ifndef MUSTER_INDEX_POPULATION_VALUE_LIST_H_
#define MUSTER_INDEX_POPULATION_VALUE_LIST_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "index/population/population.h"
#include "index/storage/environment.h"

namespace muster::index {

// As Population::FindValue. `index`: where values are stored.
absl::StatusOr<std::optional<ValueId>> FindTagValue(Environment& index, const Snapshot& snapshot,
                                                    const Tag& tag, std::string_view value);
// As Population::ListValues.
absl::StatusOr<std::vector<ValueCount>> ListTagValues(Environment& index, const Snapshot& snapshot,
                                                      const Tag& tag, std::string_view prefix);
// How many values some member has; 0 for kinds without values.
absl::StatusOr<uint32_t> CountTagValues(const Snapshot& snapshot, const Tag& tag);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_VALUE_LIST_H_

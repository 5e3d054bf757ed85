// The values of a tag that some member of a snapshot has.
#ifndef MUSTER_INDEX_POPULATION_VALUE_LIST_H_
#define MUSTER_INDEX_POPULATION_VALUE_LIST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/population/population.h"
#include "index/storage/environment.h"

namespace muster::index {

// As the methods of Population. `index`: where values are stored. None keeps a transaction for longer than a
// few thousand values take.
absl::StatusOr<std::vector<std::optional<ValueId>>> FindTagValues(Environment& index,
                                                                  const Snapshot& snapshot, const Tag& tag,
                                                                  absl::Span<const std::string> values);
absl::StatusOr<std::vector<ValueId>> TagValuesWithPrefix(Environment& index, const Snapshot& snapshot,
                                                         const Tag& tag, std::string_view prefix,
                                                         WorkBudget& budget);
absl::StatusOr<std::vector<ValueCount>> ListTagValues(Environment& index, const Snapshot& snapshot,
                                                      const Tag& tag, std::string_view prefix,
                                                      WorkBudget& budget);
absl::StatusOr<std::vector<std::string>> TagValuesAround(Environment& index, const Snapshot& snapshot,
                                                         const Tag& tag, std::string_view value, size_t most);
// How many values some member has; 0 for kinds without values.
absl::StatusOr<uint32_t> CountTagValues(Environment& index, const Snapshot& snapshot, const Tag& tag);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_VALUE_LIST_H_

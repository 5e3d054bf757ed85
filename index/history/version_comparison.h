// What differs between two versions of a tag.
#ifndef MUSTER_INDEX_HISTORY_VERSION_COMPARISON_H_
#define MUSTER_INDEX_HISTORY_VERSION_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/versions.h"

namespace muster::index {

struct VersionPair {
  Version from = 0;
  Version to = 0;
};

// How many members had a value in each of the two versions.
struct ValueChange {
  std::string value;  // `true` and `false` of a FLAG
  uint64_t before = 0;
  uint64_t after = 0;
};

// Exact numbers of members, whether or not they are members now. A plain value.
struct VersionComparison {
  uint64_t before = 0;   // with a value in `from`
  uint64_t after = 0;    // with a value in `to`
  uint64_t entered = 0;  // with a value in `to` and none in `from`
  uint64_t left = 0;     // the other way round
  uint64_t changed = 0;  // with another value, other values or other weights
  // FLAG, SINGLE and MULTI: values whose numbers of members differ, the largest difference first, then by
  // bytes.
  std::vector<ValueChange> values;
  uint64_t values_differ = 0;  // how many there are, listed or not
};

// At most `most_values` values are listed. The versions are held while it runs. Where both are in one store,
// only what their edges changed is read. NOT_FOUND, kUnknownVersion. Spends what it reads from `budget`.
absl::StatusOr<VersionComparison> CompareVersions(Versions& versions, const Tag& tag, const VersionPair& pair,
                                                  size_t most_values, WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_VERSION_COMPARISON_H_

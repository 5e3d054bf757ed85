// The values of a view's tags, from the dictionary and the rows' statistics.
#ifndef MUSTER_INDEX_VIEWS_STORED_VALUES_H_
#define MUSTER_INDEX_VIEWS_STORED_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/snapshots/row_statistics.h"
#include "index/views/population_view.h"

namespace muster::index {

// Its transactions are short: each reads a few thousand values at most. Const and thread-safe; what it is
// given outlives it.
class StoredValues final : public ValuesOfView {
 public:
  // `index`: where values are stored.
  StoredValues(Environment& index, const RowStatistics& statistics)
      : index_(index), statistics_(statistics) {}

  absl::StatusOr<std::vector<std::optional<ValueId>>> Find(
      const Tag& tag, absl::Span<const std::string> values) const override;
  absl::StatusOr<std::vector<ValueId>> Like(const Tag& tag, const LikePattern& pattern,
                                            WorkBudget& budget) const override;
  absl::StatusOr<std::vector<ValueCount>> List(const Tag& tag, std::string_view prefix,
                                               WorkBudget& budget) const override;
  absl::StatusOr<std::vector<std::string>> Around(const Tag& tag, std::string_view value,
                                                  size_t most) const override;
  // How many values at least one member has; 0 for kinds without values.
  absl::StatusOr<uint32_t> Count(const Tag& tag) const;

 private:
  Environment& index_;
  const RowStatistics& statistics_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_VALUES_H_

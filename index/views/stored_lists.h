// Finds and leases the id lists that the questions on a view name.
#ifndef MUSTER_INDEX_VIEWS_STORED_LISTS_H_
#define MUSTER_INDEX_VIEWS_STORED_LISTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/concurrency/mutex.h"
#include "index/lists/id_list_store.h"
#include "index/versions/snapshots/row_statistics.h"
#include "index/views/population_view.h"

namespace muster::index {

// Thread-safe; what it is given outlives it.
class StoredLists final : public ListsOfView {
 public:
  explicit StoredLists(const IdListStore& lists) : lists_(lists) {}

  absl::StatusOr<std::optional<IdList>> Find(std::string_view name) const override;
  absl::StatusOr<std::vector<std::string>> NearestTo(std::string_view name) const override {
    return lists_.NearestTo(name);
  }
  // The versions of all that were found so far.
  VersionVector Versions() const;
  // How many ids a list that was found holds; nothing for a tag.
  std::optional<uint64_t> IdCount(TagId source) const;

 private:
  const IdListStore& lists_;
  mutable Mutex mutex_;
  mutable std::map<std::string, HeldIdList, std::less<>> found_ ABSL_GUARDED_BY(mutex_);
};

// Of a snapshot's rows, and of lists. Const and thread-safe; what it is given outlives it.
class StatisticsWithLists final : public RowStatistics {
 public:
  StatisticsWithLists(const RowStatistics& rows, const StoredLists& lists) : rows_(rows), lists_(lists) {}

  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override {
    return rows_.RowCardinalities(tag, rows);
  }
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override {
    return rows_.VisitRows(tag, first, last, visit);
  }
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const override {
    return rows_.FindValuesWithRows(tag);
  }

 private:
  const RowStatistics& rows_;
  const StoredLists& lists_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_LISTS_H_

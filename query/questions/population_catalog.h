// The binder's view of one snapshot of a population.
#ifndef MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_
#define MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "index/population/population.h"
#include "index/text/nearest_names.h"
#include "query/binding/catalog_view.h"
#include "query/execution/scan.h"

namespace muster::query {

// Remembers the tags it was asked for. For the preparation of one question or one batch, by one thread;
// population and snapshot outlive it.
class PopulationCatalog final : public CatalogView {
 public:
  // `stop` may be null. `max_values`: whoever asks for more values than this, by name, by prefix or for
  // suggestions, is refused with RESOURCE_EXHAUSTED; see too_long.
  PopulationCatalog(index::Population& population, const index::Snapshot& snapshot, absl::CivilDay today,
                    const StopToken* stop, size_t max_values = std::numeric_limits<size_t>::max());

  const index::Tag* FindTag(std::string_view name) const override;
  std::string WhyMissing(std::string_view name) const override;
  std::vector<std::string> TagNames() const override;
  absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> values) const override;
  absl::StatusOr<std::vector<index::ValueId>> ValuesWithPrefix(index::TagId tag,
                                                               std::string_view prefix) const override;
  std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                         size_t limit) const override;
  absl::TimeZone time_zone() const override;
  absl::CivilDay today() const override { return today_; }
  absl::Status Interrupted() const override { return stop_ == nullptr ? absl::OkStatus() : stop_->Check(); }

  // Whether somebody was refused because of `max_values`.
  bool too_long() const { return too_long_; }
  // REQUIRES: FindTag found it.
  const index::Tag& FoundTag(index::TagId tag) const { return *by_id_.at(tag); }
  // What kept FindTag or TagNames from reading the store: they have no status of their own.
  const absl::Status& status() const { return status_; }

 private:
  // Whether `values` more may be looked at.
  absl::Status CheckValues(size_t values) const;

  index::Population& population_;
  const index::Snapshot& snapshot_;
  const absl::CivilDay today_;
  const StopToken* const stop_;
  const size_t max_values_;
  mutable size_t values_ = 0;  // looked at
  mutable bool too_long_ = false;
  mutable std::map<std::string, std::optional<index::Tag>, std::less<>> by_name_;
  mutable std::map<index::TagId, const index::Tag*> by_id_;  // into by_name_
  mutable std::optional<std::vector<std::string>> names_;    // of all tags, once asked for
  // By tag, once a suggestion asked for them: all values, or nothing where they are many.
  mutable std::map<index::TagId, std::optional<index::NameChoices>> values_to_compare_;
  mutable absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

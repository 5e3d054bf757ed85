// The binder's view of one snapshot of a population.
#ifndef MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_
#define MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "index/population/population.h"
#include "query/binding/catalog_view.h"
#include "query/execution/scan.h"

namespace muster::query {

// Remembers the tags it was asked for. For the preparation of one question or one batch, by one thread;
// population and snapshot outlive it.
class PopulationCatalog final : public CatalogView {
 public:
  // `stop` may be null.
  PopulationCatalog(const index::Population& population, const index::Snapshot& snapshot,
                    absl::CivilDay today, const StopToken* stop);

  const index::Tag* FindTag(std::string_view name) const override;
  std::vector<std::string> TagNames() const override;
  absl::StatusOr<std::optional<index::ValueId>> FindValue(index::TagId tag,
                                                          std::string_view value) const override;
  absl::StatusOr<std::vector<index::ValueId>> ValuesWithPrefix(index::TagId tag,
                                                               std::string_view prefix) const override;
  std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                         size_t limit) const override;
  absl::TimeZone time_zone() const override;
  absl::CivilDay today() const override { return today_; }
  absl::Status Interrupted() const override { return stop_ == nullptr ? absl::OkStatus() : stop_->Check(); }

  // REQUIRES: FindTag found it.
  const index::Tag& FoundTag(index::TagId tag) const { return *by_id_.at(tag); }
  // What kept FindTag or TagNames from reading the store: they have no status of their own.
  const absl::Status& status() const { return status_; }

 private:
  const index::Population& population_;
  const index::Snapshot& snapshot_;
  const absl::CivilDay today_;
  const StopToken* const stop_;
  mutable std::map<std::string, std::optional<index::Tag>, std::less<>> by_name_;
  mutable std::map<index::TagId, const index::Tag*> by_id_;  // into by_name_
  mutable std::optional<std::vector<std::string>> names_;    // of all tags, once asked for
  mutable absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

// Answers the binder's questions about names from one view of a population.
#ifndef MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_
#define MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "index/cache/bounded_cache.h"
#include "index/concurrency/work_budget.h"
#include "index/views/population_view.h"
#include "query/binding/catalog_view.h"
#include "query/binding/clause_binder.h"
#include "text/nearest_names.h"

namespace muster::query {

// Opens the views of a question or batch. Not thread-safe.
class ViewOpener {
 public:
  virtual ~ViewOpener() = default;
  // See CatalogView::AsOf.
  virtual absl::StatusOr<const CatalogView*> OpenAsOf(absl::CivilDay date) = 0;
  // See CatalogView::FindList.
  virtual absl::StatusOr<std::optional<SourceId>> FindList(std::string_view name) = 0;
  // See CatalogView::FindBuckets.
  virtual absl::StatusOr<std::optional<StoredBuckets>> FindBuckets(std::string_view salt) = 0;
};

// A view, its index, and the date of TODAY in it. A plain value; the view must outlive the catalogue.
struct CatalogPlace {
  const index::PopulationView& view;
  ViewIndex index;
  absl::CivilDay today;
};

// The catalogue of one view, for the preparation of one question or batch. Caches the tags that it found. Not
// thread-safe; the constructor's arguments must outlive it.
class PopulationCatalog final : public CatalogView {
 public:
  // Lookups of tags in dated views, and of values by name, by pattern or for suggestions, are charged to
  // `budget`.
  PopulationCatalog(const CatalogPlace& place, ViewOpener& views, WorkBudget& budget);

  ViewIndex view() const override { return place_.index; }
  std::optional<absl::CivilDay> as_of() const override { return view_.as_of(); }
  absl::StatusOr<const CatalogView*> AsOf(absl::CivilDay date) const override {
    return views_.OpenAsOf(date);
  }
  const index::Tag* FindTag(std::string_view name) const override;
  std::optional<MissingTag> WhyMissing(std::string_view name) const override;
  std::vector<std::string> TagNames() const override;
  absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> values) const override;
  absl::StatusOr<int> MagnitudeBits(index::TagId tag) const override;
  absl::StatusOr<std::vector<index::ValueId>> ValuesLike(index::TagId tag,
                                                         const LikePattern& pattern) const override;
  std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                         size_t limit) const override;
  absl::StatusOr<std::optional<SourceId>> FindList(std::string_view name) const override {
    return views_.FindList(name);
  }
  absl::StatusOr<std::vector<std::string>> NearestLists(std::string_view name) const override {
    return view_.lists().NearestTo(name);
  }
  absl::StatusOr<std::optional<StoredBuckets>> FindBuckets(std::string_view salt) const override {
    return views_.FindBuckets(salt);
  }
  absl::TimeZone time_zone() const override;
  absl::CivilDay today() const override { return place_.today; }
  WorkBudget& budget() const override { return budget_; }

  // Whether FindTag found it in this view.
  bool HasFound(const NamedTag& named) const {
    return named.view == place_.index && by_id_.contains(named.tag);
  }
  // REQUIRES: FindTag found it.
  const index::Tag& FoundTag(index::TagId tag) const { return *by_id_.at(tag); }
  // The first error of FindTag, WhyMissing or TagNames, errors of the budget included. These functions return
  // no status of their own.
  const absl::Status& status() const { return status_; }

 private:
  // Charges the cost of one tag lookup to the budget. False if the budget is exhausted or an earlier call
  // failed.
  bool SpendTag() const;
  // All values of a tag, for suggestions; empty if there are too many of them.
  std::optional<NameChoices> ValuesToCompare(index::TagId tag) const;

  const CatalogPlace place_;
  const index::PopulationView& view_;  // place_.view
  ViewOpener& views_;
  WorkBudget& budget_;
  mutable std::map<std::string, std::optional<index::Tag>, std::less<>> by_name_;
  mutable std::map<index::TagId, const index::Tag*> by_id_;  // point into by_name_
  // The names of all tags, after the first request for them. Kept for the first view only: a batch may have a
  // thousand other views, whose names would take many megabytes.
  mutable std::optional<std::vector<std::string>> names_;
  // By tag, after the first suggestion for it: the result of ValuesToCompare.
  mutable BoundedCache<index::TagId, std::optional<NameChoices>> values_to_compare_;
  mutable absl::Status status_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_POPULATION_CATALOG_H_

// The binder's source of names and values. An interface, so that the binder can be tested without a store.
#ifndef MUSTER_QUERY_BINDING_CATALOG_VIEW_H_
#define MUSTER_QUERY_BINDING_CATALOG_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/status/status_reason.h"
#include "query/tree/set_kinds.h"
#include "query/tree/set_ref.h"
#include "text/like_pattern.h"

namespace muster::query {

// Why a view lacks a tag that the population has.
struct MissingTag {
  index::Reason reason = index::Reason::kUnknownTag;
  std::string why;         // the end of a sentence that states the cause and the remedy
  std::string first_date;  // the first date with answers about the tag; empty if not relevant
};

// The catalogue of one view. Names and values are passed in Unicode's form C. Not thread-safe.
class CatalogView {
 public:
  virtual ~CatalogView() = default;
  // The view's index among those of the expression.
  virtual ViewIndex view() const { return kFirstView; }
  // The date of a view AS OF a date; empty for other views.
  virtual std::optional<absl::CivilDay> as_of() const { return std::nullopt; }
  // The catalogue of the view AS OF the date, in which TODAY is that date; null if `max_dates` others are in
  // use already. Lives as long as this one.
  virtual absl::StatusOr<const CatalogView*> AsOf(absl::CivilDay date) const = 0;

  virtual const index::Tag* FindTag(std::string_view name) const = 0;
  // Explains why FindTag didn't find a tag; empty if the population doesn't have it.
  virtual std::optional<MissingTag> WhyMissing(std::string_view /*name*/) const { return std::nullopt; }
  // The names of all tags, for suggestions.
  virtual std::vector<std::string> TagNames() const = 0;
  // The id of each value; empty for a value that no member has in this view.
  virtual absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> values) const = 0;
  // How many bits the greatest magnitude of the tag's numbers takes in this view, at most 63.
  virtual absl::StatusOr<int> MagnitudeBits(index::TagId tag) const = 0;
  // The ids of all values that match the pattern and that at least one member has.
  virtual absl::StatusOr<std::vector<index::ValueId>> ValuesLike(index::TagId tag,
                                                                 const LikePattern& pattern) const = 0;
  // At most `limit` values of the tag that are similar to `value`, nearest first.
  virtual std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                                 size_t limit) const = 0;
  // The source of the id list's row (index::kKnownRow) in the expression's first view, also for other views;
  // empty if there is no such list.
  virtual absl::StatusOr<std::optional<SourceId>> FindList(std::string_view /*name*/) const {
    return std::nullopt;
  }
  // A few names of lists that are similar to `name`, nearest first.
  virtual absl::StatusOr<std::vector<std::string>> NearestLists(std::string_view /*name*/) const {
    return std::vector<std::string>();
  }
  // The stored buckets of a salt in the expression's first view, also for other views; empty if none are
  // stored.
  virtual absl::StatusOr<std::optional<StoredBuckets>> FindBuckets(std::string_view /*salt*/) const {
    return std::nullopt;
  }
  virtual absl::TimeZone time_zone() const = 0;
  // The date of TODAY.
  virtual absl::CivilDay today() const = 0;
  // The budget for binding.
  virtual WorkBudget& budget() const { return WorkBudget::Unlimited(); }
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_CATALOG_VIEW_H_

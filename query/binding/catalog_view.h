// What the binder asks about names. An interface, so that the binder is tested without a store.
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
#include "query/tree/set_ref.h"
#include "text/like_pattern.h"

namespace muster::query {

// Why a view lacks a tag that the population has.
struct MissingTag {
  index::Reason reason = index::Reason::kUnknownTag;
  std::string why;         // the rest of a sentence, with its mend
  std::string first_date;  // from which on there are answers about the tag; empty: doesn't matter
};

// The names of one view. Const and thread-safe. Names and values are given NFC-normalised.
class CatalogView {
 public:
  virtual ~CatalogView() = default;
  // Of the views that the expression's rows are read from.
  virtual ViewIndex view() const { return kFirstView; }
  // The date of a view AS OF a date.
  virtual std::optional<absl::CivilDay> as_of() const { return std::nullopt; }
  // The view AS OF the date, in which TODAY is that date; null: `max_dates` others are in use. It lives as
  // long as this one.
  virtual absl::StatusOr<const CatalogView*> AsOf(absl::CivilDay date) const = 0;

  virtual const index::Tag* FindTag(std::string_view name) const = 0;
  // Of a tag that FindTag didn't find; nothing when the population doesn't have it.
  virtual std::optional<MissingTag> WhyMissing(std::string_view /*name*/) const { return std::nullopt; }
  // For suggestions.
  virtual std::vector<std::string> TagNames() const = 0;
  // For each value its id, or nothing when no member has it in this view.
  virtual absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> values) const = 0;
  // Ids of all values that match the pattern and that some member has.
  virtual absl::StatusOr<std::vector<index::ValueId>> ValuesLike(index::TagId tag,
                                                                 const LikePattern& pattern) const = 0;
  // At most `limit` values of the tag that look like `value`, nearest first.
  virtual std::vector<std::string> NearestValues(index::TagId tag, std::string_view value,
                                                 size_t limit) const = 0;
  virtual absl::TimeZone time_zone() const = 0;
  // What TODAY stands for.
  virtual absl::CivilDay today() const = 0;
  // What binding may cost.
  virtual WorkBudget& budget() const { return WorkBudget::Unlimited(); }
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_CATALOG_VIEW_H_

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

namespace muster::query {

// One snapshot's names. Const and thread-safe. Names and values are given NFC-normalised.
class CatalogView {
 public:
  virtual ~CatalogView() = default;
  virtual const index::Tag* FindTag(std::string_view name) const = 0;
  // Why a tag that FindTag didn't find is missing, when it is the snapshot that lacks it and not the
  // population: the rest of a sentence, with its mend. Empty otherwise.
  virtual std::string WhyMissing(std::string_view /*name*/) const { return ""; }
  // For suggestions.
  virtual std::vector<std::string> TagNames() const = 0;
  // For each value its id, or nothing when no member of the snapshot has it.
  virtual absl::StatusOr<std::vector<std::optional<index::ValueId>>> FindValues(
      index::TagId tag, absl::Span<const std::string> values) const = 0;
  // Ids of all values with the prefix that some member has.
  virtual absl::StatusOr<std::vector<index::ValueId>> ValuesWithPrefix(index::TagId tag,
                                                                       std::string_view prefix) const = 0;
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

// Why a view lacks a tag that the population has.
#ifndef MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_
#define MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/views/population_view.h"
#include "query/binding/catalog_view.h"

namespace muster::query {

// Of a tag that the view's tags don't have. Nothing: the population has none of that name now either.
// Statuses are the store's.
absl::StatusOr<std::optional<MissingTag>> WhyMissing(const index::PopulationView& view,
                                                     std::string_view name);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_

// Explains why a view lacks a tag that the population has.
#ifndef MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_
#define MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/views/population_view.h"
#include "query/binding/catalog_view.h"

namespace muster::query {

// Explains why the view lacks the tag `name`; empty if the current population lacks it too. Returns errors of
// the store. REQUIRES: the view doesn't have the tag.
absl::StatusOr<std::optional<MissingTag>> WhyMissing(const index::PopulationView& view,
                                                     std::string_view name);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_MISSING_TAG_H_

// One expression against one snapshot: parsed or checked, and bound. What a question needs before its plan.
#ifndef MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_
#define MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/versions/snapshot.h"
#include "query/binding/bound_expression.h"
#include "query/language/expression.h"
#include "query/language/problem.h"
#include "query/planning/plan.h"
#include "query/questions/population_catalog.h"

namespace muster::query {

// An expression as somebody put it: a text, or a tree where there is one. Borrows both.
struct Wording {
  std::string_view text = "";
  const Expression* tree = nullptr;
};

// What a wording means, or at least one problem and nothing else.
struct Understanding {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<index::TagId> tags;  // every tag named, ascending
  BoundPtr bound;
};

// Statuses are the store's.
absl::StatusOr<Understanding> Understand(const Wording& wording, const PopulationCatalog& catalog);

// Everyone's version and those of `tags`.
index::VersionVector VersionsOf(const index::Snapshot& snapshot, absl::Span<const index::TagId> tags);

// How many members of the snapshot lack a tag.
struct UnknownCount {
  std::string tag;
  uint64_t member_count = 0;
};

// The tags of these ids, by name. REQUIRES: the catalogue found them.
std::vector<index::Tag> TagsByName(const PopulationCatalog& catalog, absl::Span<const index::TagId> ids);
// For each of `tags` in their order.
absl::StatusOr<std::vector<UnknownCount>> CountUnknown(const index::Snapshot& snapshot,
                                                       absl::Span<const index::Tag> tags);

// What the planner asks of the snapshot, which outlives the answer, as does `budget`.
Statistics StatisticsOf(const index::Snapshot& snapshot, WorkBudget& budget);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_UNDERSTANDING_H_

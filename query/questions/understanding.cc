#include "query/questions/understanding.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/binder.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "text/unicode.h"

namespace muster::query {
namespace {

// Value ids that are asked about at first; each stretch is four times as long as the one before.
constexpr uint64_t kFirstStretch = 256;

// The parser and CheckTree let only UTF-8 through, which always has a normal form.
std::string NormalForm(std::string_view text) { return NormalizeNfc(text).value_or(std::string(text)); }

// REQUIRES: the tree came from Parse, or CheckTree finds no problem with it.
absl::StatusOr<Understanding> BindTree(const Expression& tree, const PopulationCatalog& catalog) {
  ASSIGN_OR_RETURN(BindResult bound, Bind(tree, catalog));
  RETURN_IF_ERROR(catalog.status());
  Understanding understanding;
  if (!bound.ok()) {
    understanding.problems = std::move(bound.problems);
    return understanding;
  }
  RETURN_IF_ERROR(catalog.budget().Check());
  understanding.canonical = CanonicalText(tree, NormalForm);
  understanding.warnings = std::move(bound.warnings);
  understanding.tags = std::move(bound.tags);
  understanding.bound = std::move(bound.bound);
  return understanding;
}

}  // namespace

absl::StatusOr<Understanding> Understand(const Wording& wording, const PopulationCatalog& catalog) {
  Understanding wrong;
  if (wording.tree != nullptr) {
    wrong.problems = CheckTree(*wording.tree);
    if (!wrong.problems.empty()) return wrong;
    return BindTree(*wording.tree, catalog);
  }
  ParseResult parsed = Parse(wording.text);
  RETURN_IF_ERROR(catalog.budget().Check());
  if (!parsed.ok()) {
    wrong.problems = std::move(parsed.problems);
    return wrong;
  }
  absl::StatusOr<Understanding> understanding = BindTree(*parsed.expression, catalog);
  if (understanding.ok()) understanding->notices = std::move(parsed.notices);
  return understanding;
}

index::VersionVector VersionsOf(const index::Snapshot& snapshot, absl::Span<const index::TagId> tags) {
  const index::VersionVector& all = snapshot.versions();
  index::VersionVector named;
  const auto name = [&](index::TagId tag) {
    if (const auto version = all.find(tag); version != all.end()) named.insert(*version);
  };
  name(index::kEveryoneTag);
  for (const index::TagId tag : tags) name(tag);
  return named;
}

std::vector<index::Tag> TagsByName(const PopulationCatalog& catalog, absl::Span<const index::TagId> ids) {
  std::vector<index::Tag> tags;
  for (const index::TagId id : ids) tags.push_back(catalog.FoundTag(id));
  std::sort(tags.begin(), tags.end(),
            [](const index::Tag& a, const index::Tag& b) { return a.name < b.name; });
  return tags;
}

absl::StatusOr<std::vector<UnknownCount>> CountUnknown(const index::Snapshot& snapshot,
                                                       absl::Span<const index::Tag> tags) {
  const uint64_t everyone = snapshot.member_count();
  std::vector<UnknownCount> unknown;
  for (const index::Tag& tag : tags) {
    ASSIGN_OR_RETURN(const uint64_t known, snapshot.RowCardinality({tag.id, index::kKnownRow}));
    unknown.push_back({tag.name, everyone - std::min(everyone, known)});
  }
  return unknown;
}

Statistics StatisticsOf(const index::Snapshot& snapshot, WorkBudget& budget) {
  Statistics statistics;
  statistics.member_count = snapshot.member_count();
  statistics.row_cardinality = [&snapshot, &budget](index::RowRef row) -> absl::StatusOr<uint64_t> {
    RETURN_IF_ERROR(budget.Check());
    return snapshot.RowCardinality(row);
  };
  statistics.row_cardinalities =
      [&snapshot, &budget](index::TagId tag,
                           absl::Span<const index::RowId> rows) -> absl::StatusOr<std::vector<uint64_t>> {
    RETURN_IF_ERROR(budget.Check());
    return snapshot.RowCardinalities(tag, rows);
  };
  statistics.values_with_rows = [&snapshot](index::TagId tag) { return snapshot.FindValuesWithRows(tag); };
  statistics.visit_values = [&snapshot, &budget](index::TagId tag, const auto& visit) {
    // In stretches, since a stretch is read as a whole before its first row is shown.
    bool wanted = true;
    const auto visit_wanted = [&](index::RowId row, uint64_t cardinality) {
      return wanted = visit(row, cardinality);
    };
    uint64_t length = kFirstStretch;
    for (uint64_t first = index::kOwnValue + 1; wanted && first <= index::kMaxValueId; length *= 4) {
      RETURN_IF_ERROR(budget.Check());
      const uint64_t last = std::min<uint64_t>(first + length - 1, index::kMaxValueId);
      RETURN_IF_ERROR(snapshot.VisitRows(tag, static_cast<index::ValueId>(first),
                                         static_cast<index::ValueId>(last), visit_wanted));
      first = last + 1;
    }
    return absl::OkStatus();
  };
  statistics.budget = &budget;
  return statistics;
}

}  // namespace muster::query

#include "query/questions/population_catalog.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "query/language/problem.h"
#include "query/questions/missing_tag.h"

namespace muster::query {
namespace {

// For a suggestion, a value is compared with all values of the tag if there are at most kMaxValuesToCompare,
// otherwise with kNeighboursToCompare on each side by byte order: comparing a million would take too long.
constexpr size_t kMaxValuesToCompare = 8192;
constexpr size_t kNeighboursToCompare = 512;
// The cost of one suggestion: comparing that many values takes about as long as finding this many.
constexpr size_t kSuggestionValues = 1024;
// The number of tags whose values are cached for suggestions: as many as one expression has warnings. A batch
// may name thousands of tags.
constexpr size_t kMaxTagsToCompare = kMaxProblems;
// The cost of finding a tag's version AS OF a date, in values: it reads the records of all versions of the
// tag, unless they are cached.
constexpr uint64_t kValuesOfADatedTag = 16;
// The number of values that are found between two checks of the budget.
constexpr size_t kValuesAtOnce = 8192;

}  // namespace

PopulationCatalog::PopulationCatalog(const CatalogPlace& place, ViewOpener& views, WorkBudget& budget)
    : place_(place),
      view_(place.view),
      views_(views),
      budget_(budget),
      values_to_compare_(kMaxTagsToCompare) {}

const index::Tag* PopulationCatalog::FindTag(std::string_view name) const {
  auto known = by_name_.find(name);
  if (known == by_name_.end()) {
    if (!SpendTag()) return nullptr;
    absl::StatusOr<std::optional<index::Tag>> found = view_.tags().Find(name);
    if (!found.ok()) {
      status_.Update(found.status());
      return nullptr;
    }
    known = by_name_.emplace(name, *std::move(found)).first;
    if (known->second.has_value()) by_id_.emplace(known->second->id, &*known->second);
  }
  return known->second.has_value() ? &*known->second : nullptr;
}

std::optional<MissingTag> PopulationCatalog::WhyMissing(std::string_view name) const {
  if (!SpendTag()) return std::nullopt;
  absl::StatusOr<std::optional<MissingTag>> missing = query::WhyMissing(view_, name);
  if (missing.ok()) return *std::move(missing);
  status_.Update(missing.status());
  return std::nullopt;
}

bool PopulationCatalog::SpendTag() const {
  if (status_.ok()) status_.Update(budget_.SpendValues(as_of().has_value() ? kValuesOfADatedTag : 0));
  return status_.ok();
}

std::vector<std::string> PopulationCatalog::TagNames() const {
  if (names_.has_value()) return *names_;
  if (!status_.ok()) return {};
  absl::StatusOr<std::vector<index::Tag>> tags = view_.tags().List(budget_);
  if (!tags.ok()) {
    status_.Update(tags.status());
    return {};
  }
  std::vector<std::string> names;
  names.reserve(tags->size());
  for (index::Tag& tag : *tags) names.push_back(std::move(tag.name));
  if (view() == kFirstView) names_ = names;
  return names;
}

absl::StatusOr<std::vector<std::optional<index::ValueId>>> PopulationCatalog::FindValues(
    index::TagId tag, absl::Span<const std::string> values) const {
  std::vector<std::optional<index::ValueId>> found;
  found.reserve(values.size());
  while (found.size() < values.size()) {
    const absl::Span<const std::string> next = values.subspan(found.size(), kValuesAtOnce);
    RETURN_IF_ERROR(budget_.SpendValues(next.size()));
    ASSIGN_OR_RETURN(const std::vector<std::optional<index::ValueId>> ids,
                     view_.values().Find(*by_id_.at(tag), next));
    found.insert(found.end(), ids.begin(), ids.end());
  }
  return found;
}

absl::StatusOr<int> PopulationCatalog::MagnitudeBits(index::TagId tag) const {
  std::vector<index::RowId> slices;
  for (int bit = 0; bit < index::kMagnitudeBits; ++bit)
    slices.push_back(index::MakeRow(index::kOwnValue, index::MagnitudeSlot(bit)));
  RETURN_IF_ERROR(budget_.SpendValues(slices.size()));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> held, view_.statistics().RowCardinalities(tag, slices));
  const auto highest = std::find_if(held.rbegin(), held.rend(), [](uint64_t count) { return count > 0; });
  return static_cast<int>(held.rend() - highest);
}

absl::StatusOr<std::vector<index::ValueId>> PopulationCatalog::ValuesLike(index::TagId tag,
                                                                          const LikePattern& pattern) const {
  return view_.values().Like(*by_id_.at(tag), pattern, budget_);
}

std::optional<NameChoices> PopulationCatalog::ValuesToCompare(index::TagId tag) const {
  WorkBudget comparison([this] { return budget_.Check(); }, {.values = kMaxValuesToCompare});
  absl::StatusOr<std::vector<index::ValueCount>> listed =
      view_.values().List(*by_id_.at(tag), "", comparison);
  if (!listed.ok()) return std::nullopt;
  std::vector<std::string> values;
  values.reserve(listed->size());
  for (index::ValueCount& each : *listed) values.push_back(std::move(each.value));
  return NameChoices(std::move(values));
}

std::vector<std::string> PopulationCatalog::NearestValues(index::TagId tag, std::string_view value,
                                                          size_t limit) const {
  // A failed suggestion is no error. If the budget is exhausted here, the longer turn makes the suggestion.
  if (value.empty() || !budget_.SpendValues(kSuggestionValues).ok()) return {};
  const std::optional<NameChoices>* all = values_to_compare_.Find(tag);
  if (all == nullptr) all = &values_to_compare_.Keep(tag, ValuesToCompare(tag));
  if (all->has_value()) return (*all)->Nearest(value, limit);
  const absl::StatusOr<std::vector<std::string>> around =
      view_.values().Around(*by_id_.at(tag), value, kNeighboursToCompare);
  return around.ok() ? NearestNames(value, *around, limit) : std::vector<std::string>();
}

absl::TimeZone PopulationCatalog::time_zone() const { return view_.population().time_zone(); }

}  // namespace muster::query

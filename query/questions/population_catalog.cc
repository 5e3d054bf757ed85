#include "query/questions/population_catalog.h"

#include <utility>

#include "query/binding/nearest_names.h"
#include "query/language/code_point.h"

namespace muster::query {
namespace {

// With more values than this a suggestion looks only at those that begin with the same character: reading a
// million values for a warning would take longer than the answer.
constexpr uint32_t kMaxValuesToCompare = 20'000;

}  // namespace

PopulationCatalog::PopulationCatalog(const index::Population& population, const index::Snapshot& snapshot,
                                     absl::CivilDay today, const StopToken* stop)
    : population_(population), snapshot_(snapshot), today_(today), stop_(stop) {}

const index::Tag* PopulationCatalog::FindTag(std::string_view name) const {
  auto known = by_name_.find(name);
  if (known == by_name_.end()) {
    absl::StatusOr<std::optional<index::Tag>> found = population_.FindTag(snapshot_, name);
    if (!found.ok()) {
      status_.Update(found.status());
      return nullptr;
    }
    known = by_name_.emplace(name, *std::move(found)).first;
    if (known->second.has_value()) by_id_.emplace(known->second->id, &*known->second);
  }
  return known->second.has_value() ? &*known->second : nullptr;
}

std::vector<std::string> PopulationCatalog::TagNames() const {
  if (names_.has_value()) return *names_;
  absl::StatusOr<std::vector<index::Tag>> tags = population_.ListTags(snapshot_);
  if (!tags.ok()) {
    status_.Update(tags.status());
    return {};
  }
  names_.emplace();
  for (index::Tag& tag : *tags) names_->push_back(std::move(tag.name));
  return *names_;
}

absl::StatusOr<std::optional<index::ValueId>> PopulationCatalog::FindValue(index::TagId tag,
                                                                           std::string_view value) const {
  if (absl::Status status = Interrupted(); !status.ok()) return status;
  return population_.FindValue(snapshot_, *by_id_.at(tag), value);
}

absl::StatusOr<std::vector<index::ValueId>> PopulationCatalog::ValuesWithPrefix(
    index::TagId tag, std::string_view prefix) const {
  if (absl::Status status = Interrupted(); !status.ok()) return status;
  return population_.ValuesWithPrefix(snapshot_, *by_id_.at(tag), prefix);
}

std::vector<std::string> PopulationCatalog::NearestValues(index::TagId tag, std::string_view value,
                                                          size_t limit) const {
  if (value.empty() || !Interrupted().ok()) return {};
  const absl::StatusOr<index::TagStatistics> statistics = population_.Statistics(snapshot_, *by_id_.at(tag));
  if (!statistics.ok()) return {};
  const bool few = statistics->value_count <= kMaxValuesToCompare;
  const std::string_view first = value.substr(0, static_cast<size_t>(ReadCodePoint(value, 0).length));
  absl::StatusOr<std::vector<index::ValueCount>> counts =
      population_.ListValues(snapshot_, *by_id_.at(tag), few ? std::string_view() : first);
  if (!counts.ok()) return {};  // a suggestion is not worth an error
  std::vector<std::string> values;
  values.reserve(counts->size());
  for (index::ValueCount& count : *counts) values.push_back(std::move(count.value));
  return NearestNames(value, values, limit);
}

absl::TimeZone PopulationCatalog::time_zone() const { return population_.time_zone(); }

}  // namespace muster::query

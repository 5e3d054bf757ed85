#include "index/views/stored_tags.h"

#include <string>
#include <utility>

#include "index/catalog/names.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

// Tags between two checks of the budget; each takes at most one transaction.
constexpr size_t kTagsBetweenChecks = 64;

}  // namespace

// A declared tag that was not loaded yet when the view was taken belongs to the view, but not to a dated one.
// A token holds only the versions of its own expression's tags: its view says nothing about other tags,
// unless they were never loaded.
absl::StatusOr<bool> StoredTags::IsEmpty(const CataloguedTag& tag) const {
  if (!tag.declared || snapshot_.as_of().has_value()) return false;
  if (!snapshot_.is_pinned()) return true;
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> first, snapshot_.FirstDate(tag.tag.id));
  return !first.has_value();
}

absl::StatusOr<std::vector<Tag>> StoredTags::List(WorkBudget& budget) const {
  RETURN_IF_ERROR(budget.SpendValues(parts_.catalogue.tag_count()));
  std::vector<CataloguedTag> known = parts_.catalogue.ListTags();
  std::vector<TagId> ids;
  ids.reserve(known.size());
  for (const CataloguedTag& tag : known) ids.push_back(tag.tag.id);
  ASSIGN_OR_RETURN(const std::vector<bool> have_versions, snapshot_.HaveVersions(ids, budget));
  std::vector<Tag> tags;
  tags.reserve(known.size());
  for (size_t i = 0; i < known.size(); ++i) {
    if (i % kTagsBetweenChecks == 0) {
      RETURN_IF_ERROR(budget.Check());
    }
    if (!have_versions[i]) {
      ASSIGN_OR_RETURN(const bool is_empty, IsEmpty(known[i]));
      if (!is_empty) continue;
    }
    ASSIGN_OR_RETURN(Tag here, WithScale(std::move(known[i].tag)));
    tags.push_back(std::move(here));
  }
  return tags;
}

absl::StatusOr<std::optional<Tag>> StoredTags::Find(std::string_view name) const {
  const absl::StatusOr<std::string> normal = NormalTagName(name);
  if (!normal.ok()) return std::nullopt;
  const std::optional<CataloguedTag> tag = parts_.catalogue.FindTag(*normal);
  if (!tag) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag->tag.id));
  if (!version.has_value()) {
    ASSIGN_OR_RETURN(const bool is_empty, IsEmpty(*tag));
    if (!is_empty) return std::nullopt;
  }
  ASSIGN_OR_RETURN(Tag here, WithScale(tag->tag));
  return here;
}

// Few tags were rescaled; the store's record is read only for those.
absl::StatusOr<Tag> StoredTags::WithScale(Tag tag) const {
  if (!tag.rescaled) return tag;
  ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag.id));
  if (version.has_value()) {
    ASSIGN_OR_RETURN(tag.scale, snapshot_.Scale(tag.id));
  }
  return tag;
}

absl::StatusOr<std::optional<absl::CivilDay>> StoredTags::BusinessDate(TagId tag) const {
  ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag));
  if (!version.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, parts_.index.BeginRead());
  ASSIGN_OR_RETURN(const VersionRecord record, ReadVersion(transaction, tag, *version));
  return DayOf(record.business_day);
}

absl::StatusOr<TagStatistics> StoredTags::Statistics(const Tag& tag) const {
  TagStatistics statistics;
  ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag.id));
  if (!version.has_value()) return statistics;
  statistics.version = *version;
  ASSIGN_OR_RETURN(statistics.member_count, snapshot_.RowCardinality({tag.id, kKnownRow}));
  ASSIGN_OR_RETURN(statistics.value_count, CountValues(tag, *version));
  ASSIGN_OR_RETURN(statistics.business_date, BusinessDate(tag.id));
  return statistics;
}

absl::StatusOr<uint64_t> StoredTags::ValuesToCount(const Tag& tag) const {
  ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_.FindVersion(tag.id));
  if (!version.has_value() || parts_.value_counts.Find(tag.id, *version)) return 0;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, parts_.index.BeginRead());
  return LastValueId(transaction, tag.id);
}

absl::StatusOr<uint32_t> StoredTags::CountValues(const Tag& tag, Version version) const {
  if (const std::optional<uint32_t> known = parts_.value_counts.Find(tag.id, version)) return *known;
  ASSIGN_OR_RETURN(const uint32_t counted, values_.Count(tag));
  parts_.value_counts.Keep(tag.id, version, counted);
  return counted;
}

}  // namespace muster::index

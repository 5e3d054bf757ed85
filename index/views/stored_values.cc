#include "index/views/stored_values.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "text/normal_form.h"

namespace muster::index {
namespace {

// Values read in one transaction, and between two checks of the budget.
constexpr size_t kStretch = 4096;

// Those of a FLAG's true and false that at least one member has.
absl::StatusOr<std::vector<ValueCount>> ListFlag(const RowStatistics& statistics, const Tag& tag) {
  ASSIGN_OR_RETURN(const uint64_t known, statistics.RowCardinality({tag.id, kKnownRow}));
  ASSIGN_OR_RETURN(const uint64_t yes,
                   statistics.RowCardinality({tag.id, MakeRow(kTrueValue, kMembershipSlot)}));
  std::vector<ValueCount> values;
  if (yes > 0) values.push_back({"true", kTrueValue, yes});
  if (known > yes) values.push_back({"false", kOwnValue, known - yes});
  return values;
}

// A value as it is stored, whether or not some member of a view has it.
using StoredValue = std::pair<std::string, ValueId>;

// Calls `visit` for each stored value with the prefix, by bytes.
absl::Status WalkValues(Environment& index, TagId tag, std::string_view prefix, WorkBudget& budget,
                        const std::function<void(std::string_view, ValueId)>& visit) {
  std::string from(prefix);
  for (bool more = true; more;) {
    more = false;
    ASSIGN_OR_RETURN(const ReadTransaction view, index.BeginRead());
    size_t left = kStretch, seen = 0;
    absl::Status status = VisitValues(view, tag, prefix, from, [&](std::string_view text, ValueId id) {
      more = left-- == 0;
      if (more) {
        from = text;
      } else {
        ++seen;
        visit(text, id);
      }
      return !more;
    });
    if (status.ok()) status = budget.SpendValues(seen);
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

// The number of members of each value, in the given order.
absl::StatusOr<std::vector<uint64_t>> CountsOf(const RowStatistics& statistics, TagId tag,
                                               absl::Span<const ValueId> ids, const WorkBudget& budget) {
  std::vector<std::pair<RowId, size_t>> places;
  places.reserve(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) places.emplace_back(MakeRow(ids[i], kMembershipSlot), i);
  if (!std::is_sorted(places.begin(), places.end())) std::sort(places.begin(), places.end());
  std::vector<uint64_t> counts(ids.size());
  for (size_t first = 0; first < places.size(); first += kStretch) {
    const size_t end = std::min(first + kStretch, places.size());
    std::vector<RowId> rows;
    for (size_t i = first; i < end; ++i) rows.push_back(places[i].first);
    ASSIGN_OR_RETURN(const std::vector<uint64_t> found, statistics.RowCardinalities(tag, rows));
    for (size_t i = first; i < end; ++i) counts[places[i].second] = found[i - first];
    RETURN_IF_ERROR(budget.Check());
  }
  return counts;
}

absl::StatusOr<std::vector<ValueCount>> ListStored(Environment& index, const RowStatistics& statistics,
                                                   const Tag& tag, std::string_view prefix,
                                                   WorkBudget& budget) {
  std::vector<ValueCount> values;
  std::vector<ValueId> ids;
  RETURN_IF_ERROR(WalkValues(index, tag.id, prefix, budget, [&](std::string_view text, ValueId id) {
    values.push_back({std::string(text), id, 0});
    ids.push_back(id);
  }));
  ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, CountsOf(statistics, tag.id, ids, budget));
  for (size_t i = 0; i < values.size(); ++i) values[i].member_count = counts[i];
  std::erase_if(values, [](const ValueCount& value) { return value.member_count == 0; });
  return values;
}

absl::StatusOr<std::vector<std::optional<ValueId>>> FindFlags(const RowStatistics& statistics, const Tag& tag,
                                                              absl::Span<const std::string> values) {
  ASSIGN_OR_RETURN(const std::vector<ValueCount> flags, ListFlag(statistics, tag));
  std::vector<std::optional<ValueId>> found(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    for (const ValueCount& flag : flags) {
      if (flag.value == values[i]) found[i] = flag.id;
    }
  }
  return found;
}

// The ids of values as they are stored.
absl::StatusOr<std::vector<std::optional<ValueId>>> FindStored(Environment& index, TagId tag,
                                                               absl::Span<const std::string> values) {
  std::vector<std::optional<ValueId>> found;
  found.reserve(values.size());
  while (found.size() < values.size()) {
    ASSIGN_OR_RETURN(const ReadTransaction view, index.BeginRead());
    for (const std::string& value : values.subspan(found.size(), kStretch)) {
      const std::optional<std::string> normal = NormalizeNfc(value);
      ASSIGN_OR_RETURN(std::optional<ValueId> stored,
                       normal ? FindStoredValue(view, tag, *normal) : std::optional<ValueId>());
      found.push_back(stored);
    }
  }
  return found;
}

absl::StatusOr<ValueId> LastId(Environment& index, TagId tag) {
  ASSIGN_OR_RETURN(const ReadTransaction view, index.BeginRead());
  return LastValueId(view, tag);
}

}  // namespace

absl::StatusOr<std::vector<std::optional<ValueId>>> StoredValues::Find(
    const Tag& tag, absl::Span<const std::string> values) const {
  if (tag.kind == TagKind::kFlag) return FindFlags(statistics_, tag, values);
  if (!TraitsOf(tag.kind).has_texts) return std::vector<std::optional<ValueId>>(values.size());
  absl::StatusOr<std::vector<std::optional<ValueId>>> found = FindStored(index_, tag.id, values);
  RETURN_IF_ERROR(found.status());
  std::vector<ValueId> ids;
  for (const std::optional<ValueId>& id : *found) {
    if (id) ids.push_back(*id);
  }
  ASSIGN_OR_RETURN(const std::vector<uint64_t> counts,
                   CountsOf(statistics_, tag.id, ids, WorkBudget::Unlimited()));
  auto count = counts.begin();
  for (std::optional<ValueId>& id : *found) {
    if (id && *count++ == 0) id.reset();
  }
  return found;
}

absl::StatusOr<std::vector<ValueId>> StoredValues::Like(const Tag& tag, const LikePattern& pattern,
                                                        WorkBudget& budget) const {
  std::vector<ValueId> ids;
  if (!TraitsOf(tag.kind).has_texts) return ids;
  const bool matches = pattern.is_prefix();  // every value of the walk matches
  RETURN_IF_ERROR(
      WalkValues(index_, tag.id, pattern.prefix(), budget, [&](std::string_view text, ValueId id) {
        if (matches || pattern.Matches(text)) ids.push_back(id);
      }));
  std::sort(ids.begin(), ids.end());
  ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, CountsOf(statistics_, tag.id, ids, budget));
  size_t kept = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (counts[i] > 0) ids[kept++] = ids[i];
  }
  ids.resize(kept);
  return ids;
}

absl::StatusOr<std::vector<ValueCount>> StoredValues::List(const Tag& tag, std::string_view prefix,
                                                           WorkBudget& budget) const {
  std::vector<ValueCount> values;
  const std::optional<std::string> normal = NormalizeNfc(prefix);
  if (!normal) return values;
  if (TraitsOf(tag.kind).has_texts) {
    ASSIGN_OR_RETURN(values, ListStored(index_, statistics_, tag, *normal, budget));
  } else if (tag.kind == TagKind::kFlag) {
    ASSIGN_OR_RETURN(std::vector<ValueCount> listed, ListFlag(statistics_, tag));
    for (ValueCount& flag : listed) {
      if (flag.value.compare(0, normal->size(), *normal) == 0) values.push_back(std::move(flag));
    }
    std::sort(values.begin(), values.end(),
              [](const ValueCount& a, const ValueCount& b) { return a.value < b.value; });
  }
  // The input is in the order of bytes.
  std::stable_sort(values.begin(), values.end(),
                   [](const ValueCount& a, const ValueCount& b) { return a.member_count > b.member_count; });
  return values;
}

absl::StatusOr<std::vector<std::string>> StoredValues::Around(const Tag& tag, std::string_view value,
                                                              size_t most) const {
  const std::optional<std::string> normal = NormalizeNfc(value);
  if (!normal || !TraitsOf(tag.kind).has_texts) return std::vector<std::string>();
  std::vector<StoredValue> stored;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, index_.BeginRead());
    const auto take_until = [&stored](size_t end) {
      return [&stored, end](std::string_view text, ValueId id) {
        if (stored.size() < end) stored.emplace_back(text, id);
        return stored.size() < end;
      };
    };
    absl::Status visited = VisitValuesBefore(view, tag.id, *normal, take_until(most));
    std::reverse(stored.begin(), stored.end());
    if (visited.ok()) visited = VisitValues(view, tag.id, "", *normal, take_until(stored.size() + most));
    RETURN_IF_ERROR(visited);
  }
  std::vector<ValueId> ids;
  for (const StoredValue& each : stored) ids.push_back(each.second);
  ASSIGN_OR_RETURN(const std::vector<uint64_t> counts,
                   CountsOf(statistics_, tag.id, ids, WorkBudget::Unlimited()));
  std::vector<std::string> values;
  for (size_t i = 0; i < stored.size(); ++i) {
    if (counts[i] > 0) values.push_back(std::move(stored[i].first));
  }
  return values;
}

absl::StatusOr<uint32_t> StoredValues::Count(const Tag& tag) const {
  if (tag.kind == TagKind::kFlag) {
    ASSIGN_OR_RETURN(const std::vector<ValueCount> values, ListFlag(statistics_, tag));
    return static_cast<uint32_t>(values.size());
  }
  uint32_t count = 0;
  if (!TraitsOf(tag.kind).has_texts) return count;
  ASSIGN_OR_RETURN(const ValueId last, LastId(index_, tag.id));
  for (ValueId first = 1; first <= last; first += kStretch) {
    const ValueId end = std::min<ValueId>(first + kStretch - 1, last);
    RETURN_IF_ERROR(statistics_.VisitRows(tag.id, first, end, [&count](RowId row, uint64_t) {
      count += SlotOf(row) == kMembershipSlot ? 1 : 0;
      return true;
    }));
  }
  return count;
}

}  // namespace muster::index

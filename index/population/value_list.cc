#include "index/population/value_list.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "index/dictionary/value_dictionary.h"
#include "index/text/unicode.h"

namespace muster::index {
namespace {

// Values that are looked at in one transaction, and between two looks at whether to go on.
constexpr size_t kStretch = 4096;

bool HasValues(const Tag& tag) { return tag.kind == TagKind::kSingle || tag.kind == TagKind::kMulti; }

// A FLAG's true and false, as far as somebody has them.
absl::StatusOr<std::vector<ValueCount>> ListFlag(const Snapshot& snapshot, const Tag& tag) {
  const absl::StatusOr<uint64_t> known = snapshot.RowCardinality({tag.id, kKnownRow});
  if (!known.ok()) return known.status();
  const absl::StatusOr<uint64_t> yes =
      snapshot.RowCardinality({tag.id, MakeRow(kTrueValue, kMembershipSlot)});
  if (!yes.ok()) return yes.status();
  std::vector<ValueCount> values;
  if (*yes > 0) values.push_back({"true", kTrueValue, *yes});
  if (*known > *yes) values.push_back({"false", kOwnValue, *known - *yes});
  return values;
}

// A value as it is stored, whether or not some member of a snapshot has it.
using StoredValue = std::pair<std::string, ValueId>;

// Calls `visit` for each stored value with the prefix, by bytes.
absl::Status WalkValues(Environment& index, TagId tag, std::string_view prefix, WorkBudget& budget,
                        const std::function<void(std::string_view, ValueId)>& visit) {
  std::string from(prefix);
  for (bool more = true; more;) {
    more = false;
    const absl::StatusOr<ReadTransaction> view = index.BeginRead();
    if (!view.ok()) return view.status();
    size_t left = kStretch, seen = 0;
    absl::Status status = VisitValues(*view, tag, prefix, from, [&](std::string_view text, ValueId id) {
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
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// How many members have each of the values, in their order, whatever that is.
absl::StatusOr<std::vector<uint64_t>> CountsOf(const Snapshot& snapshot, TagId tag,
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
    const absl::StatusOr<std::vector<uint64_t>> found = snapshot.RowCardinalities(tag, rows);
    if (!found.ok()) return found.status();
    for (size_t i = first; i < end; ++i) counts[places[i].second] = (*found)[i - first];
    if (absl::Status status = budget.Check(); !status.ok()) return status;
  }
  return counts;
}

absl::StatusOr<std::vector<ValueCount>> ListStored(Environment& index, const Snapshot& snapshot,
                                                   const Tag& tag, std::string_view prefix,
                                                   WorkBudget& budget) {
  std::vector<ValueCount> values;
  std::vector<ValueId> ids;
  const absl::Status walked =
      WalkValues(index, tag.id, prefix, budget, [&](std::string_view text, ValueId id) {
        values.push_back({std::string(text), id, 0});
        ids.push_back(id);
      });
  if (!walked.ok()) return walked;
  const absl::StatusOr<std::vector<uint64_t>> counts = CountsOf(snapshot, tag.id, ids, budget);
  if (!counts.ok()) return counts.status();
  for (size_t i = 0; i < values.size(); ++i) values[i].member_count = (*counts)[i];
  std::erase_if(values, [](const ValueCount& value) { return value.member_count == 0; });
  return values;
}

absl::StatusOr<std::vector<std::optional<ValueId>>> FindFlags(const Snapshot& snapshot, const Tag& tag,
                                                              absl::Span<const std::string> values) {
  const absl::StatusOr<std::vector<ValueCount>> flags = ListFlag(snapshot, tag);
  if (!flags.ok()) return flags.status();
  std::vector<std::optional<ValueId>> found(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    for (const ValueCount& flag : *flags) {
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
    const absl::StatusOr<ReadTransaction> view = index.BeginRead();
    if (!view.ok()) return view.status();
    for (const std::string& value : values.subspan(found.size(), kStretch)) {
      const std::optional<std::string> normal = NormalizeNfc(value);
      absl::StatusOr<std::optional<ValueId>> stored =
          normal ? FindStoredValue(*view, tag, *normal) : std::optional<ValueId>();
      if (!stored.ok()) return stored.status();
      found.push_back(*stored);
    }
  }
  return found;
}

absl::StatusOr<ValueId> LastId(Environment& index, TagId tag) {
  const absl::StatusOr<ReadTransaction> view = index.BeginRead();
  if (!view.ok()) return view.status();
  return LastValueId(*view, tag);
}

}  // namespace

absl::StatusOr<std::vector<std::optional<ValueId>>> FindTagValues(Environment& index,
                                                                  const Snapshot& snapshot, const Tag& tag,
                                                                  absl::Span<const std::string> values) {
  if (tag.kind == TagKind::kFlag) return FindFlags(snapshot, tag, values);
  if (!HasValues(tag)) return std::vector<std::optional<ValueId>>(values.size());
  absl::StatusOr<std::vector<std::optional<ValueId>>> found = FindStored(index, tag.id, values);
  if (!found.ok()) return found;
  std::vector<ValueId> ids;
  for (const std::optional<ValueId>& id : *found) {
    if (id) ids.push_back(*id);
  }
  const absl::StatusOr<std::vector<uint64_t>> counts =
      CountsOf(snapshot, tag.id, ids, WorkBudget::Unlimited());
  if (!counts.ok()) return counts.status();
  auto count = counts->begin();
  for (std::optional<ValueId>& id : *found) {
    if (id && *count++ == 0) id.reset();
  }
  return found;
}

absl::StatusOr<std::vector<ValueId>> TagValuesWithPrefix(Environment& index, const Snapshot& snapshot,
                                                         const Tag& tag, std::string_view prefix,
                                                         WorkBudget& budget) {
  std::vector<ValueId> ids;
  const std::optional<std::string> normal = NormalizeNfc(prefix);
  if (!normal || !HasValues(tag)) return ids;
  const absl::Status walked =
      WalkValues(index, tag.id, *normal, budget, [&ids](std::string_view, ValueId id) { ids.push_back(id); });
  if (!walked.ok()) return walked;
  std::sort(ids.begin(), ids.end());
  const absl::StatusOr<std::vector<uint64_t>> counts = CountsOf(snapshot, tag.id, ids, budget);
  if (!counts.ok()) return counts.status();
  size_t kept = 0;
  for (size_t i = 0; i < ids.size(); ++i) {
    if ((*counts)[i] > 0) ids[kept++] = ids[i];
  }
  ids.resize(kept);
  return ids;
}

absl::StatusOr<std::vector<ValueCount>> ListTagValues(Environment& index, const Snapshot& snapshot,
                                                      const Tag& tag, std::string_view prefix,
                                                      WorkBudget& budget) {
  std::vector<ValueCount> values;
  const std::optional<std::string> normal = NormalizeNfc(prefix);
  if (!normal) return values;
  if (HasValues(tag)) {
    absl::StatusOr<std::vector<ValueCount>> listed = ListStored(index, snapshot, tag, *normal, budget);
    if (!listed.ok()) return listed.status();
    values = *std::move(listed);
  } else if (tag.kind == TagKind::kFlag) {
    absl::StatusOr<std::vector<ValueCount>> listed = ListFlag(snapshot, tag);
    if (!listed.ok()) return listed.status();
    for (ValueCount& flag : *listed) {
      if (flag.value.compare(0, normal->size(), *normal) == 0) values.push_back(std::move(flag));
    }
    std::sort(values.begin(), values.end(),
              [](const ValueCount& a, const ValueCount& b) { return a.value < b.value; });
  }
  // They are in the order of bytes.
  std::stable_sort(values.begin(), values.end(),
                   [](const ValueCount& a, const ValueCount& b) { return a.member_count > b.member_count; });
  return values;
}

absl::StatusOr<std::vector<std::string>> TagValuesAround(Environment& index, const Snapshot& snapshot,
                                                         const Tag& tag, std::string_view value,
                                                         size_t most) {
  const std::optional<std::string> normal = NormalizeNfc(value);
  if (!normal || !HasValues(tag)) return std::vector<std::string>();
  std::vector<StoredValue> stored;
  {
    const absl::StatusOr<ReadTransaction> view = index.BeginRead();
    if (!view.ok()) return view.status();
    const auto take_until = [&stored](size_t end) {
      return [&stored, end](std::string_view text, ValueId id) {
        if (stored.size() < end) stored.emplace_back(text, id);
        return stored.size() < end;
      };
    };
    absl::Status visited = VisitValuesBefore(*view, tag.id, *normal, take_until(most));
    std::reverse(stored.begin(), stored.end());
    if (visited.ok()) visited = VisitValues(*view, tag.id, "", *normal, take_until(stored.size() + most));
    if (!visited.ok()) return visited;
  }
  std::vector<ValueId> ids;
  for (const StoredValue& each : stored) ids.push_back(each.second);
  const absl::StatusOr<std::vector<uint64_t>> counts =
      CountsOf(snapshot, tag.id, ids, WorkBudget::Unlimited());
  if (!counts.ok()) return counts.status();
  std::vector<std::string> values;
  for (size_t i = 0; i < stored.size(); ++i) {
    if ((*counts)[i] > 0) values.push_back(std::move(stored[i].first));
  }
  return values;
}

absl::StatusOr<uint32_t> CountTagValues(Environment& index, const Snapshot& snapshot, const Tag& tag) {
  if (tag.kind == TagKind::kFlag) {
    const absl::StatusOr<std::vector<ValueCount>> values = ListFlag(snapshot, tag);
    if (!values.ok()) return values.status();
    return static_cast<uint32_t>(values->size());
  }
  uint32_t count = 0;
  if (!HasValues(tag)) return count;
  const absl::StatusOr<ValueId> last = LastId(index, tag.id);
  if (!last.ok()) return last.status();
  for (ValueId first = 1; first <= *last; first += kStretch) {
    const ValueId end = std::min<ValueId>(first + kStretch - 1, *last);
    const absl::Status visited = snapshot.VisitRows(tag.id, first, end, [&count](RowId row, uint64_t) {
      count += SlotOf(row) == kMembershipSlot ? 1 : 0;
      return true;
    });
    if (!visited.ok()) return visited;
  }
  return count;
}

}  // namespace muster::index

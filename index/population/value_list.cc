#include "index/population/value_list.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "index/dictionary/value_dictionary.h"
#include "index/text/unicode.h"

namespace muster::index {
namespace {

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

// How many members have each value that somebody has.
absl::StatusOr<absl::flat_hash_map<ValueId, uint64_t>> CountsOf(const Snapshot& snapshot, const Tag& tag) {
  absl::flat_hash_map<ValueId, uint64_t> counts;
  const absl::Status visited =
      snapshot.VisitRows(tag.id, 1, kMaxValueId, [&counts](RowId row, uint64_t members) {
        if (SlotOf(row) == kMembershipSlot) counts.emplace(ValueOf(row), members);
        return true;
      });
  if (!visited.ok()) return visited;
  return counts;
}

absl::StatusOr<std::vector<ValueCount>> ListStored(Environment& index, const Snapshot& snapshot,
                                                   const Tag& tag, std::string_view prefix) {
  const absl::StatusOr<absl::flat_hash_map<ValueId, uint64_t>> counts = CountsOf(snapshot, tag);
  if (!counts.ok()) return counts.status();
  std::vector<ValueCount> values;
  const absl::StatusOr<ReadTransaction> view = index.BeginRead();
  if (!view.ok()) return view.status();
  const absl::Status visited = VisitValues(*view, tag.id, prefix, [&](std::string_view text, ValueId id) {
    const auto count = counts->find(id);
    if (count != counts->end()) values.push_back({std::string(text), id, count->second});
    return true;
  });
  if (!visited.ok()) return visited;
  return values;
}

}  // namespace

absl::StatusOr<std::optional<ValueId>> FindTagValue(Environment& index, const Snapshot& snapshot,
                                                    const Tag& tag, std::string_view value) {
  const std::optional<std::string> normal = NormalizeNfc(value);
  if (!normal) return std::nullopt;
  if (tag.kind == TagKind::kFlag) {
    const absl::StatusOr<std::vector<ValueCount>> values = ListFlag(snapshot, tag);
    if (!values.ok()) return values.status();
    for (const ValueCount& flag : *values) {
      if (flag.value == *normal) return flag.id;
    }
    return std::nullopt;
  }
  if (!HasValues(tag)) return std::nullopt;
  std::optional<ValueId> id;
  {
    const absl::StatusOr<ReadTransaction> view = index.BeginRead();
    if (!view.ok()) return view.status();
    const absl::StatusOr<std::optional<ValueId>> stored = FindStoredValue(*view, tag.id, *normal);
    if (!stored.ok()) return stored.status();
    id = *stored;
  }
  if (!id) return std::nullopt;
  const absl::StatusOr<uint64_t> members = snapshot.RowCardinality({tag.id, MakeRow(*id, kMembershipSlot)});
  if (!members.ok()) return members.status();
  if (*members == 0) return std::nullopt;
  return id;
}

absl::StatusOr<std::vector<ValueCount>> ListTagValues(Environment& index, const Snapshot& snapshot,
                                                      const Tag& tag, std::string_view prefix) {
  std::vector<ValueCount> values;
  const std::optional<std::string> normal = NormalizeNfc(prefix);
  if (!normal) return values;
  if (HasValues(tag)) {
    absl::StatusOr<std::vector<ValueCount>> listed = ListStored(index, snapshot, tag, *normal);
    if (!listed.ok()) return listed.status();
    values = *std::move(listed);
  } else if (tag.kind == TagKind::kFlag) {
    absl::StatusOr<std::vector<ValueCount>> listed = ListFlag(snapshot, tag);
    if (!listed.ok()) return listed.status();
    for (ValueCount& flag : *listed) {
      if (flag.value.compare(0, normal->size(), *normal) == 0) values.push_back(std::move(flag));
    }
  }
  std::stable_sort(values.begin(), values.end(), [](const ValueCount& a, const ValueCount& b) {
    return a.member_count != b.member_count ? a.member_count > b.member_count : a.value < b.value;
  });
  return values;
}

absl::StatusOr<uint32_t> CountTagValues(const Snapshot& snapshot, const Tag& tag) {
  if (tag.kind == TagKind::kFlag) {
    const absl::StatusOr<std::vector<ValueCount>> values = ListFlag(snapshot, tag);
    if (!values.ok()) return values.status();
    return static_cast<uint32_t>(values->size());
  }
  uint32_t count = 0;
  if (!HasValues(tag)) return count;
  const absl::Status visited = snapshot.VisitRows(tag.id, 1, kMaxValueId, [&count](RowId row, uint64_t) {
    count += SlotOf(row) == kMembershipSlot ? 1 : 0;
    return true;
  });
  if (!visited.ok()) return visited;
  return count;
}

}  // namespace muster::index

#include "index/views/member_profile.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/row_probe.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {
namespace {

// Reads one member's values, tag by tag. Used by one thread.
class ProfileReader {
 public:
  // REQUIRES: in a dated view, the versions of the tags have been found.
  ProfileReader(Environment& index, const Snapshot& snapshot, const ProfiledMember& member,
                WorkBudget& budget)
      : index_(index),
        snapshot_(snapshot),
        zone_(member.zone),
        budget_(budget),
        probe_(snapshot, member.ordinal) {}

  absl::StatusOr<std::vector<MemberValue>> Read(const Tag& tag) {
    std::vector<MemberValue> values;
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const bool known, probe_.Contains({tag.id, kKnownRow}));
    if (!known) return values;
    if (TraitsOf(tag.kind).has_texts) return ReadValues(tag);
    if (tag.kind == TagKind::kFlag) {
      ASSIGN_OR_RETURN(const bool yes, probe_.Contains({tag.id, MakeRow(kTrueValue, kMembershipSlot)}));
      values.push_back({yes ? "true" : "false", ""});
      return values;
    }
    ASSIGN_OR_RETURN(const int64_t number, ReadNumber(tag.id));
    values.push_back({StoredValueText(tag.kind, number, {.scale = tag.scale, .zone = zone_}), ""});
    return values;
  }

  // The member's number in the tag's own slices.
  absl::StatusOr<int64_t> ReadNumber(TagId tag) {
    ASSIGN_OR_RETURN(const TagRowsPtr rows, snapshot_.FindTagRows(tag, /*single=*/true));
    return ReadSlices(tag, rows->slices);
  }

 private:
  absl::StatusOr<int64_t> ReadSlices(TagId tag, absl::Span<const RowId> slices) {
    bool negative = false;
    uint64_t magnitude = 0;
    for (const RowId row : slices) {
      ASSIGN_OR_RETURN(const bool set, probe_.Contains({tag, row}));
      if (!set) continue;
      if (SlotOf(row) == kSignSlot) {
        negative = true;
      } else {
        magnitude |= uint64_t{1} << (SlotOf(row) - kFirstMagnitudeSlot);
      }
    }
    const int64_t number = static_cast<int64_t>(magnitude);
    return negative ? -number : number;
  }

  // The slices of the weight of `value`.
  static absl::Span<const RowId> WeightOf(const TagRows& rows, ValueId value) {
    const auto begin = std::lower_bound(rows.weights.begin(), rows.weights.end(), MakeRow(value, 0));
    const auto end = std::upper_bound(begin, rows.weights.end(), MakeRow(value, 0xff));
    return absl::MakeConstSpan(rows.weights)
        .subspan(static_cast<size_t>(begin - rows.weights.begin()), static_cast<size_t>(end - begin));
  }

  absl::StatusOr<std::vector<ValueId>> FindIds(const Tag& tag, const TagRows& rows) {
    const bool single = tag.kind == TagKind::kSingle;
    if (single && !rows.slices.empty()) {
      ASSIGN_OR_RETURN(const int64_t sliced, ReadSlices(tag.id, rows.slices));
      if (sliced <= 0) return Corrupt("record of a tag's value-id slices");
      return std::vector<ValueId>{static_cast<ValueId>(sliced)};
    }
    RETURN_IF_ERROR(budget_.SpendValues(rows.values.size()));
    std::vector<ValueId> ids;
    for (const RowId row : rows.values) {
      ASSIGN_OR_RETURN(const bool has, probe_.Contains({tag.id, row}));
      if (!has) continue;
      ids.push_back(ValueOf(row));
      if (single) break;
    }
    return ids;
  }

  absl::StatusOr<std::vector<MemberValue>> ReadValues(const Tag& tag) {
    ASSIGN_OR_RETURN(const TagRowsPtr rows, snapshot_.FindTagRows(tag.id, tag.kind == TagKind::kSingle));
    ASSIGN_OR_RETURN(const std::vector<ValueId> ids, FindIds(tag, *rows));
    ASSIGN_OR_RETURN(const ReadTransaction texts, index_.BeginRead());
    std::vector<MemberValue> values;
    for (const ValueId id : ids) {
      MemberValue value;
      if (tag.weighted) {
        ASSIGN_OR_RETURN(const int64_t weight, ReadSlices(tag.id, WeightOf(*rows, id)));
        value.weight = DecimalText(weight, tag.weight_scale);
      }
      ASSIGN_OR_RETURN(const std::string_view text, ValueText(texts, tag.id, id));
      value.text = std::string(text);
      values.push_back(std::move(value));
    }
    std::sort(values.begin(), values.end(),
              [](const MemberValue& a, const MemberValue& b) { return a.text < b.text; });
    return values;
  }

  Environment& index_;
  const Snapshot& snapshot_;
  const absl::TimeZone zone_;
  WorkBudget& budget_;
  RowProbe probe_;
};

}  // namespace

absl::StatusOr<MemberProfile> ReadProfile(Environment& index, const Snapshot& snapshot, std::vector<Tag> tags,
                                          const ProfiledMember& member, WorkBudget& budget) {
  MemberProfile profile;
  std::vector<Tag> loaded;
  for (Tag& tag : tags) {
    ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot.FindVersion(tag.id));
    if (version.has_value()) loaded.push_back(std::move(tag));
  }
  ProfileReader reader(index, snapshot, member, budget);
  profile.tags.reserve(loaded.size());
  for (Tag& tag : loaded) {
    ASSIGN_OR_RETURN(std::vector<MemberValue> values, reader.Read(tag));
    profile.tags.push_back({std::move(tag), std::move(values)});
  }
  ASSIGN_OR_RETURN(const int64_t first, reader.ReadNumber(kEveryoneTag));
  profile.first_date = DayOfNumber(first);
  return profile;
}

}  // namespace muster::index

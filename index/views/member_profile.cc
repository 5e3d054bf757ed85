#include "index/views/member_profile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/dictionary/value_dictionary.h"
#include "index/status/status_macros.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {
namespace {

// Reads one member's values, tag by tag. Used by one thread.
class ProfileReader {
 public:
  ProfileReader(Environment& index, const Snapshot& snapshot, const ProfiledMember& member,
                WorkBudget& budget)
      : index_(index), snapshot_(snapshot), zone_(member.zone), ordinal_(member.ordinal), budget_(budget) {}

  absl::StatusOr<std::vector<MemberValue>> Read(const Tag& tag) {
    std::vector<MemberValue> values;
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const bool known, snapshot_.Contains({tag.id, kKnownRow}, ordinal_));
    if (!known) return values;
    if (TraitsOf(tag.kind).has_texts) return ReadValues(tag);
    if (tag.kind == TagKind::kFlag) {
      ASSIGN_OR_RETURN(const bool yes,
                       snapshot_.Contains({tag.id, MakeRow(kTrueValue, kMembershipSlot)}, ordinal_));
      values.push_back({yes ? "true" : "false", ""});
      return values;
    }
    ASSIGN_OR_RETURN(const int64_t number, ReadNumber(tag.id, kOwnValue));
    values.push_back({StoredValueText(tag.kind, number, {.scale = tag.scale, .zone = zone_}), ""});
    return values;
  }

  // The member's number in the slices of `value`.
  absl::StatusOr<int64_t> ReadNumber(TagId tag, ValueId value) {
    ASSIGN_OR_RETURN(const std::vector<RowId> rows, RowsOf(tag, value, value));
    bool negative = false;
    uint64_t magnitude = 0;
    for (const RowId row : rows) {
      if (SlotOf(row) == kMembershipSlot) continue;
      ASSIGN_OR_RETURN(const bool set, snapshot_.Contains({tag, row}, ordinal_));
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

 private:
  absl::StatusOr<std::vector<RowId>> RowsOf(TagId tag, ValueId first, ValueId last) {
    std::vector<RowId> rows;
    RETURN_IF_ERROR(snapshot_.VisitRows(tag, first, last, [&rows](RowId row, uint64_t) {
      rows.push_back(row);
      return true;
    }));
    return rows;
  }

  absl::StatusOr<std::vector<ValueId>> FindIds(const Tag& tag) {
    std::vector<ValueId> ids;
    if (tag.kind == TagKind::kSingle) {
      ASSIGN_OR_RETURN(const int64_t sliced, ReadNumber(tag.id, kOwnValue));
      if (sliced != 0) return std::vector<ValueId>{static_cast<ValueId>(sliced)};
    }
    ASSIGN_OR_RETURN(const std::vector<RowId> rows, RowsOf(tag.id, 1, kMaxValueId));
    RETURN_IF_ERROR(budget_.SpendValues(rows.size()));
    for (const RowId row : rows) {
      if (SlotOf(row) != kMembershipSlot) continue;
      ASSIGN_OR_RETURN(const bool has, snapshot_.Contains({tag.id, row}, ordinal_));
      if (!has) continue;
      ids.push_back(ValueOf(row));
      if (tag.kind == TagKind::kSingle) break;
    }
    return ids;
  }

  absl::StatusOr<std::vector<MemberValue>> ReadValues(const Tag& tag) {
    ASSIGN_OR_RETURN(const std::vector<ValueId> ids, FindIds(tag));
    std::vector<MemberValue> values;
    for (const ValueId id : ids) {
      MemberValue value;
      if (tag.weighted) {
        ASSIGN_OR_RETURN(const int64_t weight, ReadNumber(tag.id, id));
        value.weight = DecimalText(weight, tag.weight_scale);
      }
      ASSIGN_OR_RETURN(const ReadTransaction view, index_.BeginRead());
      ASSIGN_OR_RETURN(const std::string_view text, ValueText(view, tag.id, id));
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
  const Ordinal ordinal_;
  WorkBudget& budget_;
};

}  // namespace

absl::StatusOr<MemberProfile> ReadProfile(Environment& index, const Snapshot& snapshot, std::vector<Tag> tags,
                                          const ProfiledMember& member, WorkBudget& budget) {
  MemberProfile profile;
  ProfileReader reader(index, snapshot, member, budget);
  for (Tag& tag : tags) {
    ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot.FindVersion(tag.id));
    if (!version.has_value()) continue;
    ASSIGN_OR_RETURN(std::vector<MemberValue> values, reader.Read(tag));
    profile.tags.push_back({std::move(tag), std::move(values)});
  }
  ASSIGN_OR_RETURN(const int64_t first, reader.ReadNumber(kEveryoneTag, kOwnValue));
  profile.first_date = DayOfNumber(first);
  return profile;
}

}  // namespace muster::index

// Reads a whole tag out of a view, row by row: slow and obvious, for comparing with models.
#ifndef MUSTER_TESTS_INDEX_POPULATION_VIEW_CONTENT_H_
#define MUSTER_TESTS_INDEX_POPULATION_VIEW_CONTENT_H_

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/population/population.h"
#include "index/views/stored_view.h"
#include "tests/index/versions/snapshot_content.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {

// Value → weight; a kind without weights has "".
using TagContent = std::map<Ordinal, std::map<std::string, std::string>>;

inline const Snapshot& SnapshotOf(const PopulationView& view) {
  return static_cast<const StoredView&>(view).snapshot();
}
inline std::vector<Ordinal> ReadRow(const PopulationView& view, RowRef row) {
  return ReadRow(SnapshotOf(view), row);
}
inline std::map<Ordinal, int64_t> ReadNumbers(const PopulationView& view, TagId tag, ValueId value) {
  return ReadNumbers(SnapshotOf(view), tag, value);
}

inline TagContent ReadValues(const PopulationView& view, const Tag& tag) {
  TagContent content;
  const std::vector<ValueCount> values = *view.values().List(tag, "", WorkBudget::Unlimited());
  ValueMembersReader reader(SnapshotOf(view), tag.id);
  for (const ValueCount& value : values) {
    const std::vector<Ordinal> members = reader.Read(value.id);
    EXPECT_EQ(members.size(), value.member_count) << tag.name << " " << value.value;
    std::map<Ordinal, int64_t> weights;
    if (tag.weighted) weights = ReadNumbers(view, tag.id, value.id);
    EXPECT_TRUE(!tag.weighted || weights.size() == members.size()) << tag.name << " " << value.value;
    for (const Ordinal member : members) {
      content[member][value.value] = tag.weighted ? DecimalText(weights[member], tag.weight_scale) : "";
    }
  }
  return content;
}

// Looking up single members agrees with the rows: of some members, those without a value included.
inline void ExpectLookUpsAgree(const PopulationView& view, const Tag& tag, const TagContent& content) {
  constexpr size_t kMembers = 64;
  const std::vector<Ordinal> everyone = ReadRow(view, {kEveryoneTag, kKnownRow});
  for (size_t i = 0; i < everyone.size(); i += everyone.size() / kMembers + 1) {
    const absl::StatusOr<MemberProfile> profile =
        view.members().ProfileOf({tag}, everyone[i], view.population().time_zone(), WorkBudget::Unlimited());
    ASSERT_THAT(profile, IsOk());
    std::map<std::string, std::string> values;
    for (const MemberTag& known : profile->tags) {
      for (const MemberValue& value : known.values) values[value.text] = value.weight;
    }
    const auto found = content.find(everyone[i]);
    EXPECT_EQ(values, found == content.end() ? decltype(values)() : found->second) << tag.name << " " << i;
  }
}

// What the view says of the tag. Also checks that known row, value rows, slices and look-ups agree.
inline TagContent ReadTag(const PopulationView& view, const Tag& tag) {
  TagContent content;
  const std::vector<Ordinal> known = ReadRow(view, {tag.id, kKnownRow});
  EXPECT_EQ(known.size(), *view.statistics().RowCardinality({tag.id, kKnownRow})) << tag.name;
  if (tag.kind == TagKind::kSingle || tag.kind == TagKind::kMulti) {
    content = ReadValues(view, tag);
  } else if (tag.kind == TagKind::kFlag) {
    for (const Ordinal member : known) content[member] = {{"false", ""}};
    for (const Ordinal member : ReadRow(view, {tag.id, MakeRow(kTrueValue, kMembershipSlot)})) {
      content[member] = {{"true", ""}};
    }
  } else {
    for (const auto& [member, number] : ReadNumbers(view, tag.id, kOwnValue)) {
      const std::string text = tag.kind == TagKind::kNumber ? DecimalText(number, tag.scale)
                               : tag.kind == TagKind::kDate
                                   ? DateNumberText(number)
                                   : TimestampText(number, view.population().time_zone());
      content[member] = {{text, ""}};
    }
  }
  EXPECT_EQ(content.size(), known.size()) << tag.name;
  for (const Ordinal member : known) EXPECT_EQ(content.count(member), 1u) << tag.name << " " << member;
  if (tag.kind == TagKind::kSingle) {
    // Value ids that are sliced are those of the rows.
    ValueMembersReader reader(SnapshotOf(view), tag.id);
    for (const auto& [id, members] : ReadSlicedValues(SnapshotOf(view), tag.id)) {
      EXPECT_EQ(members, reader.Read(id)) << tag.name << " " << id;
    }
  }
  ExpectLookUpsAgree(view, tag, content);
  return content;
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_VIEW_CONTENT_H_

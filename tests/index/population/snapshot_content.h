// Reads a whole tag out of a snapshot, row by row: slow and obvious, for comparing with models.
#ifndef MUSTER_TESTS_INDEX_POPULATION_SNAPSHOT_CONTENT_H_
#define MUSTER_TESTS_INDEX_POPULATION_SNAPSHOT_CONTENT_H_

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/number_slices.h"
#include "index/population/population.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::index {

// Value → weight; a kind without weights has "".
using TagContent = std::map<Ordinal, std::map<std::string, std::string>>;

inline std::vector<Ordinal> ReadRow(const Snapshot& snapshot, RowRef row) {
  std::vector<Ordinal> ordinals;
  const std::unique_ptr<RowSource> source = snapshot.NewRowSource();
  ResolvedRow resolved;
  for (uint32_t fragment = 0; fragment < snapshot.fragment_count(); ++fragment) {
    EXPECT_THAT(source->BeginWindow(fragment, 1), IsOk());
    EXPECT_THAT(source->Resolve(row, resolved), IsOk());
    Bitmap set;
    const ResolvedRow::Fragment& found = resolved.fragments[0];
    if (!found.image.empty()) set = DecodeRecord(found.image)->bitmap;
    for (uint32_t i = 0; i < found.flip_count; ++i) {
      set.Xor(DecodeRecord(resolved.flips[found.first_flip + i])->bitmap);
    }
    source->EndWindow();
    for (const uint32_t local : set.ToVector()) ordinals.push_back(FirstOrdinalOf(fragment) + local);
  }
  return ordinals;
}

// The numbers in a value's slices.
inline std::map<Ordinal, int64_t> ReadNumbers(const Snapshot& snapshot, TagId tag, ValueId value) {
  std::map<Ordinal, int64_t> numbers;
  for (const Ordinal ordinal : ReadRow(snapshot, {tag, MakeRow(value, kMembershipSlot)}))
    numbers[ordinal] = 0;
  std::vector<Ordinal> negative;
  EXPECT_THAT(snapshot.VisitRows(tag, value, value,
                                 [&](RowId row, uint64_t) {
                                   if (SlotOf(row) == kMembershipSlot) return true;
                                   for (const Ordinal ordinal : ReadRow(snapshot, {tag, row})) {
                                     if (SlotOf(row) == kSignSlot)
                                       negative.push_back(ordinal);
                                     else
                                       numbers[ordinal] |= int64_t{1} << (SlotOf(row) - kFirstMagnitudeSlot);
                                   }
                                   return true;
                                 }),
              IsOk());
  for (const Ordinal ordinal : negative) numbers[ordinal] = -numbers[ordinal];
  return numbers;
}

// Who has which value, from the slices of value ids.
inline std::map<ValueId, std::vector<Ordinal>> ReadSlicedValues(const Snapshot& snapshot, TagId tag) {
  std::map<ValueId, std::vector<Ordinal>> members;
  for (const auto& [member, id] : ReadNumbers(snapshot, tag, kOwnValue)) {
    if (id != 0) members[static_cast<ValueId>(id)].push_back(member);
  }
  return members;
}

// Members of one value after another. Of a value without a row they are taken from the slices, which are read
// once; now and then such a row is read as well, and has to agree.
class ValueMembersReader {
 public:
  ValueMembersReader(const Snapshot& snapshot, TagId tag)
      : snapshot_(snapshot), tag_(tag), with_rows_(*snapshot.FindValuesWithRows(tag)) {
    if (!with_rows_.all()) sliced_ = ReadSlicedValues(snapshot, tag);
  }
  std::vector<Ordinal> Read(ValueId value) {
    const RowRef row{tag_, MakeRow(value, kMembershipSlot)};
    if (with_rows_.Has(value)) return ReadRow(snapshot_, row);
    const std::vector<Ordinal>& members = sliced_[value];
    if (++read_ % kBetweenComposed == 0) {
      EXPECT_EQ(ReadRow(snapshot_, row), members) << "value " << value;
    }
    return members;
  }

 private:
  static constexpr uint64_t kBetweenComposed = 64;

  const Snapshot& snapshot_;
  const TagId tag_;
  const ValuesWithRows with_rows_;
  std::map<ValueId, std::vector<Ordinal>> sliced_;
  uint64_t read_ = 0;
};

inline TagContent ReadValues(const Population& population, const Snapshot& snapshot, const Tag& tag) {
  TagContent content;
  const std::vector<ValueCount> values = *population.ListValues(snapshot, tag, "", WorkBudget::Unlimited());
  ValueMembersReader reader(snapshot, tag.id);
  for (const ValueCount& value : values) {
    const std::vector<Ordinal> members = reader.Read(value.id);
    EXPECT_EQ(members.size(), value.member_count) << tag.name << " " << value.value;
    std::map<Ordinal, int64_t> weights;
    if (tag.weighted) weights = ReadNumbers(snapshot, tag.id, value.id);
    EXPECT_TRUE(!tag.weighted || weights.size() == members.size()) << tag.name << " " << value.value;
    for (const Ordinal member : members) {
      content[member][value.value] = tag.weighted ? DecimalText(weights[member], tag.weight_scale) : "";
    }
  }
  return content;
}

// What the snapshot says of the tag. Also checks that known row, value rows and slices agree.
inline TagContent ReadTag(const Population& population, const Snapshot& snapshot, const Tag& tag) {
  TagContent content;
  const std::vector<Ordinal> known = ReadRow(snapshot, {tag.id, kKnownRow});
  EXPECT_EQ(known.size(), *snapshot.RowCardinality({tag.id, kKnownRow})) << tag.name;
  if (tag.kind == TagKind::kSingle || tag.kind == TagKind::kMulti) {
    content = ReadValues(population, snapshot, tag);
  } else if (tag.kind == TagKind::kFlag) {
    for (const Ordinal member : known) content[member] = {{"false", ""}};
    for (const Ordinal member : ReadRow(snapshot, {tag.id, MakeRow(kTrueValue, kMembershipSlot)})) {
      content[member] = {{"true", ""}};
    }
  } else {
    for (const auto& [member, number] : ReadNumbers(snapshot, tag.id, kOwnValue)) {
      const std::string text = tag.kind == TagKind::kNumber ? DecimalText(number, tag.scale)
                               : tag.kind == TagKind::kDate ? DateNumberText(number)
                                                            : TimestampText(number, population.time_zone());
      content[member] = {{text, ""}};
    }
  }
  EXPECT_EQ(content.size(), known.size()) << tag.name;
  for (const Ordinal member : known) EXPECT_EQ(content.count(member), 1u) << tag.name << " " << member;
  if (tag.kind == TagKind::kSingle) {
    // Value ids that are sliced are those of the rows.
    ValueMembersReader reader(snapshot, tag.id);
    for (const auto& [id, members] : ReadSlicedValues(snapshot, tag.id)) {
      EXPECT_EQ(members, reader.Read(id)) << tag.name << " " << id;
    }
  }
  return content;
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_POPULATION_SNAPSHOT_CONTENT_H_

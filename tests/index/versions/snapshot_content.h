// Reads rows out of a snapshot: slow and obvious, for comparing with models.
#ifndef MUSTER_TESTS_INDEX_VERSIONS_SNAPSHOT_CONTENT_H_
#define MUSTER_TESTS_INDEX_VERSIONS_SNAPSHOT_CONTENT_H_

#include <map>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/number_slices.h"
#include "index/versions/snapshots/snapshot.h"
#include "tests/matchers/status.h"

namespace muster::index {

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

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_VERSIONS_SNAPSHOT_CONTENT_H_

// What the rows of tags say of a member, compared with a model that has each member's values: of every version of a
// growing tree, wherever the settler stops.
#include "index/versions/lookups/member_rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using Content = SoughtTag::Content;
using Fragments = muster::index::Content;

constexpr uint32_t kFragments = 3;
const absl::CivilDay kDay(2026, 1, 5);

// By member. A tag's values have weights, or it has one value, or a number as the weight of value 0.
using Values = std::map<ValueId, int64_t>;
using Model = std::map<Ordinal, Values>;

// A tag, how it is read, and what each of its versions holds.
struct ModelTag {
  SoughtTag sought;
  bool slices_ids = false;  // kOneValue
  ValueId values = 12;
  std::map<Version, Model> versions;
};

// Runs, arrays and bitsets, in chunks at both ends of fragments.
Ordinal RandomMember(std::mt19937& random) {
  switch (random() % 4) {
    case 0:
      return random() % 3'000;
    case 1:
      return kFragmentOrdinals - 1 - random() % 7'000;
    case 2:
      return FirstOrdinalOf(1) + random() % kChunkOrdinals;
    default:
      return random() % FirstOrdinalOf(kFragments);
  }
}

Values RandomValues(const ModelTag& tag, std::mt19937& random) {
  const auto value = static_cast<ValueId>(1 + random() % (1 + random() % tag.values));
  if (tag.sought.content == Content::kNumber) return {{0, static_cast<int64_t>(random() % 4'000) - 1'000}};
  if (tag.sought.content == Content::kOneValue) return {{value, 0}};
  Values values;
  for (uint32_t i = random() % 4 + 1; i > 0; --i) {
    const int64_t weight =
        tag.sought.content == Content::kWithWeights ? static_cast<int64_t>(random() % 30) : 0;
    values[static_cast<ValueId>(1 + random() % tag.values)] = weight;
  }
  return values;
}

void Change(const ModelTag& tag, size_t members, std::mt19937& random, Model& model) {
  // Now and then all members of a stretch.
  const Ordinal stretch = random() % 3 == 0 ? RandomMember(random) : FirstOrdinalOf(kFragments);
  for (size_t i = 0; i < members; ++i) {
    const Ordinal member =
        std::min(i % 3 == 0 ? stretch + i : RandomMember(random), FirstOrdinalOf(kFragments) - 1);
    if (random() % 5 == 0) {
      model.erase(member);
    } else {
      model[member] = RandomValues(tag, random);
    }
  }
}

Fragments FragmentsOf(const ModelTag& tag, const Model& model) {
  std::map<std::pair<RowId, uint32_t>, std::vector<uint32_t>> locals;
  for (const auto& [member, values] : model) {
    const auto add = [&, member = member](RowId row) {
      locals[{row, FragmentOf(member)}].push_back(LocalOf(member));
    };
    add(kKnownRow);
    for (const auto& [value, weight] : values) {
      if (value != kOwnValue) add(MakeRow(value, kMembershipSlot));
      VisitNumberSlots(weight, [&, value = value](Slot slot) { add(MakeRow(value, slot)); });
      if (tag.slices_ids) VisitNumberSlots(value, [&](Slot slot) { add(MakeRow(kOwnValue, slot)); });
    }
  }
  Fragments fragments;
  for (const auto& [key, members] : locals) fragments[key] = Bitmap::FromSorted(members);
  return fragments;
}

class MemberRowsTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  void PublishRoots(size_t members) {
    for (ModelTag& tag : tags_) {
      Model model;
      Change(tag, members, random_, model);
      const Version version = store_.PublishStore(++loads_, tag.sought.tag, FragmentsOf(tag, model), kDay);
      tag.versions[version] = std::move(model);
    }
  }
  void PublishChildren() {
    for (ModelTag& tag : tags_) {
      auto parent = tag.versions.begin();
      std::advance(parent, random_() % tag.versions.size());
      Model model = parent->second;
      Change(tag, 1 + random_() % 900, random_, model);
      const Version version =
          store_.PublishEdge(++loads_, tag.sought.tag, parent->first, FragmentsOf(tag, parent->second),
                             FragmentsOf(tag, model), kDay + static_cast<int>(random_() % 20));
      tag.versions[version] = std::move(model);
    }
  }
  // Snapshots of some versions of all tags, each version in one or more.
  void OpenSnapshots() {
    for (size_t i = 0; i < tags_.front().versions.size(); ++i) {
      VersionVector versions;
      for (const ModelTag& tag : tags_) versions[tag.sought.tag] = std::next(tag.versions.begin(), i)->first;
      auto snapshot = store_.versions().OpenSnapshot(versions);
      ASSERT_THAT(snapshot, IsOk());
      snapshots_.push_back(*std::move(snapshot));
    }
  }
  std::vector<SoughtTag> Sought() const {
    std::vector<SoughtTag> sought;
    for (const ModelTag& tag : tags_) sought.push_back(tag.sought);
    sought.push_back({99, Content::kManyValues});  // that no snapshot has
    return sought;
  }
  void ExpectMember(const Snapshot& snapshot, Ordinal member) const {
    const auto read = ReadMemberRows(snapshot, member, Sought(), WorkBudget::Unlimited());
    ASSERT_THAT(read, IsOk());
    ASSERT_EQ(read->size(), tags_.size() + 1);
    EXPECT_FALSE(read->back().known);
    for (size_t i = 0; i < tags_.size(); ++i) {
      const MemberRows& rows = (*read)[i];
      const Model& model = tags_[i].versions.at(snapshot.versions().at(tags_[i].sought.tag));
      const auto found = model.find(member);
      ASSERT_EQ(rows.known, found != model.end()) << "tag " << tags_[i].sought.tag << " member " << member;
      Values values;
      if (rows.known && tags_[i].sought.content == Content::kNumber) values[0] = rows.number;
      for (const MemberRows::Value& value : rows.values) values[value.id] = value.weight;
      ASSERT_EQ(values, rows.known ? found->second : Values())
          << "tag " << tags_[i].sought.tag << " member " << member;
    }
  }
  void ExpectMembers(const Snapshot& snapshot, int members) {
    for (int i = 0; i < members && !HasFatalFailure(); ++i) ExpectMember(snapshot, RandomMember(random_));
  }

  std::mt19937 random_{GetParam()};
  StoreUnderTest store_;
  LoadId loads_ = 0;
  std::vector<ModelTag> tags_ = {{.sought = {.tag = 3, .content = Content::kNumber}},
                                 {.sought = {.tag = 4, .content = Content::kManyValues}},
                                 {.sought = {.tag = 5, .content = Content::kWithWeights}},
                                 {.sought = {.tag = 6, .content = Content::kOneValue}},
                                 {.sought = {.tag = 7, .content = Content::kOneValue}, .slices_ids = true}};
  std::vector<std::shared_ptr<const Snapshot>> snapshots_;
};

TEST_P(MemberRowsTest, EveryVersionIsTheModelsWhereverTheSettlerStops) {
  PublishRoots(6'000);
  for (int i = 0; i < 4; ++i) PublishChildren();
  OpenSnapshots();
  bool more = true;
  for (int step = 0; more && !HasFatalFailure(); ++step) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), " step ", step));
    for (const auto& snapshot : snapshots_) ExpectMembers(*snapshot, 20);
    const auto stepped = store_.versions().settler().Step(1 + random_() % 200);
    ASSERT_THAT(stepped, IsOk());
    more = *stepped;
  }
  for (const auto& snapshot : snapshots_) ExpectMembers(*snapshot, 500);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemberRowsTest, ::testing::Range(1u, 5u));

class OtherMemberRowsTest : public MemberRowsTest {};
INSTANTIATE_TEST_SUITE_P(OneSeed, OtherMemberRowsTest, ::testing::Values(77u));

// More rows than are located, so that they are tried one by one, between tags whose rows are.
TEST_P(OtherMemberRowsTest, ATagOfVeryManyValuesIsReadToo) {
  tags_[1].values = tags_[3].values = static_cast<ValueId>(LocatedRows::kMostRows + 400);
  PublishRoots(12'000);
  OpenSnapshots();
  ASSERT_GT((*snapshots_[0]->FindTagRows(4, false))->values.size(), LocatedRows::kMostRows);
  ASSERT_LT((*snapshots_[0]->FindTagRows(5, false))->values.size(), LocatedRows::kMostRows);
  ExpectMembers(*snapshots_[0], 40);
}

TEST_P(OtherMemberRowsTest, LocatedValuesCostLess) {
  tags_[1].values = 300;
  PublishRoots(500);
  OpenSnapshots();
  const SoughtTag many = tags_[1].sought;
  const size_t values = (*snapshots_[0]->FindTagRows(many.tag, false))->values.size();
  ASSERT_GT(values, 100u);
  const Model& model = tags_[1].versions.begin()->second;
  const auto read_with = [&](Ordinal member, uint64_t most) {
    WorkBudget budget(nullptr, {.values = most});
    const auto read = ReadMemberRows(*snapshots_[0], member, {many}, budget);
    EXPECT_EQ(read.ok(), !budget.ran_out());
    return !budget.ran_out();
  };
  const Ordinal member = model.begin()->first;
  Ordinal nobody = 0;
  while (model.contains(nobody)) ++nobody;
  EXPECT_TRUE(read_with(nobody, 0)) << "the member doesn't have the tag";
  EXPECT_FALSE(read_with(member, values - 1)) << "they would be located";
  EXPECT_TRUE(read_with(member, values + values / 16)) << "they are located";
  EXPECT_TRUE(read_with(member, values / 16));
  EXPECT_FALSE(read_with(member, values / 16 - 1));
  EXPECT_TRUE(read_with(nobody, 0));
}

// Rows that one reader located, others read, and none reads them after the next commit.
TEST_P(OtherMemberRowsTest, ReadersOnSeveralThreadsSeeTheirVersionsWhileTheBaseMoves) {
  PublishRoots(2'000);
  for (int i = 0; i < 3; ++i) PublishChildren();
  OpenSnapshots();
  std::atomic<bool> ended{false};
  std::vector<std::thread> readers;
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    readers.emplace_back([this, seed, &ended] {
      std::mt19937 random(seed);
      while (!ended && !HasFatalFailure())
        ExpectMember(*snapshots_[random() % snapshots_.size()], RandomMember(random));
    });
  }
  for (bool more = true; more;) {
    const auto stepped = store_.versions().settler().Step(5);
    ASSERT_TRUE(stepped.ok());
    more = *stepped;
  }
  ended = true;
  for (std::thread& reader : readers) reader.join();
  ExpectMembers(*snapshots_.back(), 50);
}

}  // namespace
}  // namespace muster::index

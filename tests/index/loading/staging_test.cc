// Staging of tags and of everyone: random cells of every kind and mode, compared with maps version by
// version.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/loading/staging/everyone_stage.h"
#include "index/loading/staging/stage_together.h"
#include "index/loading/staging/tag_stage.h"
#include "index/versions/records/changed_fragments.h"
#include "tests/index/versions/snapshot_content.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;

constexpr TagId kTag = 3;
constexpr Ordinal kMembers = 2 * Ordinal{kFragmentOrdinals} + 5'000;
const absl::CivilDay kDay(2026, 3, 1);

// Value → number: a FLAG's or SINGLE's value with 0, a MULTI's values with their weights, a number at
// kOwnValue.
using Known = std::map<ValueId, int64_t>;
using Model = std::map<Ordinal, Known>;

struct Shape {
  TagKind kind = TagKind::kFlag;
  bool weighted = false;
  bool replace_on_merge = false;
  ValueId values = 1;  // of SINGLE and MULTI
};

std::string NameOf(const testing::TestParamInfo<Shape>& info) {
  return absl::StrCat(TagKindName(info.param.kind), info.param.weighted ? "Weighted" : "",
                      info.param.replace_on_merge ? "Replaced" : "", info.param.values);
}

class StageTagTest : public testing::TestWithParam<Shape> {
 protected:
  StageTagTest() {
    const Shape& shape = GetParam();
    tag_.id = kTag;
    tag_.name = "t";
    tag_.kind = shape.kind;
    tag_.weighted = shape.weighted;
    // So that all fragments are there.
    Publish(StageAll({0, kFragmentOrdinals, kMembers}));
  }

  absl::StatusOr<StagedVersion> StageAll(const std::vector<Ordinal>& members) {
    const auto parent = *store_.versions().OpenSnapshot({{kEveryoneTag, 0}});
    EveryoneStage stage(*parent, kDay, WorkBudget::Unlimited());
    ++loads_;
    ASSIGN_OR_RETURN(const StagedEveryone staged, StageMembers(stage, {members}));
    return staged.version;
  }

  Version Publish(const absl::StatusOr<StagedVersion>& staged) {
    EXPECT_THAT(staged, IsOk());
    return store_.Publish(*staged, kDay + static_cast<int>(loads_));
  }

  void Load(LoadMode mode, size_t members) {
    const MemberCells cells = RandomCells(mode, members);
    ApplyTo(model_, mode, cells);
    ++loads_;
    std::shared_ptr<const Snapshot> parent;
    if (!versions_.empty()) parent = *store_.versions().OpenSnapshot({{kTag, versions_.rbegin()->first}});
    TagStaging staging{tag_, mode, GetParam().replace_on_merge, parent.get(), WorkBudget::Unlimited()};
    const std::vector<ValueSize> sizes = SizesOf(cells.values);
    staging.spans = loads_ % 3 != 0;
    if (staging.spans) staging.value_sizes = &sizes;
    const absl::StatusOr<StagedVersion> staged = StageSpans(staging, cells);
    ASSERT_THAT(staged, IsOk());
    EXPECT_THAT(CountMembers(staging, *staged), IsOkAndHolds(model_.size()));
    versions_[Publish(staged)] = model_;
  }

  // Stages in one piece or a fragment at a time, each durably before the next.
  absl::StatusOr<StagedVersion> StageSpans(const TagStaging& staging, const MemberCells& cells) {
    ASSIGN_OR_RETURN(const std::unique_ptr<TagStage> stage, NewTagStage(staging));
    const std::vector<MemberCells> spans =
        staging.spans ? CutIntoSpans(cells) : std::vector<MemberCells>{cells};
    for (const MemberCells& span : spans) {
      if (stage->NeedsSurvey()) {
        RETURN_IF_ERROR(stage->Survey(span));
      }
    }
    absl::StatusOr<StagedVersion> staged;
    for (const MemberCells& span : spans) {
      StagedBatch batch(store_.writer(), loads_);
      RETURN_IF_ERROR(stage->Stage(batch, span));
      if (span.span.end == FragmentSpan::kNoEnd) staged = stage->Finish();
      RETURN_IF_ERROR(batch.Flush());
    }
    return staged;
  }

  static std::vector<MemberCells> CutIntoSpans(const MemberCells& cells) {
    std::vector<MemberCells> spans(3);
    for (size_t i = 0; i < cells.ordinals.size(); ++i) {
      MemberCells& span = spans[FragmentOf(cells.ordinals[i])];
      span.ordinals.push_back(cells.ordinals[i]);
      if (!cells.values.empty()) span.values.push_back(cells.values[i]);
      if (!cells.numbers.empty()) span.numbers.push_back(cells.numbers[i]);
    }
    for (const Ordinal member : cells.cleared) spans[FragmentOf(member)].cleared.push_back(member);
    for (uint32_t i = 0; i < 3; ++i) spans[i].span = {i, i == 2 ? FragmentSpan::kNoEnd : i + 1};
    return spans;
  }

  // Stages members span by span.
  absl::StatusOr<StagedEveryone> StageMembers(EveryoneStage& stage,
                                              const std::vector<std::vector<Ordinal>>& spans) {
    StagedBatch batch(store_.writer(), loads_);
    for (const std::vector<Ordinal>& members : spans) {
      RETURN_IF_ERROR(stage.Stage(batch, members));
      RETURN_IF_ERROR(batch.Flush());
    }
    ASSIGN_OR_RETURN(const StagedEveryone staged, stage.Finish());
    RETURN_IF_ERROR(batch.Flush());
    return staged;
  }

  // Every version, by its rows and by its statistics.
  void ExpectAllRight() {
    for (const auto& [version, model] : versions_) {
      SCOPED_TRACE(absl::StrCat("version ", version));
      const auto snapshot = *store_.versions().OpenSnapshot({{kTag, version}});
      std::vector<Ordinal> known;
      std::map<ValueId, std::vector<Ordinal>> members;
      for (const auto& [member, values] : model) {
        known.push_back(member);
        for (const auto& [value, number] : values) members[value].push_back(member);
      }
      ASSERT_EQ(ReadRow(*snapshot, {kTag, kKnownRow}), known);
      ASSERT_EQ(*snapshot->RowCardinality({kTag, kKnownRow}), known.size());
      if (tag_.kind == TagKind::kFlag) {
        ASSERT_EQ(ReadRow(*snapshot, {kTag, MakeRow(kTrueValue, kMembershipSlot)}), members[kTrueValue]);
      } else if (tag_.kind == TagKind::kSingle || tag_.kind == TagKind::kMulti) {
        ASSERT_NO_FATAL_FAILURE(ExpectValues(*snapshot, model, members));
      } else {
        ASSERT_EQ(ReadNumbers(*snapshot, kTag, kOwnValue), NumbersOf(model, kOwnValue));
      }
    }
  }

 private:
  static std::map<Ordinal, int64_t> NumbersOf(const Model& model, ValueId value) {
    std::map<Ordinal, int64_t> numbers;
    for (const auto& [member, values] : model) {
      if (const auto found = values.find(value); found != values.end()) numbers[member] = found->second;
    }
    return numbers;
  }

  void ExpectValues(const Snapshot& snapshot, const Model& model,
                    const std::map<ValueId, std::vector<Ordinal>>& members) {
    std::map<ValueId, uint64_t> counts;
    ASSERT_THAT(snapshot.VisitRows(kTag, 1, kMaxValueId,
                                   [&counts](RowId row, uint64_t count) {
                                     if (SlotOf(row) == kMembershipSlot) counts[ValueOf(row)] = count;
                                     return true;
                                   }),
                IsOk());
    ASSERT_EQ(counts.size(), members.size());
    for (const auto& [value, expected] : members) {
      ASSERT_EQ(counts[value], expected.size()) << "value " << value;
      ASSERT_EQ(ReadRow(snapshot, {kTag, MakeRow(value, kMembershipSlot)}), expected) << "value " << value;
      if (tag_.weighted) {
        ASSERT_EQ(ReadNumbers(snapshot, kTag, value), NumbersOf(model, value)) << value;
      }
    }
  }

  Ordinal RandomMember() {
    // Some far apart, some in a crowd, so that loads meet each other's members.
    return random_() % 3 == 0 ? random_() % kMembers : random_() % 300;
  }

  int64_t RandomNumber() {
    const int64_t number = static_cast<int64_t>(random_() >> 1 >> random_() % 62);
    return random_() % 2 == 0 ? number : -number;
  }

  Known RandomValues() {
    switch (tag_.kind) {
      case TagKind::kFlag:
        return {{random_() % 2 == 0 ? kTrueValue : kOwnValue, 0}};
      case TagKind::kSingle:
        return {{static_cast<ValueId>(1 + random_() % GetParam().values), 0}};
      case TagKind::kMulti: {
        Known values;
        for (uint64_t i = 1 + random_() % 4; i > 0; --i)
          values[static_cast<ValueId>(1 + random_() % GetParam().values)] =
              tag_.weighted ? RandomNumber() : 0;
        return values;
      }
      default:
        return {{kOwnValue, RandomNumber()}};
    }
  }

  MemberCells RandomCells(LoadMode mode, size_t count) {
    std::map<Ordinal, std::optional<Known>> given;  // nothing: cleared
    for (size_t i = 0; i < count; ++i) {
      const bool clears = mode == LoadMode::kMerge && random_() % 5 == 0;
      given[RandomMember()] = clears ? std::nullopt : std::make_optional(RandomValues());
    }
    MemberCells cells;
    const bool has_values =
        tag_.kind == TagKind::kFlag || tag_.kind == TagKind::kSingle || tag_.kind == TagKind::kMulti;
    for (const auto& [member, values] : given) {
      if (!values.has_value()) {
        cells.cleared.push_back(member);
        continue;
      }
      for (const auto& [value, number] : *values) {
        cells.ordinals.push_back(member);
        if (has_values) cells.values.push_back(value);
        if (!has_values || tag_.weighted) cells.numbers.push_back(number);
      }
    }
    return cells;
  }

  // docs/semantics.md, rules 2 and 19.
  void ApplyTo(Model& model, LoadMode mode, const MemberCells& cells) {
    if (mode == LoadMode::kReplace) model.clear();
    for (const Ordinal member : cells.cleared) model.erase(member);
    const bool unites = tag_.kind == TagKind::kMulti && !GetParam().replace_on_merge;
    for (size_t i = 0; i < cells.ordinals.size(); ++i) {
      const bool first = i == 0 || cells.ordinals[i - 1] != cells.ordinals[i];
      Known& known = model[cells.ordinals[i]];
      if (first && !unites) known.clear();
      const ValueId value = cells.values.empty() ? kOwnValue : cells.values[i];
      known[value] = cells.numbers.empty() ? 0 : cells.numbers[i];
    }
  }

  StoreUnderTest store_;
  Tag tag_;
  LoadId loads_ = 0;
  Model model_;
  std::map<Version, Model> versions_;
  std::mt19937_64 random_{11};
};

TEST_P(StageTagTest, EveryVersionIsTheModels) {
  for (const LoadMode mode : {LoadMode::kMerge, LoadMode::kMerge, LoadMode::kReplace, LoadMode::kMerge,
                              LoadMode::kMerge, LoadMode::kReplace, LoadMode::kMerge}) {
    ASSERT_NO_FATAL_FAILURE(Load(mode, 400));
  }
  ASSERT_NO_FATAL_FAILURE(Load(LoadMode::kMerge, 0));
  ASSERT_NO_FATAL_FAILURE(ExpectAllRight());
  ASSERT_NO_FATAL_FAILURE(Load(LoadMode::kReplace, 0));
  ExpectAllRight();
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, StageTagTest,
    testing::Values(Shape{TagKind::kFlag}, Shape{TagKind::kNumber}, Shape{TagKind::kDate},
                    Shape{TagKind::kTimestamp}, Shape{TagKind::kSingle, false, false, 5},
                    Shape{TagKind::kSingle, false, false, 40'000},  // past kValuesWithoutSlicesMax
                    Shape{TagKind::kMulti, false, false, 9}, Shape{TagKind::kMulti, false, true, 9},
                    Shape{TagKind::kMulti, true, false, 9}, Shape{TagKind::kMulti, true, true, 9}),
    NameOf);

// Whatever the order of loads, a member's first date is the least one that named it.
TEST(StageEveryoneTest, MembersUniteAndFirstDatesAreTheLeast) {
  StoreUnderTest store;
  std::mt19937_64 random(5);
  std::map<Ordinal, int64_t> first_dates;
  Version version = 0;
  for (LoadId load = 1; load <= 8; ++load) {
    const absl::CivilDay day = absl::CivilDay(1899, 12, 28) + static_cast<int>(random() % 9);  // both signs
    std::set<Ordinal> named;
    for (int i = 0; i < 60; ++i) named.insert(random() % 3 == 0 ? random() % kMembers : random() % 100);
    uint64_t new_members = 0;
    for (const Ordinal member : named) {
      const auto [known, is_new] = first_dates.try_emplace(member, DayNumber(day));
      new_members += is_new ? 1 : 0;
      known->second = std::min(known->second, DayNumber(day));
    }
    StagedBatch batch(store.writer(), load);
    const auto parent = *store.versions().OpenSnapshot({{kEveryoneTag, version}});
    const bool spans = load % 2 == 0;  // in two pieces then
    EveryoneStage stage(*parent, day, WorkBudget::Unlimited());
    const auto second = spans ? named.lower_bound(kFragmentOrdinals) : named.end();
    ASSERT_THAT(stage.Stage(batch, std::vector<Ordinal>(named.begin(), second)), IsOk());
    ASSERT_THAT(batch.Flush(), IsOk());
    if (spans) {
      ASSERT_THAT(stage.Stage(batch, std::vector<Ordinal>(second, named.end())), IsOk());
    }
    const absl::StatusOr<StagedEveryone> staged = stage.Finish();
    ASSERT_THAT(staged, IsOk());
    ASSERT_THAT(batch.Flush(), IsOk());
    EXPECT_EQ(staged->new_members, new_members);
    EXPECT_EQ(staged->member_count, first_dates.size());
    version = store.Publish(staged->version, kDay + static_cast<int>(load));
    const auto snapshot = *store.versions().OpenSnapshot({{kEveryoneTag, version}});
    EXPECT_EQ(snapshot->member_count(), first_dates.size());
    EXPECT_EQ(ReadNumbers(*snapshot, kEveryoneTag, kOwnValue), first_dates) << "load " << load;
  }
}

// Two loads that are staged on the same version: the later one to publish takes the other for its parent, and
// adds what the other didn't. Some of them name the same members, and then change nothing.
TEST(StageEveryoneTest, AnEdgeIsMovedToANewParent) {
  StoreUnderTest store;
  std::mt19937_64 random(6);
  std::map<Ordinal, int64_t> first_dates;
  Version version = 0;
  LoadId loads = 0;
  const auto random_members = [&random] {
    std::set<Ordinal> members;
    for (int i = 0; i < 40; ++i) members.insert(random() % 3 == 0 ? random() % kMembers : random() % 100);
    return std::vector<Ordinal>(members.begin(), members.end());
  };
  for (int round = 0; round < 40; ++round) {
    const auto parent = *store.versions().OpenSnapshot({{kEveryoneTag, version}});
    const std::vector<Ordinal> first = random_members();
    const std::vector<Ordinal> second = round % 4 == 0 ? first : random_members();
    const absl::CivilDay first_day = absl::CivilDay(1899, 12, 28) + static_cast<int>(random() % 9);
    const absl::CivilDay second_day =
        round % 8 == 0 ? first_day : absl::CivilDay(1899, 12, 28) + static_cast<int>(random() % 9);
    StagedBatch one(store.writer(), ++loads), other(store.writer(), ++loads);
    EveryoneStage former(*parent, first_day, WorkBudget::Unlimited());
    EveryoneStage later(*parent, second_day, WorkBudget::Unlimited());
    ASSERT_THAT(former.Stage(one, first), IsOk());
    ASSERT_THAT(later.Stage(other, second), IsOk());
    const absl::StatusOr<StagedEveryone> published = former.Finish();
    ASSERT_THAT(later.Finish(), IsOk());
    ASSERT_THAT(one.Flush(), IsOk());
    // Its items are durable before they are corrected, or they still wait in the batch.
    if (round % 2 == 0) {
      ASSERT_THAT(other.Flush(), IsOk());
    }
    const Version before = version;
    version = store.Publish(published->version, kDay + round, true);
    const auto current = *store.versions().OpenSnapshot({{kEveryoneTag, version}});
    const auto changed =
        *ChangedFragments(*store.writer().environment().BeginRead(), kEveryoneTag, before, version);
    const absl::StatusOr<StagedEveryone> moved = later.Rebase(other, *current, changed);
    ASSERT_THAT(moved, IsOk());
    ASSERT_THAT(other.Flush(), IsOk());
    if (round % 8 == 0) {
      EXPECT_EQ(moved->version.edge, kNoEdge) << "all was there already";
      EXPECT_EQ(moved->new_members, 0u);
    }
    const auto join = [&first_dates](const std::vector<Ordinal>& members, absl::CivilDay day) {
      for (const Ordinal member : members) {
        int64_t& date = first_dates.try_emplace(member, DayNumber(day)).first->second;
        date = std::min(date, DayNumber(day));
      }
    };
    join(first, first_day);
    const size_t joined_before = first_dates.size();
    join(second, second_day);
    EXPECT_EQ(moved->new_members, first_dates.size() - joined_before);
    EXPECT_EQ(moved->member_count, first_dates.size());
    version = store.Publish(moved->version, kDay + round, true);
    const auto snapshot = *store.versions().OpenSnapshot({{kEveryoneTag, version}});
    EXPECT_EQ(snapshot->member_count(), first_dates.size());
    ASSERT_EQ(ReadNumbers(*snapshot, kEveryoneTag, kOwnValue), first_dates) << round;
    ASSERT_EQ(ReadRow(*snapshot, {kEveryoneTag, kKnownRow}).size(), first_dates.size()) << round;
  }
}

TEST(UniteOrdinalsTest, AreAscendingWithoutDoubles) {
  EXPECT_THAT(UniteOrdinals({1, 1, 4, 9}, {2, 4, 4, 10}), ElementsAre(1, 2, 4, 9, 10));
  EXPECT_TRUE(UniteOrdinals({}, {}).empty());
}

TEST(StageTogetherTest, StagesEachOnceAndEndsWithTheFirstError) {
  StoreUnderTest store;
  std::vector<std::atomic<int>> staged(50);
  ASSERT_THAT(StageTogether({store.writer(), 1}, staged.size(), 8,
                            [&staged](size_t i, StagedBatch& batch) {
                              ++staged[i];
                              return batch.Register(StagedKind::kStore).status();
                            }),
              IsOk());
  for (const std::atomic<int>& times : staged) EXPECT_EQ(times.load(), 1);
  std::atomic<int> begun{0};
  EXPECT_EQ(StageTogether({store.writer(), 2}, 1000, 8,
                          [&begun](size_t i, StagedBatch&) {
                            ++begun;
                            return i == 3 ? absl::DataLossError("broken") : absl::OkStatus();
                          }),
            absl::DataLossError("broken"));
  EXPECT_LE(begun.load(), 1000);
  EXPECT_THAT(StageTogether({store.writer(), 3}, 0, 8,
                            [](size_t, StagedBatch&) { return absl::DataLossError("there is none"); }),
              IsOk());
  const std::thread::id here = std::this_thread::get_id();
  EXPECT_THAT(StageTogether({store.writer(), 4}, 20, 1,
                            [here](size_t, StagedBatch&) {
                              return std::this_thread::get_id() == here ? absl::OkStatus()
                                                                        : absl::InternalError("another");
                            }),
              IsOk());
}

}  // namespace
}  // namespace muster::index

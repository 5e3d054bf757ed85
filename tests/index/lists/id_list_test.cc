// Id lists of one population: loaded, replaced, removed, read by views, and what is left on the disk.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/lists/id_list_intake.h"
#include "index/lists/id_list_store.h"
#include "index/population/population.h"
#include "index/segments/segment_store.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class IdListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(database_->CreatePopulation("p", ""), IsOk());
    Find();
    LoadMembers({"a", "b", "c"});
  }
  void Find() { population_ = std::static_pointer_cast<StoredPopulation>(*database_->FindPopulation("p")); }
  void Reopen() {
    population_.reset();
    database_.Reopen();
    Find();
  }
  void LoadMembers(const std::vector<std::string>& ids) {
    LoadSpec spec;
    spec.population = "p";
    TextRecords records;
    for (const std::string& id : ids) records.push_back({id});
    ASSERT_THAT(LoadText(*database_, spec, records), IsOk());
  }
  absl::StatusOr<IdListResult> TryLoad(const std::string& name, const std::vector<std::string>& ids,
                                       bool replace = false) {
    return TryLoadAs(IdListSpec{.name = name, .replace = replace, .max_rejected = 1}, ids);
  }
  absl::StatusOr<IdListResult> TryLoadAs(const IdListSpec& spec, const std::vector<std::string>& ids) {
    ASSIGN_OR_RETURN(const std::unique_ptr<ListLoad> load, population_->BeginListLoad(spec));
    RETURN_IF_ERROR(load->Feed({std::vector<std::string_view>(ids.begin(), ids.end())}));
    return load->Commit(ids.size(), WorkBudget::Unlimited());
  }
  void MustLoad(const std::string& name, const std::vector<std::string>& ids, bool replace = false) {
    ASSERT_THAT(TryLoad(name, ids, replace), IsOk()) << name;
  }
  // The ids of the list's row, whether they are members or not, as a view reads them.
  static std::vector<std::string> IdsOf(const PopulationView& view, const IdList& list) {
    const std::unique_ptr<RowSource> source = view.NewRowSource(nullptr);
    ResolvedRow row;
    EXPECT_THAT(source->BeginWindow(0, 1), IsOk());
    EXPECT_THAT(source->Resolve({list.source, kKnownRow}, row), IsOk());
    const absl::StatusOr<Bitmap> set = ReadResolved(row, 0, {list.source, kKnownRow}, 0);
    EXPECT_THAT(set, IsOk());
    const std::vector<uint32_t> locals = set->ToVector();
    std::vector<std::string> ids;
    EXPECT_THAT(view.members().ReadIds(std::vector<Ordinal>(locals.begin(), locals.end()), ids), IsOk());
    return ids;
  }
  std::vector<std::string> IdsOf(const std::string& name) {
    const auto view = *population_->CurrentView();
    const absl::StatusOr<std::optional<IdList>> list = view->lists().Find(name);
    EXPECT_THAT(list, IsOk());
    return list.ok() && list->has_value() ? IdsOf(*view, **list) : std::vector<std::string>{"(no list)"};
  }
  void ExpectRefused(const absl::Status& status, absl::StatusCode code, Reason reason,
                     const std::string& words) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
  }
  uint64_t ItemsIn(DatabaseId database) {
    const absl::StatusOr<ReadTransaction> view = population_->versions().environment().BeginRead();
    EXPECT_THAT(view, IsOk());
    return *view->CountItems(database);
  }
  // Whether a database comes to hold so many items: what sweeps works in the background.
  bool ComesTo(DatabaseId database, uint64_t items) {
    for (int i = 0; i < 1'000 && ItemsIn(database) != items; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return ItemsIn(database) == items;
  }

  TestDatabase database_;
  std::shared_ptr<StoredPopulation> population_;
};

TEST_F(IdListTest, HoldsItsIdsAlsoBehindARestart) {
  const absl::StatusOr<IdListResult> loaded =
      TryLoad("spring", {" a ", "zoe", "", "b\r", "a", "not an\x01id", "\t"});
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->accepted, 4);
  EXPECT_EQ(loaded->duplicates, 1);
  EXPECT_EQ(loaded->blank, 2);
  EXPECT_EQ(loaded->rejected, 1);
  ASSERT_THAT(loaded->first_rejected, SizeIs(1));
  EXPECT_EQ(loaded->first_rejected[0].line, 6);
  EXPECT_THAT(loaded->first_rejected[0].message, HasSubstr("control character"));
  EXPECT_EQ(loaded->list.id_count, 3);
  EXPECT_EQ(loaded->member_count, 2);
  EXPECT_EQ(loaded->list.version, 1);
  Reopen();
  const absl::StatusOr<IdList> list = population_->lists().Get("spring");
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->identity, loaded->list.identity);
  EXPECT_EQ(list->id_count, 3);
  EXPECT_EQ(list->created, database_.now);
  EXPECT_THAT(IdsOf("spring"), ElementsAre("a", "b", "zoe"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(IdListTest, LinesAreThoseOfTheInput) {
  const auto load = *population_->BeginListLoad({.name = "l", .max_rejected = 0.5});
  const std::vector<std::string_view> first = {"a", "", "x\x01"}, second = {"\xff", "b"};
  ASSERT_THAT(load->Feed({first, 11}), IsOk());
  ASSERT_THAT(load->Feed({second, 0}), IsOk());
  const absl::StatusOr<IdListResult> result = load->Commit(5, WorkBudget::Unlimited());
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(result->first_rejected, SizeIs(2));
  EXPECT_EQ(result->first_rejected[0].line, 13);
  EXPECT_EQ(result->first_rejected[1].line, 4);
}

TEST_F(IdListTest, UnknownIdsAreInItFromTheLoadThatBringsThem) {
  MustLoad("spring", {"zoe", "a", "yan"});
  const Ordinal before = (*population_->CurrentView())->members().everyone_count();
  LoadMembers({"yan", "new"});
  EXPECT_EQ((*population_->CurrentView())->members().everyone_count(), before + 2);
  // The same ordinals as before: nothing was written to the list.
  EXPECT_THAT(IdsOf("spring"), ElementsAre("a", "zoe", "yan"));
  EXPECT_TRUE((*(*population_->CurrentView())->members().Find("yan")).has_value());
  EXPECT_FALSE((*(*population_->CurrentView())->members().Find("zoe")).has_value());
  Reopen();
  EXPECT_THAT(IdsOf("spring"), ElementsAre("a", "zoe", "yan"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(IdListTest, AListOfThatNameGivesWayOnlyWhenAsked) {
  MustLoad("caf\u00e9", {"a"});
  const absl::Time created = database_.now;
  database_.now += absl::Hours(1);
  ExpectRefused(TryLoad("cafe\u0301", {"b"}).status(), absl::StatusCode::kAlreadyExists,
                Reason::kAlreadyExists, "there is an id list 'caf\u00e9' already");
  EXPECT_THAT(IdsOf("caf\u00e9"), ElementsAre("a"));
  const absl::StatusOr<IdListResult> replaced = TryLoad("cafe\u0301", {"b", "c"}, true);
  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(replaced->list.version, 2);
  EXPECT_EQ(replaced->list.created, created);
  EXPECT_EQ(replaced->list.updated, database_.now);
  EXPECT_THAT(IdsOf("caf\u00e9"), ElementsAre("b", "c"));
  ASSERT_THAT(TryLoad("new", {"b"}, true), IsOk());  // nothing to replace
}

TEST_F(IdListTest, TwoLoadsOfOneNameAtOnce) {
  const auto first = *population_->BeginListLoad({"l", false});
  const std::vector<std::string_view> ids = {"a"};
  ASSERT_THAT(first->Feed({ids}), IsOk());
  const auto second = *population_->BeginListLoad({"l", false});
  ExpectRefused(first->Feed({ids}), absl::StatusCode::kAborted, Reason::kLoadConflict, "taken over");
  ExpectRefused(first->Commit(1, WorkBudget::Unlimited()).status(), absl::StatusCode::kAborted,
                Reason::kLoadConflict, "");
  ASSERT_THAT(second->Feed({ids}), IsOk());
  ASSERT_THAT(second->Commit(1, WorkBudget::Unlimited()), IsOk());
}

TEST_F(IdListTest, RemovingLeavesNothingOfItsSet) {
  MustLoad("keep", {"a", "b"});
  // The settler adds records of the members' base in the background.
  ASSERT_THAT(population_->versions().settler().SettleAll(), IsOk());
  const uint64_t fragments = ItemsIn(DatabaseId::kFragments), stores = ItemsIn(DatabaseId::kStores);
  const uint64_t versions = ItemsIn(DatabaseId::kVersions), stats = ItemsIn(DatabaseId::kRowStats);
  MustLoad("spring", {"a", "zoe"});
  MustLoad("spring", {"b"}, true);
  EXPECT_THAT(population_->lists().Delete("spring"), IsOk());
  EXPECT_TRUE(ComesTo(DatabaseId::kStaging, 0));
  EXPECT_EQ(ItemsIn(DatabaseId::kFragments), fragments);
  EXPECT_EQ(ItemsIn(DatabaseId::kStores), stores);
  EXPECT_EQ(ItemsIn(DatabaseId::kVersions), versions);
  EXPECT_EQ(ItemsIn(DatabaseId::kRowStats), stats);
  ExpectRefused(population_->lists().Delete("spring").status(), absl::StatusCode::kNotFound,
                Reason::kUnknownList, "there is no id list 'spring'");
  EXPECT_THAT(IdsOf("keep"), ElementsAre("a", "b"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(IdListTest, AViewKeepsWhatItFound) {
  MustLoad("spring", {"a", "zoe"});
  std::shared_ptr<const PopulationView> view = *population_->CurrentView();
  const IdList list = (*view->lists().Find("spring")).value();
  const uint64_t stores = ItemsIn(DatabaseId::kStores);
  MustLoad("spring", {"c"}, true);
  ASSERT_THAT(population_->lists().Delete("spring"), IsOk());
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
  EXPECT_TRUE(ComesTo(DatabaseId::kStores, stores));  // the second set, which no view has
  EXPECT_THAT(IdsOf(*view, list), ElementsAre("a", "zoe"));
  EXPECT_EQ((*view->lists().Find("spring"))->identity, list.identity);
  EXPECT_EQ(*view->statistics().RowCardinality({list.source, kKnownRow}), 2);
  EXPECT_FALSE((*(*population_->CurrentView())->lists().Find("spring")).has_value());
  view.reset();
  Reopen();  // which sweeps at once what nobody can hold
  EXPECT_TRUE(ComesTo(DatabaseId::kStaging, 0));
  EXPECT_EQ(ItemsIn(DatabaseId::kStores), stores - 1);
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(IdListTest, ALoadThatIsNotCommittedLeavesNothing) {
  const uint64_t stores = ItemsIn(DatabaseId::kStores);
  {
    const auto load = *population_->BeginListLoad({"l", false});
    const std::vector<std::string_view> ids = {"a", "zoe"};
    ASSERT_THAT(load->Feed({ids}), IsOk());
    ExpectRefused(population_->BeginListLoad({"\x01", false}).status(), absl::StatusCode::kInvalidArgument,
                  Reason::kBadName, "1 to 200 bytes");
  }
  {
    const auto load = *population_->BeginListLoad({"l", false});
    const std::vector<std::string_view> ids = {"a", "zoe"};
    ASSERT_THAT(load->Feed({ids}), IsOk());
    ExpectRefused(load->Commit(3, WorkBudget::Unlimited()).status(), absl::StatusCode::kInvalidArgument,
                  Reason::kBadRequest, "after 3 ids, but 2 arrived");
  }
  {
    WorkBudget ended([] { return absl::CancelledError("gone"); }, {});
    const auto load = *population_->BeginListLoad({"l", false});
    const std::vector<std::string_view> ids = {"a", "zoe"};
    ASSERT_THAT(load->Feed({ids}), IsOk());
    EXPECT_THAT(load->Commit(2, ended), StatusIs(absl::StatusCode::kCancelled));
  }
  EXPECT_TRUE(ComesTo(DatabaseId::kStaging, 0));
  EXPECT_EQ(ItemsIn(DatabaseId::kStores), stores);
  EXPECT_THAT(IdsOf("l"), ElementsAre("(no list)"));
}

TEST_F(IdListTest, AnEmptyListIsRefused) {
  ExpectRefused(TryLoad("l", {"", " "}).status(), absl::StatusCode::kFailedPrecondition, Reason::kNoRecords,
                "the input has no id");
  const absl::Status refused = TryLoad("l", {"", "\x01", std::string(481, 'x')}).status();
  ExpectRefused(refused, absl::StatusCode::kFailedPrecondition, Reason::kNoRecords, "no line is a member id");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\nline 3: the member id "));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("481 bytes; at most 480"));
}

TEST_F(IdListTest, AnEmptyListIsMadeWhenThatIsAllowed) {
  MustLoad("blocked", {"a", "zoe"});
  const absl::StatusOr<IdListResult> emptied =
      TryLoadAs({.name = "blocked", .replace = true, .allow_empty = true}, {"", " "});
  ASSERT_THAT(emptied, IsOk());
  EXPECT_EQ(emptied->list.id_count, 0);
  EXPECT_EQ(emptied->list.version, 2);
  EXPECT_THAT(emptied->warnings, IsEmpty());
  EXPECT_THAT(IdsOf("blocked"), IsEmpty());
  EXPECT_THAT(TryLoadAs({.name = "nobody", .allow_empty = true}, {}), IsOk());
  Reopen();
  EXPECT_THAT(IdsOf("blocked"), IsEmpty());
  EXPECT_EQ(population_->lists().Get("nobody")->id_count, 0);
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
  MustLoad("blocked", {"b"}, true);
  EXPECT_THAT(IdsOf("blocked"), ElementsAre("b"));
  EXPECT_THAT(population_->lists().Delete("nobody"), IsOk());
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

TEST_F(IdListTest, SomeLinesMayBeNoIds) {
  std::vector<std::string> ids = {"bad\x01", ""};
  for (int i = 0; i < 99; ++i) ids.push_back(absl::StrCat("m", i));
  EXPECT_THAT(TryLoadAs({.name = "one in a hundred"}, ids), IsOk());
  ids.push_back(std::string(481, 'x'));
  const absl::Status refused = TryLoadAs({.name = "l"}, ids).status();
  ExpectRefused(refused, absl::StatusCode::kFailedPrecondition, Reason::kTooManyRejected,
                "2 of 101 lines are no member ids, more than the share of 0.01");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("\nline 1: the member id 'bad\\u0001' holds a control"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\nline 102: the member id "));
  EXPECT_THAT(TryLoadAs({.name = "l", .max_rejected = 0.02}, ids), IsOk());
  ExpectRefused(TryLoadAs({.name = "m", .max_rejected = 0}, {"a", "\x01"}).status(),
                absl::StatusCode::kFailedPrecondition, Reason::kTooManyRejected, "1 of 2 lines");
}

TEST_F(IdListTest, WhatMayBeNoListIsWarnedOf) {
  const auto warned = [this](const std::string& name, const std::vector<std::string>& ids) {
    const absl::StatusOr<IdListResult> result = TryLoad(name, ids);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? *result : IdListResult();
  };
  EXPECT_THAT(warned("good", {"a", "b", "zoe"}).warnings, IsEmpty());
  EXPECT_THAT(warned("one", {"a", "zoe", "yan", "xu", "wei"}).first_unknown, ElementsAre("zoe", "yan", "xu"));
  EXPECT_THAT(
      warned("nobody", {"x1", "x2", "x3", "x4"}).warnings,
      ElementsAre("no id of the list is a member now: 'x1', 'x2', 'x3', …; check that they are member "
                  "ids of this population"));
  EXPECT_THAT(
      warned("header", {"", "customer_id", "a", "b"}).warnings,
      ElementsAre(HasSubstr("line 2, 'customer_id', is unknown, unlike most others; a list has no header")));
  EXPECT_THAT(
      warned("table", {"id,city", "a,Shanghai", "b,Beijing"}).warnings,
      ElementsAre(HasSubstr("no id of the list is a member now: 'id,city', 'a,Shanghai', 'b,Beijing';"),
                  HasSubstr("'id,city' is taken as one id; a list has one id a line")));
  EXPECT_THAT(warned("quoted", {"a", "b", "c", "\"d\""}).warnings,
              ElementsAre(HasSubstr("'\"d\"' is taken as one id")));
}

TEST_F(IdListTest, Limits) {
  const IdListTarget target = population_->ListTarget();
  const IdListLimits limits{.lists_per_population = 1, .ids_per_list = 2};
  absl::StatusOr<IdListIntake> intake = IdListIntake::Begin(target, {"l", false}, limits);
  ASSERT_THAT(intake, IsOk());
  const std::vector<std::string_view> three = {"a", "b", "c"};
  const absl::Status many = intake->Feed({three});
  ExpectRefused(many, absl::StatusCode::kResourceExhausted, Reason::kLimit, "more than 2 ids");
  EXPECT_EQ(FactsOf(many)["limit"], "2");
  // An id that comes several times is one.
  absl::StatusOr<IdListIntake> second = IdListIntake::Begin(target, {"l", false}, limits);
  ASSERT_THAT(second, IsOk());
  const std::vector<std::string_view> twice = {"a", "b", "a", "b"};
  EXPECT_THAT(second->Feed({twice}), IsOk());
  EXPECT_THAT(second->Feed({twice}), IsOk());
  MustLoad("first", {"a"});
  ExpectRefused(IdListIntake::Begin(target, {"second", false}, limits).status(),
                absl::StatusCode::kResourceExhausted, Reason::kLimit, "at most 1 id lists");
  EXPECT_THAT(IdListIntake::Begin(target, {"first", true}, limits), IsOk());
}

TEST_F(IdListTest, ListsByName) {
  for (const char* name : {"spring-c", "spring-a", "spring-b"}) MustLoad(name, {"a"});
  const absl::StatusOr<IdListPage> first = population_->lists().List("", 2);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(first->lists, SizeIs(2));
  EXPECT_EQ(first->lists[1].name, "spring-b");
  EXPECT_TRUE(first->more);
  const absl::StatusOr<IdListPage> rest = population_->lists().List("spring-b", 2);
  ASSERT_THAT(rest->lists, SizeIs(1));
  EXPECT_FALSE(rest->more);
  const absl::Status unknown = population_->lists().Get("sprang-a").status();
  ExpectRefused(unknown, absl::StatusCode::kNotFound, Reason::kUnknownList, "did you mean");
  EXPECT_EQ(FactsOf(unknown)["list"], "sprang-a");
}

TEST_F(IdListTest, AListThatASegmentNamesStays) {
  SegmentStore& segments = population_->segments();
  SegmentDefinition definition{.text = "LIST 'l'", .canonical = "LIST 'l'", .lists = {"l"}};
  ExpectRefused(segments.Create("s", definition).status(), absl::StatusCode::kInvalidArgument,
                Reason::kUnknownList, "there is no id list 'l'");
  MustLoad("l", {"a"});
  ASSERT_THAT(segments.Create("s", definition), IsOk());
  Reopen();
  ExpectRefused(population_->lists().Delete("l").status(), absl::StatusCode::kFailedPrecondition,
                Reason::kListInUse, "is used by the segments 's'");
  MustLoad("l", {"b"}, true);  // as a segment may be updated
  EXPECT_THAT(population_->segments().Get("s")->definition.lists, ElementsAre("l"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
  ASSERT_THAT(population_->segments().Update("s", {.text = "vip", .canonical = "vip"}, std::nullopt), IsOk());
  EXPECT_THAT(population_->lists().Delete("l"), IsOk());
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

// Its ids used to stay pending, so that every load of the population was refused, too.
TEST_F(IdListTest, AListThatDoesNotFitHindersNoLoad) {
  database_.map_size = size_t{16} << 20;
  Reopen();
  std::vector<std::string> unknown;
  for (int i = 0; i < 300'000; ++i) unknown.push_back(absl::StrCat("nobody-", i));
  ExpectRefused(TryLoad("l", unknown).status(), absl::StatusCode::kResourceExhausted, Reason::kStorageFull,
                "--map-size");
  LoadMembers({"a", "d"});
  MustLoad("l", {"a", "d", "zoe"});
  EXPECT_THAT(IdsOf("l"), ElementsAre("a", "d", "zoe"));
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

// Half of a million ids are members; they come in an order of their own, some twice.
TEST_F(IdListTest, AMillionIds) {
  constexpr int kIds = 1'000'000;
  std::vector<std::string> members;
  for (int i = 0; i < kIds; i += 2) members.push_back(absl::StrCat("m", i));
  LoadMembers(members);
  const auto load = *population_->BeginListLoad({"large", false});
  uint64_t sent = 0;
  for (int batch = 0; batch < 21; ++batch) {
    std::vector<std::string> ids;
    for (int i = 0; i < kIds / 20; ++i) ids.push_back(absl::StrCat("m", (batch % 20 + 20LL * i) * 7 % kIds));
    ASSERT_THAT(load->Feed({std::vector<std::string_view>(ids.begin(), ids.end())}), IsOk());
    sent += ids.size();
    EXPECT_GT(load->HeldBytes(), 0);
    EXPECT_LT(load->HeldBytes(), uint64_t{200} << 20);
  }
  const absl::StatusOr<IdListResult> result = load->Commit(sent, WorkBudget::Unlimited());
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->list.id_count, kIds);
  EXPECT_EQ(result->duplicates, kIds / 20);
  EXPECT_EQ(result->member_count, kIds / 2);
  EXPECT_THAT(ProblemsOf(*population_), IsEmpty());
}

}  // namespace
}  // namespace muster::index

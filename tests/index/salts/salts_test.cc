// Salts that segments name: which have a place, how their buckets are stored and extended, and how they go.
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "index/population/verification.h"
#include "index/salts/salt_record.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "tests/index/salts/salted_population.h"

namespace muster::index {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

constexpr Ordinal kWorthwhile = SaltBuilder::kWorthwhileIds;

std::string SaltNumber(int number) { return absl::StrFormat("salt %02d", number); }

TEST(Salts, AreBuiltWhenASegmentNamesThemAndExtendedByLoads) {
  SaltedPopulation population(true);
  population.GrowTo(300);
  population.Save("s", {"x", "y"});
  EXPECT_TRUE(population.ComesTo({"x 300", "y 300"}));
  EXPECT_THAT(population.CheckBuckets("x"), Optional(300));
  EXPECT_THAT(population.CheckBuckets("y"), Optional(300));
  EXPECT_EQ(population.CheckBuckets("z"), std::nullopt);
  population.GrowTo(300 + kWorthwhile);
  EXPECT_TRUE(population.ComesTo({"x 1324", "y 1324"}));
  EXPECT_THAT(population.CheckBuckets("x"), Optional(300 + kWorthwhile));
  EXPECT_THAT(population.Verify(), IsEmpty());
  population.Reopen();
  EXPECT_THAT(population.CheckBuckets("y"), Optional(300 + kWorthwhile));
}

// So the members that later loads make of them have a bucket already.
TEST(Salts, CoverTheIdsOfLists) {
  SaltedPopulation population(true);
  population.GrowTo(10);
  population.Save("s", {"x"});
  ASSERT_TRUE(population.ComesTo({"x 10"}));
  const auto load = population.stored->BeginListLoad({"l", false});
  ASSERT_THAT(load, IsOk());
  std::vector<std::string> ids;
  for (Ordinal ordinal = 10; ordinal < 10 + kWorthwhile; ++ordinal) ids.push_back(MemberName(ordinal));
  ASSERT_THAT((*load)->Feed({std::vector<std::string_view>(ids.begin(), ids.end())}), IsOk());
  ASSERT_THAT((*load)->Commit(ids.size(), WorkBudget::Unlimited()), IsOk());
  EXPECT_TRUE(population.ComesTo({absl::StrCat("x ", 10 + kWorthwhile)}));
  EXPECT_THAT(population.CheckBuckets("x"), Optional(10 + kWorthwhile));
}

TEST(Salts, AFewNewMembersWaitForMore) {
  SaltedPopulation population(false);
  SaltBuilder* builder = &population.stored->salt_builder();
  population.Save("s", {"x"});
  EXPECT_THAT(builder->Step(), IsOkAndHolds(false));  // there are no members yet
  const auto listed = [&population] { return population.stored->salts().List()->front(); };
  population.GrowTo(5);
  EXPECT_TRUE(listed().is_building);
  ASSERT_THAT(builder->BuildAll(), IsOk());
  EXPECT_THAT(population.Salts(), ElementsAre("x 5"));
  population.GrowTo(5 + kWorthwhile - 1);
  EXPECT_THAT(builder->Step(), IsOkAndHolds(false));
  EXPECT_FALSE(listed().is_building);
  EXPECT_EQ(listed().missing, kWorthwhile - 1);
  const auto view = *population.stored->CurrentView();
  EXPECT_EQ((*view->salts().Find("x"))->missing, kWorthwhile - 1);
  EXPECT_THAT(population.CheckBuckets("x"), Optional(5));
  population.GrowTo(5 + kWorthwhile);
  EXPECT_TRUE(listed().is_building);
  ASSERT_THAT(builder->BuildAll(), IsOk());
  EXPECT_THAT(population.CheckBuckets("x"), Optional(5 + kWorthwhile));
}

// In fragments, over a restart; five salts take two turns each.
TEST(Salts, GoOnWhereTheyWereBehindARestart) {
  SaltedPopulation population(false);
  const Ordinal count = kFragmentOrdinals + 2'000;
  population.GrowTo(count - 1'500);
  const std::vector<std::string> salts = {"a", "b", "c", "d", "e"};
  population.Save("s", salts);
  auto older = *population.stored->CurrentView();
  EXPECT_THAT(population.stored->salt_builder().Step(), IsOkAndHolds(true));
  EXPECT_THAT(population.Salts(), ElementsAre("a 262144", "b 262144", "c 262144", "d 262144", "e 0"));
  EXPECT_EQ(population.CheckBuckets("e"), std::nullopt);
  EXPECT_THAT(SaltedPopulation::CheckBuckets(*older, "a"), Optional(kFragmentOrdinals));
  EXPECT_THAT(population.Verify(), IsEmpty());
  population.GrowTo(count);
  ASSERT_THAT(population.stored->salt_builder().BuildAll(), IsOk());
  // A view that is older than the last buckets reads them, too.
  EXPECT_THAT(SaltedPopulation::CheckBuckets(*older, "a"), Optional(count));
  EXPECT_THAT(population.Verify(), IsEmpty());
  population.GrowTo(count + kWorthwhile);
  population.database.settle = true;
  older.reset();
  population.Reopen();
  std::vector<std::string> complete;
  for (const std::string& salt : salts) complete.push_back(absl::StrCat(salt, " ", count + kWorthwhile));
  EXPECT_TRUE(population.ComesTo(complete));
  for (const std::string& salt : salts)
    EXPECT_THAT(population.CheckBuckets(salt), Optional(count + kWorthwhile));
  EXPECT_THAT(population.Verify(), IsEmpty());
}

TEST(Salts, GoWithTheLastSegmentThatNamesThem) {
  SaltedPopulation population(true);
  population.GrowTo(2'000);
  const uint64_t stores = population.ItemsIn(DatabaseId::kStores);
  population.Save("s", {"x"});
  population.Save("t", {"x", "y"});
  ASSERT_TRUE(population.ComesTo({"x 2000", "y 2000"}));
  population.Save("t", {"y"});
  EXPECT_THAT(population.Salts(), ElementsAre("x 2000", "y 2000"));
  auto held = *population.stored->CurrentView();
  ASSERT_THAT(SaltedPopulation::CheckBuckets(*held, "x"), Optional(2'000));
  population.Delete("s");
  EXPECT_THAT(population.Salts(), ElementsAre("y 2000"));
  EXPECT_EQ(population.CheckBuckets("x"), std::nullopt);
  // The view that holds it still reads it.
  EXPECT_THAT(SaltedPopulation::CheckBuckets(*held, "x"), Optional(2'000));
  EXPECT_THAT(population.Verify(), IsEmpty());
  held.reset();
  population.Delete("t");
  EXPECT_THAT(population.Salts(), IsEmpty());
  population.Reopen();  // which sweeps what nobody holds now
  EXPECT_TRUE(population.Becomes([&] { return population.ItemsIn(DatabaseId::kStores) == stores; }));
  EXPECT_EQ(population.ItemsIn(DatabaseId::kSaltUsers), 0u);
  EXPECT_TRUE(population.Becomes([&] { return population.ItemsIn(DatabaseId::kStaging) == 0; }));
  EXPECT_THAT(population.Verify(), IsEmpty());
}

TEST(Salts, SixteenHaveAPlaceAndTheNextGetsAFreeOne) {
  SaltedPopulation population(true);
  population.GrowTo(100);
  std::vector<std::string> salts;
  for (int i = 1; i <= 16; ++i) salts.push_back(SaltNumber(i));
  population.Save("many", salts);
  population.Save("one more", {"a"});
  population.Save("another", {"b"});
  std::vector<std::string> built;
  for (const std::string& salt : salts) built.push_back(salt + " 100");
  EXPECT_TRUE(population.ComesTo(built));
  salts.erase(salts.begin() + 3);
  population.Save("many", salts);
  built.erase(built.begin() + 3);
  built.insert(built.begin(), "a 100");
  EXPECT_TRUE(population.ComesTo(built));
  EXPECT_THAT(population.CheckBuckets("a"), Optional(100));
  EXPECT_EQ(population.CheckBuckets("b"), std::nullopt);
  population.Delete("many");
  EXPECT_TRUE(population.ComesTo({"a 100", "b 100"}));
  EXPECT_THAT(population.Verify(), IsEmpty());
}

// One salt that begins like another, and one whose key is the longest.
TEST(Salts, AreToldApart) {
  SaltedPopulation population(true);
  population.GrowTo(50);
  const std::string longest(200, 's');
  population.Save(std::string(200, 'n'), {longest, "x", "x\1", "xx"});
  EXPECT_TRUE(population.ComesTo({longest + " 50", "x 50", "x\1 50", "xx 50"}));
  population.Save(std::string(200, 'n'), {"x\1"});
  EXPECT_TRUE(population.ComesTo({"x\1 50"}));
  EXPECT_THAT(population.CheckBuckets("x\1"), Optional(50));
  EXPECT_THAT(population.Verify(), IsEmpty());
}

// What happens between the reading of ids and the writing of buckets.
void (*between)() = nullptr;
SaltedPopulation* built_population = nullptr;

void PassPoint(const char* point) {
  if (std::string_view(point) == "salts/ids_read" && between != nullptr) std::exchange(between, nullptr)();
}

class SaltsMeanwhile : public ::testing::Test {
 protected:
  SaltsMeanwhile() : population_(false) {
    built_population = &population_;
    population_.GrowTo(2'000);
    population_.Save("s", {"x", "y"});
    SetFaultHook(PassPoint);
  }
  ~SaltsMeanwhile() override {
    SetFaultHook(nullptr);
    between = nullptr;
  }
  void BuildBeside(void (*change)()) {
    between = change;
    ASSERT_THAT(population_.stored->salt_builder().Step(), IsOkAndHolds(true));
    EXPECT_EQ(between, nullptr);
  }

  SaltedPopulation population_;
};

TEST_F(SaltsMeanwhile, ASegmentIsDeletedWhileItsSaltsAreBuilt) {
  BuildBeside([] { built_population->Delete("s"); });
  EXPECT_THAT(population_.Salts(), IsEmpty());
  EXPECT_THAT(population_.Verify(), IsEmpty());
}

TEST_F(SaltsMeanwhile, ASaltIsNamedAnewWhileItIsBuilt) {
  BuildBeside([] {
    built_population->Save("s", {"y"});
    built_population->Save("s", {"x", "y"});
  });
  EXPECT_THAT(population_.Salts(), ElementsAre("x 0", "y 2000"));
  ASSERT_THAT(population_.stored->salt_builder().BuildAll(), IsOk());
  EXPECT_THAT(population_.CheckBuckets("x"), Optional(2'000));
  EXPECT_THAT(population_.Verify(), IsEmpty());
}

TEST_F(SaltsMeanwhile, ALoadBringsMembersWhileTheyAreBuilt) {
  BuildBeside([] { built_population->GrowTo(4'000); });
  EXPECT_THAT(population_.CheckBuckets("x"), Optional(2'000));
  ASSERT_THAT(population_.stored->salt_builder().BuildAll(), IsOk());
  EXPECT_THAT(population_.CheckBuckets("x"), Optional(4'000));
}

// Closing waits for the turn under way alone.
TEST(Salts, StopWhileTheyAreBuilt) {
  constexpr Ordinal kCount = kFragmentOrdinals + 5'000;
  SaltedPopulation population(true);
  population.GrowTo(kCount);
  std::vector<std::string> salts, complete;
  for (int i = 0; i < 10; ++i) salts.push_back(SaltNumber(i));
  for (const std::string& salt : salts) complete.push_back(absl::StrCat(salt, " ", kCount));
  population.Save("s", salts);
  population.Reopen();
  EXPECT_THAT(population.Salts(), SizeIs(10));
  EXPECT_TRUE(population.ComesTo(complete));
  EXPECT_THAT(population.CheckBuckets(salts.back()), Optional(kCount));
}

class DamagedSalts : public ::testing::Test {
 protected:
  DamagedSalts() : population_(false) {
    population_.GrowTo(1'500);
    population_.Save("s", {"x"});
    EXPECT_THAT(population_.stored->salt_builder().BuildAll(), IsOk());
    salt_ = population_.stored->salts().List()->front().salt;
  }
  void Write(const WriterQueue::Task& task) {
    ASSERT_THAT(population_.stored->versions().writer().Run(WriteClass::kPublish, task), IsOk());
  }
  Key<12> KeyOfSlice(size_t place) const { return MakeKey(salt_.store, BucketRow(place), 0); }

  SaltedPopulation population_;
  Salt salt_;
};

TEST_F(DamagedSalts, AWrongSliceIsFoundAndNamed) {
  Write([this](WriteTransaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto record, transaction.Get(DatabaseId::kFragments, KeyOfSlice(5)));
    ASSIGN_OR_RETURN(DecodedRecord decoded, DecodeRecord(RecordBytesOf(*record)));
    // One member loses the bit, and another gets it, so that all statistics stay right.
    const std::vector<uint32_t> members = decoded.bitmap.ToVector();
    uint32_t other = 0;
    while (decoded.bitmap.Contains(other)) ++other;
    decoded.bitmap.Subtract(Bitmap::FromSorted({members.back()}));
    decoded.bitmap.Add(other);
    return transaction.Put(DatabaseId::kFragments, KeyOfSlice(5),
                           EncodeRecord(RecordKind::kImage, std::move(decoded.bitmap)));
  });
  EXPECT_THAT(population_.Verify(), ElementsAre(HasSubstr("salt 'x': slice 4 is wrong in fragment 0")));
}

TEST_F(DamagedSalts, AMissingSliceIsFoundAndNamed) {
  Write([this](WriteTransaction& transaction) {
    return transaction.Delete(DatabaseId::kFragments, KeyOfSlice(2)).status();
  });
  EXPECT_THAT(population_.Verify(), Contains(HasSubstr("salt 'x': slice 1 is wrong")));
}

TEST_F(DamagedSalts, ARecordOfASliceThatIsNoneIsDataLoss) {
  Write([this](WriteTransaction& transaction) {
    return transaction.Put(DatabaseId::kFragments, KeyOfSlice(3), "no record at all");
  });
  const auto view = *population_.stored->CurrentView();
  const absl::StatusOr<std::optional<SaltSlices>> slices = view->salts().Find("x");
  ASSERT_THAT(slices, IsOk());
  const std::unique_ptr<RowSource> source = view->NewRowSource(nullptr);
  ASSERT_THAT(source->BeginWindow(0, 1), IsOk());
  ResolvedRow row;
  const RowRef slice{(*slices)->source, BucketRow(3)};
  ASSERT_THAT(source->Resolve(slice, row), IsOk());
  EXPECT_THAT(ReadResolved(row, 0, slice, 0), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(population_.Verify(), Contains(HasSubstr("salt 'x': store")));
}

TEST_F(DamagedSalts, RecordsThatContradictEachOtherAreFound) {
  Write([](WriteTransaction& transaction) {
    return transaction.Delete(DatabaseId::kSaltUsers, std::string("x\0s", 3)).status();
  });
  EXPECT_THAT(population_.Verify(), ElementsAre(HasSubstr("names the salt 'x', and is not among its users"),
                                                HasSubstr("salt 'x': no segment names it")));
  Write([](WriteTransaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Put(DatabaseId::kSaltUsers, std::string("x\0s", 3), ""));
    return transaction.Put(DatabaseId::kSaltUsers, std::string("y\0s", 3), "");
  });
  EXPECT_THAT(population_.Verify(), ElementsAre(HasSubstr("among the users of the salt 'y', and does not")));
  Write([this](WriteTransaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Delete(DatabaseId::kSaltUsers, std::string("y\0s", 3)).status());
    Salt longer = salt_;
    longer.covered = 1'499;
    return transaction.Put(DatabaseId::kSalts, "x", EncodeSalt(longer));
  });
  EXPECT_THAT(population_.Verify(), Contains(HasSubstr("the buckets of 1500 ids, and its record says 1499")));
  Write([](WriteTransaction& transaction) { return transaction.Put(DatabaseId::kSalts, "x", "?"); });
  EXPECT_THAT(population_.Verify(), Contains(HasSubstr("the salt 'x' can't be read")));
  const auto view = *population_.stored->CurrentView();
  EXPECT_THAT(view->salts().Find("x"), StatusIs(absl::StatusCode::kDataLoss));
}

// The files alone, as `muster verify --data` reads them.
TEST_F(DamagedSalts, AreVerifiedWithoutAServer) {
  population_.stored.reset();
  population_.database.Close();
  std::set<std::string> checks;
  const auto report = [&checks](const Check& check, bool ended) {
    if (ended) checks.insert(absl::StrCat(check.name, " ", check.problems));
    return true;
  };
  EXPECT_THAT(VerifyFolder(population_.database.folder(), "p", report), IsOkAndHolds(0u));
  EXPECT_THAT(checks, Contains("stored buckets 0"));
}

}  // namespace
}  // namespace muster::index

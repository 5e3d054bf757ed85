// A population with many members whose segments name salts, and what its stored buckets should be.
#ifndef MUSTER_TESTS_INDEX_SALTS_SALTED_POPULATION_H_
#define MUSTER_TESTS_INDEX_SALTS_SALTED_POPULATION_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/bitmap/number_slices.h"
#include "index/bitmap/salted_buckets.h"
#include "index/population/stored_population.h"
#include "index/salts/bucket_rows.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {

inline std::string MemberName(Ordinal ordinal) { return absl::StrCat("m", ordinal); }

inline SegmentDefinition Naming(std::vector<std::string> salts) {
  std::string text = "EVERYONE";  // the store doesn't read it
  for (const std::string& salt : salts) absl::StrAppend(&text, " # ", salt);
  return {.text = text, .canonical = text, .salts = std::move(salts)};
}

class SaltedPopulation {
 public:
  // `works`: whether salts are built in the background.
  explicit SaltedPopulation(bool works) : owned(std::make_unique<TestDatabase>()), database(*owned) {
    database.settle = works;
    database.Reopen();
    Find();
  }
  // The population of a database that outlives it; made if it isn't there.
  explicit SaltedPopulation(TestDatabase& of) : database(of) { Find(); }

  void Find() {
    if (!database->FindPopulation("p").ok()) {
      EXPECT_THAT(database->CreatePopulation("p", ""), IsOk());
    }
    stored = std::static_pointer_cast<StoredPopulation>(*database->FindPopulation("p"));
  }
  void Reopen() {
    stored.reset();
    database.Reopen();
    Find();
  }

  // Adds members, so that there are `count`.
  void GrowTo(Ordinal count, std::optional<absl::CivilDay> date = std::nullopt) {
    LoadSpec spec;
    spec.population = "p";
    spec.business_date = date;
    TextRecords records;
    for (Ordinal member = (*stored->CurrentView())->members().everyone_count(); member < count; ++member)
      records.push_back({MemberName(member)});
    if (records.empty()) return;
    ASSERT_THAT(LoadText(*database, spec, records), IsOk());
  }
  void Save(const std::string& name, std::vector<std::string> salts) {
    const SegmentDefinition definition = Naming(std::move(salts));
    const absl::StatusOr<Segment> updated = segments().Update(name, definition, std::nullopt);
    if (!updated.ok()) {
      ASSERT_THAT(segments().Create(name, definition), IsOk());
    }
  }
  void Delete(const std::string& name) { ASSERT_THAT(segments().Delete(name, std::nullopt), IsOk()); }
  SegmentStore& segments() { return stored->segments(); }

  // The salts with a place, each with the number of ids that its slices cover: "x 1500".
  std::vector<std::string> Salts() {
    const absl::StatusOr<std::vector<StoredSalt>> salts = stored->salts().List();
    EXPECT_THAT(salts, IsOk());
    std::vector<std::string> shown;
    for (const StoredSalt& each : *salts)
      shown.push_back(absl::StrCat(each.salt.salt, " ", each.salt.covered));
    return shown;
  }
  // Whether Salts comes to be that, in the background.
  bool ComesTo(const std::vector<std::string>& salts) {
    return Becomes([&] { return Salts() == salts; });
  }
  bool Becomes(const std::function<bool()>& condition) {
    for (int i = 0; i < 6'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return condition();
  }
  uint64_t ItemsIn(DatabaseId database) {
    const absl::StatusOr<ReadTransaction> view = stored->versions().environment().BeginRead();
    EXPECT_THAT(view, IsOk());
    return *view->CountItems(database);
  }

  // How many ordinals have a bucket as the view reads the salt; all of them must have the right one. Empty if
  // nothing is stored.
  static std::optional<Ordinal> CheckBuckets(const PopulationView& view, const std::string& salt) {
    const absl::StatusOr<std::optional<SaltSlices>> slices = view.salts().Find(salt);
    EXPECT_THAT(slices, IsOk());
    if (!slices.ok() || !slices->has_value()) return std::nullopt;
    const std::unique_ptr<RowSource> source = view.NewRowSource(nullptr);
    BucketFinder finder(salt);
    Ordinal known = 0;
    for (uint32_t fragment = 0; fragment < view.members().fragment_count(); ++fragment) {
      std::vector<Bitmap> rows;
      EXPECT_THAT(source->BeginWindow(fragment, 1), IsOk());
      for (size_t place = 0; place < kBucketRows; ++place) {
        const RowRef row{(*slices)->source, BucketRow(place)};
        ResolvedRow resolved;
        EXPECT_THAT(source->Resolve(row, resolved), IsOk());
        rows.push_back(*ReadResolved(resolved, 0, row, fragment));
      }
      source->EndWindow();
      for (const uint32_t local : rows[0].ToVector()) {
        uint32_t bucket = 0;
        for (size_t bit = 0; bit + 1 < kBucketRows; ++bit) bucket |= rows[bit + 1].Contains(local) << bit;
        const Ordinal ordinal = FirstOrdinalOf(fragment) + local;
        EXPECT_EQ(ordinal, known);
        EXPECT_EQ(bucket, finder.BucketOf(MemberName(ordinal))) << salt << " of " << ordinal;
        if (testing::Test::HasFailure()) return known;
        ++known;
      }
    }
    return known;
  }
  std::optional<Ordinal> CheckBuckets(const std::string& salt) {
    return CheckBuckets(**stored->CurrentView(), salt);
  }

  std::vector<std::string> Verify() const { return ProblemsOf(*stored); }

  std::unique_ptr<TestDatabase> owned;  // null: the database is another's
  TestDatabase& database;
  std::shared_ptr<StoredPopulation> stored;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_SALTS_SALTED_POPULATION_H_

// The background scrub of all written data: what it visits, in which order, and where it ends.
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"
#include "index/storage/environment.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_layout.h"
#include "index/storage/record_walk.h"
#include "tests/index/storage/file_damage.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr uint32_t kRecords = 40'000;  // three levels of pages
// Only even numbers are keys, so that odd ones part nothing.
std::string KeyOf(uint32_t i) { return std::string(MakeKey(1, 1, 2 * i)); }

class ScrubTest : public ::testing::Test {
 protected:
  ScrubTest() {
    const absl::StatusOr<std::unique_ptr<Environment>> environment = Open();
    for (uint32_t i = 0; i < kRecords;) {
      absl::StatusOr<WriteTransaction> transaction = (*environment)->BeginWrite();
      for (; i < kRecords && !transaction->NearlyFull(); ++i)
        EXPECT_THAT(transaction->Put(DatabaseId::kFragments, KeyOf(i), std::string(40, 'x')), IsOk());
      EXPECT_THAT(transaction->Commit(), IsOk());
    }
  }

  absl::StatusOr<std::unique_ptr<Environment>> Open() {
    return Environment::Open(
        {.directory = directory_.path(),
         .map_size = size_t{64} << 20,
         .damage_found = [this](const absl::Status&) { damage_at_.push_back(visits_); }});
  }
  absl::StatusOr<bool> ScrubIt(Environment& environment, int turns = 1'000) {
    return Scrub(environment,
                 {.visit = [this](const Transaction&, std::string_view, std::string_view) { ++visits_; },
                  .damaged = [this](const absl::Status&, std::string_view) { ++damaged_; },
                  .go_on = [turns](size_t) mutable { return --turns > 0; }});
  }

  // Moves a key in each of the lowest branches that lead to the last records.
  int DamageLastBranches() {
    const std::string path = directory_.path() + "/data.mdb";
    std::ifstream in(path, std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    int damaged = 0;
    for (size_t at = kMetaPages * kPageBytes; at < file.size(); at += kPageBytes) {
      const PageView page(file.data() + at);
      if (page.kind() != PageView::kBranch || !page.Holds(KeyOrder::kBytes) || page.count() < 3) continue;
      if (!PageView(file.data() + page.child(1) * kPageBytes).is_leaf()) continue;
      if (page.key(2) < KeyOf(kRecords / 2)) continue;
      const std::string_view key = page.key(2);
      testing::FlipBit(path, static_cast<size_t>(key.data() - file.data()) + key.size() - 1, 0);
      ++damaged;
    }
    return damaged;
  }

  TemporaryDirectory directory_;
  uint32_t visits_ = 0;
  int damaged_ = 0;
  std::vector<uint32_t> damage_at_;  // how many records had been visited
};

TEST_F(ScrubTest, VisitsEverythingAndTrustsIt) {
  const auto environment = Open();
  ASSERT_THAT(environment, IsOk());
  EXPECT_FALSE((*environment)->guard().Trusts(DatabaseId::kFragments));
  const absl::StatusOr<bool> whole = ScrubIt(**environment);
  ASSERT_THAT(whole, IsOk());
  EXPECT_TRUE(*whole);
  EXPECT_EQ(visits_, kRecords);
  EXPECT_EQ(damaged_, 0);
  EXPECT_TRUE((*environment)->guard().Trusts(DatabaseId::kFragments));
}

TEST_F(ScrubTest, PassesOverWhatIsDamaged) {
  ASSERT_GT(DamageLastBranches(), 0);
  const auto environment = Open();
  ASSERT_THAT(environment, IsOk());
  const absl::StatusOr<bool> whole = ScrubIt(**environment);
  ASSERT_THAT(whole, IsOk());
  EXPECT_FALSE(*whole);
  EXPECT_EQ(damaged_, 1);
  EXPECT_GT(visits_, kRecords / 4) << "what lies before it is walked";
  EXPECT_LT(visits_, kRecords);
  EXPECT_FALSE((*environment)->guard().Trusts(DatabaseId::kFragments));
}

TEST_F(ScrubTest, LooksAtAllBranchesWithoutARecord) {
  ASSERT_GT(DamageLastBranches(), 0);
  const auto environment = Open();
  ASSERT_THAT(environment, IsOk());
  int turns = 0;
  const RecordWalk walk{.go_on = [&](size_t bytes) {
    EXPECT_GT(bytes, 0u);
    return ++turns < 1'000;
  }};
  const absl::StatusOr<bool> looked = LookAtBranches(**environment, walk);
  ASSERT_THAT(looked, IsOk());
  EXPECT_TRUE(*looked);
  EXPECT_EQ(damage_at_.size(), 1u) << "it came to the last ones";
  // Those before it are whole, and still are when they are read.
  const absl::StatusOr<ReadTransaction> transaction = (*environment)->BeginRead();
  ASSERT_THAT(transaction, IsOk());
  EXPECT_THAT(transaction->Get(DatabaseId::kFragments, KeyOf(5)), IsOk());
  EXPECT_THAT(transaction->Get(DatabaseId::kFragments, KeyOf(kRecords - 5)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ScrubTest, EndsWhenItShould) {
  const auto environment = Open();
  ASSERT_THAT(environment, IsOk());
  const RecordWalk at_once{.go_on = [](size_t) { return false; }};
  const absl::StatusOr<bool> looked = LookAtBranches(**environment, at_once);
  ASSERT_THAT(looked, IsOk());
  EXPECT_FALSE(*looked);
  const absl::StatusOr<bool> whole = ScrubIt(**environment, 1);
  ASSERT_THAT(whole, IsOk());
  EXPECT_FALSE(*whole);
  EXPECT_FALSE((*environment)->guard().Trusts(DatabaseId::kFragments));
}

}  // namespace
}  // namespace muster::index

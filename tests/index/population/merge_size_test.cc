// A small MERGE into a tag with very many values writes only the changes, not whole rows.
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

// Bytes that this process has given to write calls; nothing where the system doesn't count them.
std::optional<uint64_t> BytesWritten() {
  std::ifstream counters("/proc/self/io");
  std::string name;
  for (uint64_t value = 0; counters >> name >> value;) {
    if (name == "wchar:") return value;
  }
  return std::nullopt;
}

// The target is 4 MB for 10 million members; loading those takes half a minute, so there are fewer here, with
// as many values. The bytes don't grow with the members: a change flips a member's bit in the rows of its old
// and new value (17 slices and a few rows of their own), and what is written are the flips, at most a record
// for each. More members only gather them less, over 39 fragments rather than 3. Measured at the full size:
// 0.33 MB.
TEST(MergeSize, AThousandMembersOfAHundredThousandValues) {
  if (!BytesWritten()) GTEST_SKIP() << "this system has no /proc/self/io";
  TestDatabase database;
  database.settle = false;
  database.Reopen();
  constexpr size_t kMembers = 600'000;
  constexpr size_t kValues = 100'000;
  LoadSpec spec;
  spec.population = "shop";
  spec.tags = {TagSpec("street", TagKind::kSingle)};
  const auto feed = [](Load& load, size_t first, size_t step, size_t count, size_t salt) {
    TextRecords records;
    for (size_t i = 0; i < count; ++i) {
      const size_t member = first + i * step;
      records.push_back({absl::StrCat("m", member), absl::StrCat("v", (member * 7919 + salt) % kValues)});
    }
    return FeedText(load, records, 1);
  };
  {
    std::unique_ptr<Load> load = *database->BeginLoad(spec);
    for (size_t first = 0; first < kMembers; first += 10'000)
      ASSERT_THAT(feed(*load, first, 1, 10'000, 0), IsOk());
    ASSERT_THAT(load->Commit(kMembers, WorkBudget::Unlimited()), IsOk());
  }
  const uint64_t before = *BytesWritten();
  std::unique_ptr<Load> load = *database->BeginLoad(spec);
  ASSERT_THAT(feed(*load, 0, kMembers / 1000, 1000, 1), IsOk());
  const absl::StatusOr<LoadResult> merged = load->Commit(1000, WorkBudget::Unlimited());
  ASSERT_THAT(merged, IsOk());
  EXPECT_LT(*BytesWritten() - before, 4'000'000u);
  EXPECT_EQ(merged->tags[0].member_count, kMembers);
  Population& shop = **database->FindPopulation("shop");
  const auto view = *shop.CurrentView();
  EXPECT_EQ(ValuesOf(*view, "m0", "street"), "v1");
  EXPECT_EQ(ValuesOf(*view, "m600", "street"), absl::StrCat("v", (600 * 7919 + 1) % kValues));
  EXPECT_EQ(ValuesOf(*view, "m601", "street"), absl::StrCat("v", 601 * 7919 % kValues));
}

}  // namespace
}  // namespace muster::index

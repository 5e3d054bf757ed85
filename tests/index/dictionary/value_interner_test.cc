#include "index/dictionary/value_interner.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

absl::StatusOr<std::optional<ValueId>> NoneStored(std::string_view) { return std::nullopt; }

TEST(ValueInterner, GivesOutIdsInOrder) {
  ValueInterner interner(NoneStored, 7);
  EXPECT_EQ(*interner.Intern("a", "a"), 8u);
  EXPECT_EQ(*interner.Intern("b", "b"), 9u);
  EXPECT_EQ(*interner.Intern("a", "a"), 8u);
  EXPECT_EQ(interner.fresh().size(), 2u);
}

TEST(ValueInterner, AReservedValueHasTheIdThatAnotherLoadStoresItUnder) {
  const auto pending = std::make_shared<PendingValues>(
      [](std::string_view text) -> absl::StatusOr<std::optional<ValueId>> {
        return text == "stored" ? std::optional<ValueId>(3) : std::nullopt;
      },
      kMaxValueId - 1);
  ValueInterner removing(pending), merging(pending);
  EXPECT_EQ(*removing.Reserve("stored", "stored"), 3u);
  const ValueId ghost = *removing.Reserve("Ghost", "ghost");
  EXPECT_EQ(*removing.Reserve("ghost", "ghost"), ghost);
  EXPECT_EQ(*merging.Intern("ghost", "ghost"), ghost);
  EXPECT_TRUE(removing.fresh().empty()) << "which the load doesn't store";
  ASSERT_EQ(merging.fresh().size(), 1u);
  EXPECT_EQ(*removing.Reserve("one too many", "one too many"), kOwnValue);
}

TEST(ValueInterner, AFullTagNamesItsLimit) {
  ValueInterner interner(NoneStored, kMaxValueId - 1);
  ASSERT_THAT(interner.Intern("the last", "the last"), IsOk());
  const absl::Status full = interner.Intern("one more", "one more").status();
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(full), Reason::kLimit);
  EXPECT_EQ(FactsOf(full)["limit"], absl::StrCat(kMaxValueId));
  EXPECT_THAT(interner.Intern("the last", "the last"), IsOk());
}

}  // namespace
}  // namespace muster::index

#include "index/dictionary/value_interner.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/status_facts.h"
#include "index/status_reason.h"

namespace muster::index {
namespace {

absl::StatusOr<std::optional<ValueId>> NoneStored(std::string_view) { return std::nullopt; }

TEST(ValueInterner, GivesOutIdsInOrder) {
  ValueInterner interner(NoneStored, 7);
  EXPECT_EQ(*interner.Intern("a", "a"), 8u);
  EXPECT_EQ(*interner.Intern("b", "b"), 9u);
  EXPECT_EQ(*interner.Intern("a", "a"), 8u);
  EXPECT_EQ(interner.last_id(), 9u);
  EXPECT_EQ(interner.fresh().size(), 2u);
}

TEST(ValueInterner, AFullTagNamesItsLimit) {
  ValueInterner interner(NoneStored, kMaxValueId - 1);
  ASSERT_TRUE(interner.Intern("the last", "the last").ok());
  const absl::Status full = interner.Intern("one more", "one more").status();
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(full), Reason::kLimit);
  EXPECT_EQ(FactsOf(full)["limit"], absl::StrCat(kMaxValueId));
  EXPECT_TRUE(interner.Intern("the last", "the last").ok());
}

}  // namespace
}  // namespace muster::index

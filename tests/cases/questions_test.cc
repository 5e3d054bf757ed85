// Questions: what is counted, warned of and refused.
#include "tests/cases/played_case.h"

namespace muster::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CaseTest, AtLeastTakesAnyInteger) {
  const std::vector<Finished> calls = Play("05-at-least-2-pow-63");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[1].out, "0\n");
  EXPECT_EQ(calls[2].out, "0\n") << calls[2].err;
}

TEST_F(CaseTest, TheEmptyTextHintsAtHas) {
  const std::vector<Finished> calls = Play("18-equals-empty-text");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[1].exit_code, 0);
  EXPECT_EQ(calls[1].out, "0\n");
  EXPECT_THAT(calls[1].err, AllOf(HasSubstr("warning: "), HasSubstr("NOT HAS stage")));
}

TEST_F(CaseTest, AListThatIsTooLongSaysWhatThisServerCanDo) {
  const std::vector<Finished> calls = Play("19-in-list-too-long");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[1].exit_code, 1);
  EXPECT_THAT(calls[1].err, AllOf(HasSubstr("65536 values"), HasSubstr("with OR"), HasSubstr("FLAG tag"),
                                  Not(HasSubstr("id list"))));
}

TEST_F(CaseTest, OperatorsOfOtherLanguagesAreToldOfLike) {
  const std::vector<Finished> calls = Play("25-no-contains-hint");
  ASSERT_EQ(calls.size(), 4u);
  for (const size_t i : {1u, 3u}) {  // CONTAINS, REGEXP
    EXPECT_EQ(calls[i].exit_code, 1);
    EXPECT_THAT(calls[i].err, HasSubstr("LIKE '%b%'"));
  }
  EXPECT_EQ(calls[2].exit_code, 0) << "ILIKE 'b' is evaluated";
  EXPECT_EQ(calls[2].out, "0\n");
  EXPECT_THAT(calls[2].err, AllOf(HasSubstr("warning: "), HasSubstr("'%b%'")));
}

TEST_F(CaseTest, AReversedRangeWarns) {
  const std::vector<Finished> calls = Play("28-between-reversed");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[1].exit_code, 0);
  EXPECT_EQ(calls[1].out, "0\n");
  EXPECT_THAT(calls[1].err, HasSubstr("The low end 5 is above the high end 0"));
}

}  // namespace
}  // namespace muster::testing

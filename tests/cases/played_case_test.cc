// Tests the player: it sees every call of a case's command lines, with its exit code and both outputs.
#include "tests/cases/played_case.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(CaseTest, SeesEveryCallOfItsCommandLines) {
  const std::vector<Finished> calls = PlayLines(
      "printf 'id,city\\na,X\\nb,Y\\n' > input.csv\n"
      "for p in one two; do muster load input.csv -p $p --id-column id --infer; done; muster count -p two "
      "\"city = 'X'\"\n"
      "muster count -p absent EVERYONE");
  ASSERT_EQ(calls.size(), 4u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_EQ(calls[1].exit_code, 0) << calls[1].err;
  EXPECT_EQ(calls[2].out, "1\n");
  EXPECT_EQ(calls[3].exit_code, 1);
  EXPECT_THAT(calls[3].err, HasSubstr("'absent'"));
  EXPECT_EQ(IdsOf("one", "EVERYONE"), "a b");
}

TEST_F(CaseTest, PlaysACaseInACopyOfItsFolder) {
  const std::vector<Finished> calls = Play("05-at-least-2-pow-63");
  ASSERT_EQ(calls.size(), 3u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_EQ(calls[1].out, "0\n");
}

}  // namespace
}  // namespace muster::testing

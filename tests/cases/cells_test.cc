// Member ids, cells and values that were once read incorrectly.
#include "tests/cases/played_case.h"

namespace muster::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

TEST_F(CaseTest, MissingTextAsMemberId) {
  const std::vector<Finished> calls = Play("01-missing-text-as-member-id");
  ASSERT_EQ(calls.size(), 4u);
  for (const size_t load : {0, 2}) {
    EXPECT_EQ(calls[load].exit_code, 0) << calls[load].err;
    EXPECT_THAT(calls[load].out + calls[load].err, HasSubstr("the member id is empty"));
  }
  EXPECT_THAT(calls[0].out + calls[0].err, HasSubstr("4 records, 2 rejected"));
  EXPECT_EQ(calls[1].out, "u1\nu2\n");
  EXPECT_THAT(calls[2].out + calls[2].err, HasSubstr("2 records, 1 rejected"));
  EXPECT_EQ(calls[3].out, "u1\n");
  EXPECT_EQ(IdsOf("a", "plan = 'free' AND age = 3"), "u1");
}

TEST_F(CaseTest, TimestampsOutsideTheYears) {
  const std::vector<Finished> calls = Play("04-timestamp-outside-0001-9999");
  ASSERT_EQ(calls.size(), 5u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].out + calls[0].err, HasSubstr("4 records, 2 rejected"));
  EXPECT_THAT(calls[0].out + calls[0].err,
              HasSubstr(":2: tag 't': '9999-12-31T23:59:59-12:00' lies outside"));
  EXPECT_THAT(calls[0].out + calls[0].err,
              HasSubstr(":4: tag 't': '0001-01-01T00:00:00+14:00' lies outside"));
  EXPECT_EQ(calls[1].exit_code, 1);
  EXPECT_EQ(calls[2].exit_code, 1);
  EXPECT_EQ(calls[3].exit_code, 1);
  EXPECT_EQ(calls[4].out, "2\n");
}

TEST_F(CaseTest, ArrayCells) {
  const std::vector<Finished> calls = Play("14-array-cells");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[1].out, HasSubstr("a · b"));
  EXPECT_EQ(IdsOf("arr", "t HAS ALL ('a', 'b')"), "1");
  EXPECT_EQ(IdsOf("arr", "NOT HAS t"), "2");
}

// Only the part with the scale: what --infer takes from the catalogue is tested where inference is.
TEST_F(CaseTest, MoreDigitsThanTheScale) {
  Play("10-infer-ignores-catalogue");
  const std::vector<Finished> calls = PlayLines(
      "printf 'tags:\n  - {name: amount, kind: NUMBER}\n' > zero.yaml\n"
      "printf 'tags:\n  - {name: amount, kind: NUMBER, scale: 2}\n' > two.yaml\n"
      "muster load amount1.csv -p sums --id-column id --schema zero.yaml\n"
      "muster load amount2.csv -p sums --id-column id --schema zero.yaml\n"
      "muster load amount2.csv -p sums --id-column id --schema two.yaml\n"
      "muster tags set amount --scale 2 -p sums\n"
      "muster load amount2.csv -p sums --id-column id --schema two.yaml\n"
      "muster count -p sums 'amount = 5.25'");
  ASSERT_EQ(calls.size(), 6u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_EQ(calls[1].exit_code, 1);
  EXPECT_THAT(calls[1].err,
              HasSubstr(":2: tag 'amount': '5.25' has more digits after the point than the tag's "
                        "scale of 0"));
  EXPECT_THAT(calls[1].err, HasSubstr("`muster tags set amount --scale 2"));
  EXPECT_EQ(calls[2].exit_code, 1);
  EXPECT_THAT(calls[2].err, HasSubstr("`muster tags set amount --scale 2"));
  EXPECT_EQ(calls[3].exit_code, 0) << calls[3].err;
  EXPECT_EQ(calls[4].exit_code, 0) << calls[4].err;
  EXPECT_EQ(calls[5].out, "1\n");
}

TEST_F(CaseTest, TimestampShapes) {
  const std::vector<Finished> calls = Play("16-timestamp-shapes");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].exit_code, 0) << calls[0].err;
  EXPECT_THAT(calls[0].out + calls[0].err, HasSubstr("6 records, 1 rejected"));
  EXPECT_THAT(calls[0].out + calls[0].err,
              HasSubstr(":3: tag 't': '2015-01-28T09:09:26.123456789Z' is finer"));
  EXPECT_EQ(IdsOf("tsh", "t = '2015-01-27T07:58:00Z'"), "1 6");
  EXPECT_EQ(IdsOf("tsh", "t = '2015-05-20T21:34:02Z'"), "3");
  EXPECT_EQ(IdsOf("tsh", "t = '2015-01-26T23:58:00Z'"), "4");
  EXPECT_EQ(IdsOf("tsh", "t = '2026-01-31T00:00:00Z'"), "5");
}

}  // namespace
}  // namespace muster::testing

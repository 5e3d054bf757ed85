#include "server/wire/check_messages.h"

#include <gtest/gtest.h>

namespace muster::server {
namespace {

using index::Subject;

TEST(CheckMessagesTest, ProblemsComeWithTheLastMessage) {
  const index::Check check{.name = "rows", .records = 7, .bytes = 70, .problems = 1, .first_problems = {{}}};
  const v1::VerifyPopulationResponse under_way = EncodeCheck(check, false), ended = EncodeCheck(check, true);
  EXPECT_EQ(under_way.check(), "rows");
  EXPECT_EQ(under_way.record_count(), 7u);
  EXPECT_EQ(under_way.byte_count(), 70u);
  EXPECT_EQ(under_way.problem_count(), 1u);
  EXPECT_EQ(under_way.problems_size(), 0);
  EXPECT_TRUE(ended.ended());
  EXPECT_EQ(ended.problems_size(), 1);
}

// A named subject is sent by its name; numbers mean nothing to a client.
TEST(CheckMessagesTest, SubjectsAreSentByName) {
  index::Check check;
  check.first_problems = {
      {{Subject::Kind::kTag, 7, "city"}, "tag 'city': a"},
      {Subject::OfIdList("spring"), "b"},
      {Subject::OfSegment("loyal"), "c"},
      {Subject::OfSalt("x\xff"), "d\xff"},  // of a damaged key
      {{Subject::Kind::kEveryone, 0, ""}, "e"},
      {Subject::OfTag(7), "f"},
      {Subject::OfStore(3), "g"},
      {Subject::OfEdge(12), "h"},
      {{}, "i"},
  };
  const v1::VerifyPopulationResponse message = EncodeCheck(check, true);
  ASSERT_EQ(message.problems_size(), 9);
  EXPECT_EQ(message.problems(0).text(), "tag 'city': a");
  EXPECT_EQ(message.problems(0).tag(), "city");
  EXPECT_EQ(message.problems(1).list(), "spring");
  EXPECT_EQ(message.problems(2).segment(), "loyal");
  EXPECT_EQ(message.problems(3).salt(), "x\ufffd");
  EXPECT_EQ(message.problems(3).text(), "d\ufffd");
  EXPECT_TRUE(message.problems(4).everyone());
  for (int i = 5; i < 9; ++i)
    EXPECT_EQ(message.problems(i).subject_case(), v1::VerificationProblem::SUBJECT_NOT_SET) << i;
}

}  // namespace
}  // namespace muster::server

#include "server/answers/verification.h"

#include <set>

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

class VerificationAnswerTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::VerifyPopulationRequest Of(const std::string& population) {
    v1::VerifyPopulationRequest request;
    request.set_population(population);
    return request;
  }
};

TEST_F(VerificationAnswerTest, VerifyPopulationWritesEachCheckThatEnded) {
  std::set<std::string> ended;
  const absl::Status status = VerifyPopulation(context_, Of("p"), Call(), [&](const auto& message) {
    if (message.ended()) ended.insert(message.check());
    EXPECT_EQ(message.problem_count(), 0u);
    return true;
  });
  EXPECT_THAT(status, IsOk());
  EXPECT_GE(ended.size(), 3u);
}

TEST_F(VerificationAnswerTest, VerifyPopulationEndsWhenNobodyReadsOn) {
  int written = 0;
  (void)VerifyPopulation(context_, Of("p"), Call(), [&](const auto&) {
    ++written;
    return false;
  });
  EXPECT_EQ(written, 1);
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(VerifyPopulation(context_, Of("p"), Call(unwanted), [](const auto&) { return true; }),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(VerificationAnswerTest, VerifyPopulationNamesWhatIsMissing) {
  const auto write = [](const v1::VerifyPopulationResponse&) { return true; };
  EXPECT_EQ(ReasonOf(VerifyPopulation(context_, Of("q"), Call(), write)), "UNKNOWN_POPULATION");
  EXPECT_EQ(FieldOf(VerifyPopulation(context_, Of(""), Call(), write)), "population");
}

}  // namespace
}  // namespace muster::server

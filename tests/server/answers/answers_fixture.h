// Answers over a real database, without a transport around them.
#ifndef MUSTER_TESTS_SERVER_ANSWERS_ANSWERS_FIXTURE_H_
#define MUSTER_TESTS_SERVER_ANSWERS_ANSWERS_FIXTURE_H_

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/answers/fed_answer.h"
#include "server/wire/error_status.h"
#include "tests/index/population/test_database.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {

// Memory of a load that is there or not, as the test says.
struct LoadMemoryForTests final : FedAnswer::Reservation {
  absl::StatusOr<bool> TakeOrWait(uint64_t bytes) override {
    reserved.push_back(bytes);
    return is_there;
  }
  bool TryTake(uint64_t bytes, bool) override { return bytes <= at_once; }
  void Settle(uint64_t bytes) override { settled.push_back(bytes); }

  absl::StatusOr<bool> is_there = true;
  uint64_t at_once = 0;
  std::vector<uint64_t> reserved, settled;
};

class AnswersFixture : public ::testing::Test {
 protected:
  // The members a, b, c, d of `p`: SINGLE city (x, y, x, unknown), NUMBER age (30, 40, 50, 60), FLAG vip
  // (true, false, unknown, true).
  void LoadFour() {
    Load({{"a", "x", "30", "1"}, {"b", "y", "40", "0"}, {"c", "x", "50", ""}, {"d", "", "60", "1"}});
  }
  // Records with a cell for each of the three tags.
  void Load(const index::TextRecords& records) {
    index::LoadSpec spec;
    spec.population = "p";
    spec.tags = {index::TagSpec("city", index::TagKind::kSingle),
                 index::TagSpec("age", index::TagKind::kNumber),
                 index::TagSpec("vip", index::TagKind::kFlag)};
    ASSERT_THAT(index::LoadText(*database_, spec, records), IsOk());
  }

  CallContext Call(WorkBudget& budget = WorkBudget::Unlimited()) const {
    return {.principal = caller_, .budget = budget};
  }

  // What `answer` makes of the request.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Answer(absl::Status (*answer)(const AnswerContext&, const Request&,
                                                         const CallContext&, Response&),
                                  const Request& request,
                                  WorkBudget& budget = WorkBudget::Unlimited()) const {
    Response response;
    RETURN_IF_ERROR(answer(context_, request, Call(budget), response));
    return response;
  }

  // The reason that a client would be told.
  static std::string ReasonOf(const absl::Status& status) {
    return status.ok() ? "" : testing::DetailsOf(ToRpcStatus(status)).info.reason();
  }
  // The first field that a client would be told of.
  static std::string FieldOf(const absl::Status& status) {
    const testing::RpcDetails details = testing::DetailsOf(ToRpcStatus(status));
    return details.bad.field_violations().empty() ? "" : details.bad.field_violations(0).field();
  }

  index::TestDatabase database_;
  const Tokens tokens_;
  ValueListings value_listings_;
  std::vector<std::string> log_;
  EventLog events_{[this](EventLog::Level, const std::string& line) { log_.push_back(line); }};
  const Principal caller_{.address = "ipv4:127.0.0.1:4711"};
  RejectedRecords rejected_records_;
  const AnswerContext context_{*database_, tokens_, value_listings_, events_, rejected_records_};
};

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_ANSWERS_ANSWERS_FIXTURE_H_

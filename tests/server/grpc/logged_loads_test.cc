// The log entries of loads through gRPC.
#include <string>
#include <vector>

#include "index/status/status_reason.h"
#include "tests/matchers/status.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LoggedLoads : public FakeServerTest {
 protected:
  ServingOptions Logged() {
    ServingOptions options;
    options.log = [this](EventLog::Level, const std::string& line) { lines_.push_back(line); };
    return options;
  }
  grpc::Status Send(const std::vector<v1::LoadRecordsRequest>& messages) {
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    auto writer = loads_->LoadRecords(&context, &response);
    for (const v1::LoadRecordsRequest& message : messages) writer->Write(message);
    writer->WritesDone();
    return writer->Finish();
  }
  std::vector<std::string> lines_;  // written before the client is answered
};

TEST_F(LoggedLoads, EachLoadAndEachRefusalHasItsLine) {
  StartServer(Logged());
  EXPECT_THAT(Send({Spec(), Batch(), Commit(1)}), IsOk());
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0], AllOf(HasSubstr("load published: population=\"p\" label=\"fake\""),
                               HasSubstr("records=1 "), HasSubstr("peer=\"ipv4:127.0.0.1:")));
  EXPECT_THAT(Send({Spec(), Batch()}), ::testing::Not(IsOk()));
  ASSERT_THAT(lines_, SizeIs(2));
  EXPECT_THAT(lines_[1], AllOf(HasSubstr("load refused: population=\"p\""), HasSubstr("reason=BAD_REQUEST")));
  script_.feed = [](const auto&) {
    return index::WithReason(absl::ResourceExhaustedError("the disk is full"), index::Reason::kDiskFull);
  };
  EXPECT_THAT(Send({Spec(), Batch(), Commit(1)}), ::testing::Not(IsOk()));
  ASSERT_THAT(lines_, SizeIs(4));
  EXPECT_THAT(lines_[2], HasSubstr("reason=DISK_FULL"));
  EXPECT_THAT(lines_[3], HasSubstr("no room: \"the disk is full\""));
}

}  // namespace
}  // namespace muster::server

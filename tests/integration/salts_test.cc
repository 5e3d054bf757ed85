// Stored buckets through a server: they answer what computed ones do, over a restart and until they go.
#include <chrono>
#include <string>
#include <thread>

#include "muster/v1/segment_service.grpc.pb.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

class SaltsTest : public ServerFixture {
 protected:
  // How the server would read the expression: its plan's text.
  std::string PlanOf(const std::string& text) {
    v1::ExplainExpressionRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    v1::ExplainExpressionResponse response;
    grpc::ClientContext context;
    EXPECT_THAT(queries_->ExplainExpression(&context, request, &response), IsOk());
    return response.plan().description();
  }
  bool ComesToBeReadBy(const std::string& way, const std::string& text) {
    for (int i = 0; i < 2'000; ++i) {
      if (PlanOf(text).find(way) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  grpc::Status Save(const std::string& name, const std::string& text) {
    v1::CreateSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    request.mutable_expression()->set_text(text);
    v1::CreateSegmentResponse response;
    grpc::ClientContext context;
    return v1::SegmentService::NewStub(channel_)->CreateSegment(&context, request, &response);
  }
  grpc::Status Delete(const std::string& name) {
    v1::DeleteSegmentRequest request;
    request.set_population("p");
    request.set_name(name);
    v1::DeleteSegmentResponse response;
    grpc::ClientContext context;
    return v1::SegmentService::NewStub(channel_)->DeleteSegment(&context, request, &response);
  }
};

TEST_F(SaltsTest, StoredBucketsAnswerAsComputedOnes) {
  const std::string half = "BUCKET('spring', 2500, 7499)", both = half + " AND NOT city = 'x'";
  LoadCustomers(600);
  const int64_t computed = CountOf(half), computed_both = CountOf(both);
  const std::vector<std::string> members = MembersOf(Listing(half, 1'000));
  EXPECT_NEAR(static_cast<double>(computed), 300, 60);
  EXPECT_THAT(PlanOf(half), HasSubstr("(by ids)"));
  ASSERT_THAT(Save("s", "vip OR BUCKET('spring', 0, 1)"), IsOk());
  EXPECT_TRUE(ComesToBeReadBy("(by slices)", half));
  EXPECT_EQ(CountOf(half), computed);
  EXPECT_EQ(CountOf(both), computed_both);
  EXPECT_EQ(MembersOf(Listing(half, 7)), members);
  StopServer();
  StartServer();
  EXPECT_THAT(PlanOf(half), HasSubstr("(by slices)"));
  EXPECT_EQ(CountOf(half), computed);
  LoadCustomers(2'000);
  EXPECT_TRUE(ComesToBeReadBy("(by slices)", half));
  const int64_t of_more = CountOf(half);
  ASSERT_THAT(Delete("s"), IsOk());
  EXPECT_THAT(PlanOf(half), HasSubstr("(by ids)"));
  EXPECT_EQ(CountOf(half), of_more);
}

}  // namespace
}  // namespace muster::server

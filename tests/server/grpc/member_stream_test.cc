// StreamMembers through gRPC: messages are made by several workers while earlier ones are sent.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "clients/cpp/member_ids.h"
#include "tests/matchers/status.h"
#include "tests/server/answers/endless_population.h"
#include "tests/server/grpc/fake_server_test.h"

namespace muster::server {
namespace {

constexpr uint32_t kFragments = 3;
constexpr uint64_t kMembers = uint64_t{kFragments} * index::kFragmentOrdinals;

class MemberStreamTest : public FakeServerTest {
 protected:
  void SetUp() override {
    population_ = &endless_;
    watch_.fragments = kFragments;
    ServingOptions options;
    options.workers.threads = 7;
    StartServer(options);
  }
  void TearDown() override {
    WaitUntil([this] { return server_->open_streams() == 0; });
    FakeServerTest::TearDown();
  }
  static v1::StreamMembersRequest Everyone() {
    v1::StreamMembersRequest request;
    request.set_population("endless");
    request.mutable_expression()->set_text("EVERYONE");
    return request;
  }
  using Reader = std::unique_ptr<grpc::ClientReader<v1::StreamMembersResponse>>;
  // Reads up to `most` messages. Whether their ids are the ordinals from `next` on, which then is the one after.
  static bool Read(const Reader& reader, int most, uint64_t& next) {
    v1::StreamMembersResponse message;
    for (int i = 0; i < most && reader->Read(&message); ++i) {
      EXPECT_LT(message.ByteSizeLong(), size_t{4} << 20);
      for (const std::string_view id : client::IdsOf(message.ids())) {
        if (id != std::to_string(next)) return false;
        ++next;
      }
    }
    return true;
  }

  ScanWatch watch_;
  EndlessPopulation endless_{watch_};
};

TEST_F(MemberStreamTest, IdsComeInOrderHoweverFastTheyAreRead) {
  for (const bool slow : {false, true}) {
    grpc::ClientContext context;
    const Reader reader = queries_->StreamMembers(&context, Everyone());
    uint64_t next = 0;
    for (int i = 0; i < 10 && slow; ++i) {
      ASSERT_TRUE(Read(reader, 1, next));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(Read(reader, 1'000'000, next)) << next;
    EXPECT_EQ(next, kMembers);
    EXPECT_THAT(reader->Finish(), IsOk());
  }
}

TEST_F(MemberStreamTest, SeveralStreamsAtOnceAreEachInOrder) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this] {
      grpc::ClientContext context;
      const Reader reader = queries_->StreamMembers(&context, Everyone());
      uint64_t next = 0;
      EXPECT_TRUE(Read(reader, 1'000'000, next)) << next;
      EXPECT_EQ(next, kMembers);
      EXPECT_THAT(reader->Finish(), IsOk());
    });
  }
  for (std::thread& client : clients) client.join();
}

TEST_F(MemberStreamTest, ACancelledStreamEndsWhereverItIs) {
  for (int messages = 0; messages < 30; ++messages) {
    grpc::ClientContext context;
    const Reader reader = queries_->StreamMembers(&context, Everyone());
    uint64_t next = 0;
    ASSERT_TRUE(Read(reader, messages, next));
    context.TryCancel();
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::CANCELLED) << status.error_message();
  }
  WaitUntil([this] { return server_->open_streams() == 0; });
}

TEST_F(MemberStreamTest, AStreamThatIsNotReadMakesFewMessages) {
  watch_.fragments = 4'000;  // a thousand million members
  grpc::ChannelArguments small;
  small.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65'536);
  small.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  small.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = v1::QueryService::NewStub(
      grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), small));
  grpc::ClientContext context;
  v1::StreamMembersRequest request = Everyone();
  const Reader reader = stub->StreamMembers(&context, request);
  v1::StreamMembersResponse message;
  ASSERT_TRUE(reader->Read(&message));
  // From then on no window is read: some are ahead, and the client takes no more.
  int before = -1;
  for (int still = 0; still < 20;) {
    const int windows = watch_.windows;
    still = windows == before && server_->workers().counters().running == 0 ? still + 1 : 0;
    before = windows;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  // The count read all windows once; each scan of a step begins one.
  EXPECT_LT(before, 4'000 / 16 + 50);
  context.TryCancel();
  EXPECT_THAT(reader->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
}

TEST_F(MemberStreamTest, AShutdownEndsAStreamWithItsReason) {
  watch_.fragments = 4'000;
  grpc::ClientContext context;
  const Reader reader = queries_->StreamMembers(&context, Everyone());
  uint64_t next = 0;
  ASSERT_TRUE(Read(reader, 3, next));
  std::thread stop([this] { server_->Shutdown(std::chrono::milliseconds(20)); });
  v1::StreamMembersResponse message;
  while (reader->Read(&message)) {
  }
  EXPECT_THAT(reader->Finish(), StatusIs(grpc::StatusCode::UNAVAILABLE));
  stop.join();
}

}  // namespace
}  // namespace muster::server

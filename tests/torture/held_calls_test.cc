// Calls that their clients keep open without sending: other calls are admitted, and memory stays bounded.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";
constexpr int kPlacesForLoads = 64;
constexpr int kPlacesForStreams = 1'000;

// Tries until it works; the machine may be slow, and a call is silent only after some seconds.
template <typename Try>
bool Eventually(Try attempt) {
  for (int i = 0; i < 120; ++i) {
    if (attempt()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  return false;
}

TEST(HeldCalls, SilentLoadsMakeRoomForOneThatComes) {
  TinyServer server;
  struct Held {
    grpc::ClientContext context;
    v1::LoadRecordsResponse answer;
    std::unique_ptr<grpc::ClientWriter<v1::LoadRecordsRequest>> writer;
  };
  std::vector<std::unique_ptr<Held>> loads;
  for (int i = 0; i < kPlacesForLoads; ++i) {
    Held& load = *loads.emplace_back(std::make_unique<Held>());
    load.writer = server.loads().LoadRecords(&load.context, &load.answer);
    if (i % 2 == 0) continue;  // not even a spec
    v1::LoadRecordsRequest first;
    // Names too short to be taken for a slip from one another.
    first.mutable_spec()->set_population(absl::StrCat("h", i));
    first.mutable_spec()->set_mode(v1::LOAD_MODE_MERGE);
    v1::LoadTag& tag = *first.mutable_spec()->add_tags();
    tag.set_name("city");
    tag.set_kind(v1::TAG_KIND_SINGLE);
    ASSERT_TRUE(load.writer->Write(first));
  }
  Finished load;
  EXPECT_TRUE(Eventually([&] {
    load = server.Load("id,city\na,x\n", kSchema);
    return load.exit_code == 0;
  })) << load.err;
  EXPECT_EQ(server.CountOf("city = 'x'"), 1);
  // The one that gave up its place learns why.
  int told = 0;
  for (const std::unique_ptr<Held>& held : loads) held->writer->WritesDone();
  for (const std::unique_ptr<Held>& held : loads) {
    const grpc::Status status = held->writer->Finish();
    if (status.error_code() != grpc::StatusCode::ABORTED) continue;
    ++told;
    EXPECT_THAT(status.error_message(), HasSubstr("while others waited"));
    EXPECT_EQ(RefusalOf(status).reason, "LOAD_CONFLICT");
  }
  EXPECT_GE(told, 1);
}

TEST(HeldCalls, StreamsThatNobodyReadsHoldLittleAndMakeRoom) {
  TinyServer server;
  constexpr int kMembers = 120'000;
  std::string records = "id,city\n";
  for (int i = 0; i < kMembers; ++i)
    absl::StrAppend(&records, "a-member-with-an-id-of-usual-length-", i, ",x\n");
  server.MustLoad(records, kSchema);
  struct Unread {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::StreamMembersResponse>> reader;
  };
  v1::StreamMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("EVERYONE");
  // gRPC's client reads ahead of its program by a window a stream, so the connections' windows are small.
  grpc::ChannelArguments small;
  small.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 4'096);
  small.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  small.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = v1::QueryService::NewStub(
      grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), small));
  std::vector<std::unique_ptr<Unread>> streams;
  for (int i = 0; i < kPlacesForStreams; ++i) {
    Unread& stream = *streams.emplace_back(std::make_unique<Unread>());
    stream.reader = stub->StreamMembers(&stream.context, request);
  }
  Finished members;
  EXPECT_TRUE(Eventually([&] {
    members = server.Members("city = 'x'");
    return members.exit_code == 0;
  })) << members.err;
  EXPECT_EQ(LinesOf(members.out).size(), static_cast<size_t>(kMembers));
  EXPECT_LE(AnonymousBytes(server.process().pid()), uint64_t{512} << 20);
  EXPECT_EQ(server.CountOf("city = 'x'"), kMembers);
  // Those that came first waited longest: each is read to its end, or was told why there is none.
  for (size_t i = 0; i < streams.size(); ++i) {
    if (i >= 10) {
      streams[i]->context.TryCancel();
      continue;
    }
    v1::StreamMembersResponse message;
    uint32_t members_read = 0;
    while (streams[i]->reader->Read(&message)) members_read += message.ids().count();
    const grpc::Status status = streams[i]->reader->Finish();
    if (status.ok()) {
      EXPECT_EQ(members_read, static_cast<uint32_t>(kMembers));
    } else {
      EXPECT_THAT(status, StatusIs(grpc::StatusCode::ABORTED));
      EXPECT_THAT(status.error_message(), HasSubstr("while others waited"));
    }
  }
}

}  // namespace
}  // namespace muster::testing

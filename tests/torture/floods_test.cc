// Endless calls and connections: memory stays bounded and is released, and a small count at the same time is
// answered.
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/transport/frame_walker.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/raw_client.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr char kCount[] = "/muster.v1.QueryService/CountMembers";
constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";
constexpr uint64_t kMostUnderAttack = uint64_t{512} << 20;
constexpr uint64_t kMostAfterwards = uint64_t{200} << 20;

// Samples a process's memory during its lifetime.
class Watch {
 public:
  explicit Watch(pid_t process)
      : thread_([this, process] {
          while (!ended_) {
            most_ = std::max(most_.load(), AnonymousBytes(process));
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
          }
        }) {}
  ~Watch() {
    ended_ = true;
    thread_.join();
  }
  uint64_t most() const { return most_; }

 private:
  std::atomic<bool> ended_{false};
  std::atomic<uint64_t> most_{0};
  std::thread thread_;
};

// Whether the memory is small again within two minutes; the promise is one, and this machine may be slow.
bool ComesBack(pid_t process) {
  for (int i = 0; i < 1'200; ++i) {
    if (AnonymousBytes(process) <= kMostAfterwards) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return false;
}

// Begins calls until there were `calls` of them or the server ends the connection; how many were sent.
int BeginCalls(RawClient& client, int calls, bool reset, const std::string& path) {
  std::string bytes;
  for (int i = 0; i < calls; ++i) {
    const uint32_t stream = 1 + 2 * static_cast<uint32_t>(i);
    bytes += CallHeaders(stream, path);
    if (reset) bytes += ResetStream(stream);
    if (bytes.size() < 60'000 && i + 1 < calls) continue;
    if (!client.Send(bytes)) return i;
    bytes.clear();
  }
  return calls;
}

// A count is answered. While a thousand calls wait it may be told to try again, and does.
void CountBesides(const TinyServer& server) {
  v1::CountMembersResponse answer;
  Refusal refused;
  for (int attempt = 0; attempt < 1'000; ++attempt) {
    refused = RefusalOf(server.Ask("city = 'x'", answer));
    if (refused.reason != "OVERLOADED") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(refused.code, grpc::StatusCode::OK) << refused.message;
  EXPECT_EQ(answer.count(), 2u);
}

// Several clients at once, again and again; a count beside them answers each time.
void Flood(const std::function<void(const std::string& address)>& attack) {
  TinyServer server;
  server.MustLoad("id,city\na,x\nb,y\nc,x\n", kSchema);
  {
    const Watch watch(server.process().pid());
    std::atomic<bool> attacking{true};
    std::vector<std::thread> attackers;
    for (int i = 0; i < InFull(2, 8); ++i) {
      attackers.emplace_back([&] {
        for (int round = 0; round < InFull(2, 20); ++round) attack(server.address());
      });
    }
    std::thread counts([&] {
      while (attacking) CountBesides(server);
    });
    for (std::thread& attacker : attackers) attacker.join();
    attacking = false;
    counts.join();
    EXPECT_LE(watch.most(), kMostUnderAttack);
    std::printf("at most %llu MiB of anonymous memory\n",
                static_cast<unsigned long long>(watch.most() >> 20));
  }
  EXPECT_TRUE(ComesBack(server.process().pid())) << AnonymousBytes(server.process().pid());
  EXPECT_EQ(server.CountOf("city = 'x'"), 2);
}

TEST(Floods, OpenStreams) {
  for (const char* path :
       {kCount, "/grpc.health.v1.Health/Check", "/muster.v1.LoadService/LoadRecords", "/no.Such/Method"}) {
    SCOPED_TRACE(path);
    Flood([path](const std::string& address) {
      RawClient client(address);
      BeginCalls(client, 50'000, /*reset=*/false, path);
    });
    if (!IsLongRun()) break;
  }
}

TEST(Floods, RapidResets) {
  Flood([](const std::string& address) {
    RawClient client(address);
    BeginCalls(client, 50'000, /*reset=*/true, kCount);
  });
}

// Complete calls, which reach the services, from many addresses, so that no limit per address stops them.
TEST(Floods, ResetsOfManyAddresses) {
  v1::CountMembersRequest question;
  question.set_population("p");
  question.mutable_expression()->set_text("city = 'x'");
  const std::string message = question.SerializeAsString();
  std::atomic<int> attacks{0};
  Flood([&](const std::string& address) {
    const int attack = attacks++;
    for (int i = 0; i < InFull(20, 100); ++i) {
      RawClient client(address, absl::StrCat("127.", 1 + i, ".", 1 + attack / 200, ".", 1 + attack % 200));
      for (int sent = 0; sent < 3'000;) {
        std::string bytes;
        for (int call = 0; call < 300; ++call, ++sent) {
          const uint32_t stream = 1 + 2 * static_cast<uint32_t>(sent);
          bytes += CallHeaders(stream, kCount) + CallMessage(stream, message) + ResetStream(stream);
        }
        if (!client.Send(bytes)) break;
      }
    }
  });
}

// Each keeps within what one connection may have, so that only the address's share stops them.
TEST(Floods, StreamsOfManyConnections) {
  Flood([](const std::string& address) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 25; ++i) {
      clients.push_back(std::make_unique<RawClient>(address));
      BeginCalls(*clients.back(), 1'000, /*reset=*/false, kCount);
    }
  });
}

// Two sorts at once: many that send as much as they may unasked, and some that send most of the largest
// message that is taken, several on one connection.
TEST(Floods, HalfMessages) {
  constexpr uint64_t kLargest = uint64_t{64} << 20;
  Flood([](const std::string& address) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 60; ++i) {
      RawClient& client = *clients.emplace_back(std::make_unique<RawClient>(address));
      for (uint32_t stream = 1; stream < (i % 10 == 0 ? 8u : 400u); stream += 2) {
        client.Send(CallHeaders(stream, kCount));
        if (client.SendPart(stream, kLargest, i % 10 == 0 ? kLargest - 100 : 40'000,
                            std::chrono::milliseconds(200)) == 0)
          break;
      }
    }
  });
}

// As many calls as there may be, from many addresses, each with a part of a message: both limits at once.
TEST(Floods, CallsAndHalfMessagesOfManyAddresses) {
  std::atomic<int> attacks{0};
  Flood([&attacks](const std::string& address) {
    const int attack = attacks++;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < InFull(6, 12); ++i) {
      const std::string from = absl::StrCat("127.0.", 1 + attack % 100, ".", 1 + i);
      RawClient& client = *clients.emplace_back(std::make_unique<RawClient>(address, from));
      for (uint32_t stream = 1; stream < 2'000; stream += 2) {
        client.Send(CallHeaders(stream, kCount));
        if (client.SendPart(stream, 1 << 20, 8'000, std::chrono::milliseconds(50)) == 0) break;
      }
    }
  });
}

// Each byte of a message in a frame of its own, of which gRPC makes much more than a byte.
TEST(Floods, MessagesInFramesOfAByte) {
  Flood([](const std::string& address) {
    RawClient client(address);
    for (uint32_t stream = 1; stream < InFull(4u, 16u); stream += 2) {
      client.Send(CallHeaders(stream, kCount));
      if (client.SendPart(stream, 1 << 20, 256 << 10, std::chrono::milliseconds(200), 1) == 0) break;
    }
  });
}

// Messages that arrive whole and wait: of calls that are being answered, and of calls that take one message
// and get more.
TEST(Floods, WholeMessages) {
  const std::string message(15 << 20, 'x');
  Flood([&message](const std::string& address) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
      RawClient& client = *clients.emplace_back(std::make_unique<RawClient>(address));
      for (uint32_t stream = 1; stream < 20; stream += 2) {
        client.Send(CallHeaders(stream, i % 2 == 0 ? kCount : "/grpc.health.v1.Health/Watch"));
        if (client.SendPart(stream, i % 2 == 0 ? message.size() : 0, message.size(),
                            std::chrono::milliseconds(50)) == 0)
          break;
      }
    }
  });
}

// Headers that never end are held by gRPC whatever their length.
TEST(Floods, EndlessHeaders) {
  std::string fields(1, '\0');
  fields += std::string("\x7f\x80\xff\xff\xff\x07", 6);  // a name of two gigabytes
  Flood([&fields](const std::string& address) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
      RawClient& client = *clients.emplace_back(std::make_unique<RawClient>(address));
      bool open = client.Send(Http2Frame(server::kFrameHeaders, 0, 1, fields));
      for (int frame = 0; open && frame < 2'000; ++frame)
        open = client.Send(Http2Frame(server::kFrameContinuation, 0, 1, std::string(16'384, 'x')));
    }
  });
}

// A batch of just below 16 MiB.
constexpr int kLargestBatchRecords = 38'000;
v1::LoadRecordsRequest LargestBatch() {
  v1::LoadRecordsRequest request;
  v1::RecordBatch& batch = *request.mutable_batch();
  v1::CellColumn& cells = *batch.add_cells();
  for (int i = 0; i < kLargestBatchRecords; ++i) {
    absl::StrAppend(batch.mutable_member_ids()->mutable_text(), "a-member-with-an-id-", i);
    batch.mutable_member_ids()->add_ends(static_cast<uint32_t>(batch.member_ids().text().size()));
    absl::StrAppend(cells.mutable_text(), std::string(390, 'v'), i % 100);
    cells.add_ends(static_cast<uint32_t>(cells.text().size()));
  }
  EXPECT_LT(request.ByteSizeLong(), 16u << 20);
  EXPECT_GT(request.ByteSizeLong(), 15u << 20);
  return request;
}

// Whether a load of that batch is published; else its connection was cut off, and it may be sent again.
bool LoadOf(const TinyServer& server, const v1::LoadRecordsRequest& batch) {
  grpc::ChannelArguments own;
  own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto loads = v1::LoadService::NewStub(
      grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(), own));
  v1::LoadRecordsRequest spec, commit;
  spec.mutable_spec()->set_population("p");
  spec.mutable_spec()->set_mode(v1::LOAD_MODE_MERGE);
  v1::LoadTag& tag = *spec.mutable_spec()->add_tags();
  tag.set_name("city");
  tag.set_kind(v1::TAG_KIND_SINGLE);
  commit.mutable_commit()->set_records(kLargestBatchRecords);
  grpc::ClientContext context;
  v1::LoadRecordsResponse response;
  const auto writer = loads->LoadRecords(&context, &response);
  (void)(writer->Write(spec) && writer->Write(batch) && writer->Write(commit) && writer->WritesDone());
  const grpc::Status status = writer->Finish();
  if (!status.ok()) {
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::UNAVAILABLE));
  }
  return status.ok();
}

// While many hold half of a message, a load whose messages are of the largest legal size is published.
TEST(Floods, ALoadWithTheLargestMessagesPassesHalfSentOnes) {
  TinyServer server;
  server.MustLoad("id,city\na,x\n", kSchema);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < InFull(150, 1'500); ++i) {
    RawClient& client = *clients.emplace_back(std::make_unique<RawClient>(server.address()));
    client.Send(CallHeaders(1, kCount));
    client.SendPart(1, 8 << 20, 1 << 20, std::chrono::milliseconds(200));
  }
  const v1::LoadRecordsRequest batch = LargestBatch();
  // The first to come make room for it, once they have been slow for some time; until then it may be the one
  // that is told to send again.
  bool published = false;
  for (int attempt = 0; attempt < 60 && !published; ++attempt) {
    published = LoadOf(server, batch);
    if (!published) std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_TRUE(published);
  EXPECT_EQ(server.CountOf("EVERYONE"), 1 + kLargestBatchRecords);
  EXPECT_LE(AnonymousBytes(server.process().pid()), kMostUnderAttack);
}

// What a program does that means no harm: many connections from one address, and many calls on one
// connection.
TEST(Floods, ABenignClientIsNotHeldBack) {
  TinyServer server;
  server.MustLoad("id,city\na,x\nb,y\nc,x\n", kSchema);
  std::vector<std::unique_ptr<RawClient>> connections;
  for (int i = 0; i < 1'000; ++i) {
    connections.push_back(std::make_unique<RawClient>(server.address()));
    ASSERT_TRUE(connections.back()->connected());
  }
  v1::CountMembersRequest question;
  question.set_population("p");
  question.mutable_expression()->set_text("city = 'x'");
  const std::string message = question.SerializeAsString();
  for (const auto& connection : connections)
    EXPECT_TRUE(connection->Send(CallHeaders(1, kCount) + CallMessage(1, message)));
  for (const auto& connection : connections) {
    EXPECT_THAT(connection->ReadUntil("grpc-status", std::chrono::seconds(20)),
                HasSubstr(std::string("grpc-status\0010", 13)));
  }
  const auto channel = grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  const auto stub = v1::QueryService::NewStub(channel);
  grpc::CompletionQueue queue;
  struct Call {
    grpc::ClientContext context;
    v1::CountMembersResponse answer;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::CountMembersResponse>> reader;
  };
  // As many at once as the server's queue holds.
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < InFull(2'000, 100'000); ++i) {
    calls.push_back(std::make_unique<Call>());
    calls.back()->reader = stub->AsyncCountMembers(&calls.back()->context, question, &queue);
    calls.back()->reader->Finish(&calls.back()->answer, &calls.back()->status, calls.back().get());
    void* done = nullptr;
    bool ok = false;
    if (i >= 500) queue.Next(&done, &ok);
  }
  void* done = nullptr;
  bool ok = false;
  for (int i = 0; i < 500; ++i) queue.Next(&done, &ok);
  for (const auto& call : calls) {
    ASSERT_THAT(call->status, IsOk());
    ASSERT_EQ(call->answer.count(), 2u);
  }
}

TEST(Floods, DescriptorsThatRanOutComeBack) {
  const ScratchFolder scratch;
  const ServerProcess server(scratch.path() + "/data", {}, [] {
    const rlimit few{.rlim_cur = 256, .rlim_max = 256};
    setrlimit(RLIMIT_NOFILE, &few);
  });
  ASSERT_TRUE(server.up());
  const auto muster = [&server](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", server.address()});
    return testing::Run("muster", arguments);
  };
  ASSERT_EQ(muster({"load", scratch.Write("r.csv", "id,city\na,x\nb,y\n"), "--population", "p", "--id-column",
                    "id", "--schema", scratch.Write("tags.yaml", kSchema)})
                .exit_code,
            0);
  for (int round = 0; round < InFull(2, 20); ++round) {
    {
      std::vector<std::unique_ptr<RawClient>> connections;
      for (int i = 0; i < 400; ++i) {
        connections.push_back(std::make_unique<RawClient>(server.address()));
        connections.back()->Send(CallHeaders(1, kCount));
      }
      EXPECT_LT(OpenDescriptors(server.pid()), 256u);
      const Finished refused = muster({"count", "--population", "p", "EVERYONE"});
      EXPECT_EQ(refused.exit_code, 4) << refused.err;
      EXPECT_THAT(refused.err, HasSubstr("no room for another connection"));
    }
    const Finished count = muster({"count", "--population", "p", "EVERYONE"});
    EXPECT_EQ(count.exit_code, 0) << count.err;
    EXPECT_EQ(count.out, "2\n");
  }
}

}  // namespace
}  // namespace muster::testing

// Calls and connections without end: memory stays bounded and comes back, and a small count beside them
// answers.
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

// Looks at a process's memory until it goes out of scope.
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
      while (attacking) EXPECT_EQ(server.CountOf("city = 'x'"), 2);
    });
    for (std::thread& attacker : attackers) attacker.join();
    attacking = false;
    counts.join();
    EXPECT_LE(watch.most(), kMostUnderAttack);
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

TEST(Floods, HalfMessages) {
  const std::string message = CallMessage(1, std::string(8 << 20, 'x'));
  Flood([&message](const std::string& address) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i) {
      clients.push_back(std::make_unique<RawClient>(address));
      clients.back()->Send(CallHeaders(1, kCount) + message.substr(0, 60'000));
    }
  });
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
    ASSERT_TRUE(call->status.ok()) << call->status.error_message();
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

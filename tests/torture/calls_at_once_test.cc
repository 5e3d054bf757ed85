// Ten thousand calls at once: each is answered or refused with a code for retries, memory stays bounded, and
// small counts at the same time are answered.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/raw_client.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kMostUnderAttack = uint64_t{512} << 20;
constexpr int kClients = 10;
constexpr int kCallsEach = 1'000;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// All calls of one connection, as bytes: whole, and small enough that the server grants them at once.
std::string ManyCounts(const std::string& expression) {
  v1::CountMembersRequest question;
  question.set_population("p");
  question.mutable_expression()->set_text(expression);
  const std::string message = question.SerializeAsString();
  std::string bytes;
  for (uint32_t call = 0; call < kCallsEach; ++call) {
    const uint32_t stream = 1 + 2 * call;
    bytes += CallHeaders(stream, "/muster.v1.QueryService/CountMembers") + CallMessage(stream, message);
  }
  return bytes;
}

// The results of small counts during the attack.
struct Beside {
  std::vector<double> milliseconds;  // of those that were answered, in all
  int refused = 0;
};

Beside AskUntil(const std::atomic<bool>& over, const TinyServer& server) {
  Beside beside;
  while (!over) {
    v1::CountMembersResponse answer;
    const Clock::time_point start = Clock::now();
    Refusal refused = RefusalOf(server.Ask("city = 'x'", answer));
    while (refused.reason == "OVERLOADED") {
      ++beside.refused;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      refused = RefusalOf(server.Ask("city = 'x'", answer));
    }
    EXPECT_EQ(refused.code, grpc::StatusCode::OK) << refused.message;
    EXPECT_EQ(answer.count(), 2u);
    beside.milliseconds.push_back(MillisecondsSince(start));
  }
  std::sort(beside.milliseconds.begin(), beside.milliseconds.end());
  return beside;
}

TEST(CallsAtOnce, TenThousandAreAnsweredOrToldToTryAgain) {
  TinyServer server;
  server.MustLoad("id,city\na,x\nb,y\nc,x\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const std::string calls = ManyCounts("city = 'x'");
  for (int round = 0; round < InFull(1, 10); ++round) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.push_back(std::make_unique<RawClient>(server.address(), absl::StrCat("127.0.2.", 1 + i)));
      ASSERT_TRUE(clients.back()->connected());
      clients.back()->GrantAll();
    }
    std::atomic<bool> over{false};
    std::atomic<uint64_t> most{0};
    std::thread watch([&] {
      while (!over) {
        most = std::max(most.load(), AnonymousBytes(server.process().pid()));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    Beside beside;
    std::thread counts([&] { beside = AskUntil(over, server); });
    const Clock::time_point start = Clock::now();
    for (const auto& client : clients) EXPECT_TRUE(client->Send(calls));
    int ended = 0, answered = 0;
    for (const auto& client : clients) {
      client->ReadUntilEnded(kCallsEach, std::chrono::seconds(60));
      ended += client->ended();
      answered += client->answered();
    }
    const double took = MillisecondsSince(start);
    over = true;
    watch.join();
    counts.join();
    EXPECT_EQ(ended, kClients * kCallsEach);
    EXPECT_GT(answered, 0);
    EXPECT_LE(most, kMostUnderAttack);
    ASSERT_FALSE(beside.milliseconds.empty());
    std::printf(
        "%d answered, %d told to try again, the last after %.0f ms; at most %llu MiB of anonymous memory; "
        "%zu "
        "counts beside them: median %.1f ms, longest %.1f ms, %d told to try again\n",
        answered, ended - answered, took, static_cast<unsigned long long>(most >> 20),
        beside.milliseconds.size(), beside.milliseconds[beside.milliseconds.size() / 2],
        beside.milliseconds.back(), beside.refused);
  }
  EXPECT_EQ(server.CountOf("city = 'x'"), 2);
}

}  // namespace
}  // namespace muster::testing

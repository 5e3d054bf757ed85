// Populations by the thousand, and populations that are dropped while the server is killed.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

Refusal Create(const TinyServer& server, const std::string& name) {
  muster::v1::CreatePopulationRequest request;
  request.mutable_population()->set_name(name);
  muster::v1::CreatePopulationResponse response;
  grpc::ClientContext context;
  return RefusalOf(server.catalog().CreatePopulation(&context, request, &response));
}

grpc::Status Drop(const TinyServer& server, const std::string& name) {
  muster::v1::DeletePopulationRequest request;
  request.set_population(name);
  muster::v1::DeletePopulationResponse response;
  grpc::ClientContext context;
  return server.catalog().DeletePopulation(&context, request, &response);
}

// The long run reaches the limit; the small one shows that many populations take little.
TEST(Populations, ByTheThousandAreServedAndTheOneTooManyIsRefused) {
  constexpr int kLimit = 1'000;
  TinyServer server;
  const int count = InFull(60, kLimit);
  for (int i = 0; i < count; ++i) {
    const Refusal created = Create(server, absl::StrCat("p", i));
    ASSERT_EQ(created.code, grpc::StatusCode::OK) << i << " " << created.message;
  }
  // Each takes some 0.2 MiB; LMDB's lists for it are much larger, and mostly untouched.
  const uint64_t bytes = AnonymousBytes(server.process().pid());
  EXPECT_LT(bytes, (uint64_t{32} << 20) + static_cast<uint64_t>(count) * (512 << 10));
  std::printf("%d populations: %llu MiB of anonymous memory\n", count,
              static_cast<unsigned long long>(bytes >> 20));
  server.MustLoad("id\na\n", "tags: []\n", {"--population", "p0"});
  if (count == kLimit) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const Refusal refused = Create(server, "one-too-many");
      EXPECT_EQ(refused.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
      EXPECT_EQ(refused.reason, "LIMIT");
      EXPECT_THAT(refused.message, HasSubstr("muster populations drop"));
    }
    ASSERT_THAT(Drop(server, "p1"), IsOk());
    EXPECT_EQ(Create(server, "one-too-many").code, grpc::StatusCode::OK);
  }
  server.Restart();
  const Finished counted = server.Cli({"count", "-p", "p0", "EVERYONE"});
  EXPECT_EQ(counted.out, "1\n") << counted.err;
  EXPECT_EQ(LinesOf(server.Cli({"populations", "--format", "csv"}).out).size(),
            static_cast<size_t>(count) + 1);
}

// Whatever moment the server is killed at, the population is whole or gone.
TEST(Populations, ADropThatIsKilledLeavesThePopulationWholeOrGone) {
  TinyServer server;
  std::string records = "id,n\n";
  for (int i = 0; i < 2'000; ++i) absl::StrAppend(&records, "m", i, ",", i, "\n");
  const char* const tags = "tags:\n  - {name: n, kind: NUMBER}\n";
  server.MustLoad("id\na\n", "tags: []\n", {"--population", "other"});
  std::set<bool> outcomes;
  for (int round = 0; round < InFull(8, 100); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    server.MustLoad(records, tags);
    std::thread dropping([&server] { (void)Drop(server, "p"); });
    std::this_thread::sleep_for(std::chrono::microseconds(round * 997 % 12'000));
    server.process().Kill();
    dropping.join();
    server.Restart();
    muster::v1::CountMembersResponse counted;
    const Refusal asked = RefusalOf(server.Ask("n >= 0", counted));
    const bool gone = asked.code == grpc::StatusCode::NOT_FOUND;
    outcomes.insert(gone);
    if (!gone) {
      EXPECT_EQ(asked.code, grpc::StatusCode::OK) << asked.message;
      EXPECT_EQ(counted.count(), 2'000u);
    }
    std::set<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(server.data() + "/populations"))
      left.insert(entry.path().filename());
    EXPECT_EQ(left, gone ? std::set<std::string>({"other"}) : std::set<std::string>({"other", "p"}));
    if (!gone) {
      EXPECT_THAT(Drop(server, "p"), IsOk());
    }
  }
  if (IsLongRun()) {
    EXPECT_EQ(outcomes.size(), 2u) << "no kill came in time, or each did";
  }
}

// Counts go on to the end on what they read while their population is dropped and made anew under them.
TEST(Populations, AreDroppedUnderQuestions) {
  TinyServer server;
  std::string records = "id,n\n";
  for (int i = 0; i < 500; ++i) absl::StrAppend(&records, "m", i, ",", i, "\n");
  const char* const tags = "tags:\n  - {name: n, kind: NUMBER}\n";
  std::atomic<bool> done{false};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      while (!done) {
        muster::v1::CountMembersResponse counted;
        const Refusal asked = RefusalOf(server.Ask("n >= 0", counted));
        const bool unknown =
            asked.code == grpc::StatusCode::NOT_FOUND ||
            (asked.code == grpc::StatusCode::INVALID_ARGUMENT && asked.reason == "UNKNOWN_TAG");
        EXPECT_TRUE(unknown || asked.code == grpc::StatusCode::OK) << asked.message;
        if (asked.code == grpc::StatusCode::OK) {
          EXPECT_EQ(counted.count(), 500u);
        }
        muster::v1::StreamMembersRequest request;
        request.set_population("p");
        request.mutable_expression()->set_text("EVERYONE");
        grpc::ClientContext context;
        const auto stream = server.queries().StreamMembers(&context, request);
        muster::v1::StreamMembersResponse message;
        uint32_t members = 0;
        while (stream->Read(&message)) members += message.ids().count();
        const grpc::Status ended = stream->Finish();
        if (ended.ok()) {
          EXPECT_EQ(members, 500u);
        }
      }
    });
  }
  for (int round = 0; round < InFull(10, 200); ++round) {
    server.MustLoad(records, tags);
    const grpc::Status dropped = Drop(server, "p");
    EXPECT_THAT(dropped, IsOk());
  }
  done = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(server.process().Stop(), 0);
}

}  // namespace
}  // namespace muster::testing

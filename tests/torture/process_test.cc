// The process of a server: descriptors that it was started without, and signals.
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/paths.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/raw_client.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";

std::string ContentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// A port that was free a moment ago.
int FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  EXPECT_EQ(bind(socket_fd, reinterpret_cast<sockaddr*>(&where), size), 0);
  EXPECT_EQ(getsockname(socket_fd, reinterpret_cast<sockaddr*>(&where), &size), 0);
  close(socket_fd);
  return ntohs(where.sin_port);
}

TEST(Process, WritesItsLogIntoNoFileOfItsOwn) {
  for (const std::vector<int>& closed : std::vector<std::vector<int>>{{0, 1, 2}, {2}, {0}, {1, 2}}) {
    SCOPED_TRACE(::testing::PrintToString(closed));
    const ScratchFolder scratch;
    const std::string data = scratch.path() + "/data";
    const std::string address = absl::StrCat("127.0.0.1:", FreePort());
    for (int round = 0; round < 2; ++round) {
      ServerProcess server(data, {"--listen", address, "--log-level", "debug"}, [&closed] {
        for (const int descriptor : closed) close(descriptor);
      });
      const std::string population = absl::StrCat("p", round);
      const std::vector<std::string> load = {"--server",     address,
                                             "load",         scratch.Write("r.csv", "id,city\na,x\n"),
                                             "--population", population,
                                             "--id-column",  "id",
                                             "--schema",     scratch.Write("tags.yaml", kSchema)};
      Finished loaded;
      // Without stdout it says nothing when it is ready.
      for (int i = 0; i < 10; ++i) {
        loaded = testing::Run("muster", load);
        if (loaded.exit_code != 4) break;
      }
      EXPECT_EQ(loaded.exit_code, 0) << loaded.err;
      EXPECT_EQ(testing::Run("muster", {"--server", address, "count", "-p", population, "city = 'x'"}).out,
                "1\n");
      EXPECT_EQ(server.Stop(), 0);
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
      if (!entry.is_regular_file()) continue;
      EXPECT_THAT(ContentOf(entry.path()), ::testing::Not(HasSubstr(" info "))) << entry.path();
    }
    ServerProcess server(data);
    EXPECT_EQ(testing::Run("muster", {"--server", server.address(), "count", "-p", "p1", "city = 'x'"}).out,
              "1\n");
  }
}

TEST(Process, PopulationsThatFindNoDescriptorAreRefusedAsTooMany) {
  const ScratchFolder scratch;
  const ServerProcess server(scratch.path() + "/data", {}, [] {
    const rlimit few{.rlim_cur = 64, .rlim_max = 64};
    setrlimit(RLIMIT_NOFILE, &few);
  });
  ASSERT_TRUE(server.up());
  const auto catalog =
      v1::CatalogService::NewStub(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  int refused = 0;
  for (int i = 0; i < 40; ++i) {
    grpc::ClientContext context;
    v1::CreatePopulationRequest request;
    request.mutable_population()->set_name(absl::StrCat("p", i));
    v1::CreatePopulationResponse response;
    const grpc::Status status = catalog->CreatePopulation(&context, request, &response);
    if (status.ok()) continue;
    ++refused;
    EXPECT_THAT(status, StatusIs(grpc::StatusCode::RESOURCE_EXHAUSTED));
  }
  EXPECT_GT(refused, 0);
  grpc::ClientContext context;
  v1::GetPopulationRequest request;
  request.set_population("p0");
  v1::GetPopulationResponse response;
  EXPECT_THAT(catalog->GetPopulation(&context, request, &response), IsOk());
}

// However many clients connect, populations are opened and loads published, up to the limit that the files
// allow.
TEST(Process, AFloodOfConnectionsLeavesPopulationsTheirFiles) {
  const ScratchFolder scratch;
  const rlimit few{.rlim_cur = InFull<rlim_t>(512, 4'096), .rlim_max = InFull<rlim_t>(512, 4'096)};
  const ServerProcess server(scratch.path() + "/data", {}, [few] { setrlimit(RLIMIT_NOFILE, &few); });
  ASSERT_TRUE(server.up());
  const auto channel = grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(60)));
  const auto catalog = v1::CatalogService::NewStub(channel);
  const auto loads = v1::LoadService::NewStub(channel);
  std::vector<std::unique_ptr<RawClient>> flood;
  for (rlim_t i = 0; i < few.rlim_cur; ++i) {
    flood.push_back(std::make_unique<RawClient>(server.address(), absl::StrCat("127.0.0.", 2 + i % 100)));
    flood.back()->Send(CallHeaders(1, "/muster.v1.QueryService/CountMembers"));
    if (i % 20 != 0) continue;
    // A connection that is idle for some seconds would make room for others.
    v1::ListPopulationsResponse listed;
    grpc::ClientContext context;
    (void)catalog->ListPopulations(&context, {}, &listed);
  }
  int made = 0;
  for (Refusal created; made < 1'000; ++made) {
    v1::CreatePopulationRequest request;
    request.mutable_population()->set_name(absl::StrCat("p", made));
    v1::CreatePopulationResponse response;
    grpc::ClientContext context;
    created = RefusalOf(catalog->CreatePopulation(&context, request, &response));
    if (created.code == grpc::StatusCode::OK) continue;
    EXPECT_EQ(created.reason, "LIMIT") << created.message;
    EXPECT_THAT(created.message, HasSubstr("ulimit -Hn"));
    break;
  }
  EXPECT_GE(made, static_cast<int>(few.rlim_cur / 16));
  for (int i = 0; i < made; i += 1 + made / 10) {
    v1::LoadRecordsRequest spec, batch, commit;
    spec.mutable_spec()->set_population(absl::StrCat("p", i));
    batch.mutable_batch()->mutable_member_ids()->set_text("a");
    batch.mutable_batch()->mutable_member_ids()->add_ends(1);
    commit.mutable_commit()->set_records(1);
    grpc::ClientContext context;
    v1::LoadRecordsResponse response;
    const auto writer = loads->LoadRecords(&context, &response);
    (void)(writer->Write(spec) && writer->Write(batch) && writer->Write(commit) && writer->WritesDone());
    const grpc::Status status = writer->Finish();
    EXPECT_THAT(status, IsOk());
  }
  EXPECT_LE(OpenDescriptors(server.pid()), few.rlim_cur);
}

TEST(Process, AnAnswerThatCannotBePrintedIsAnError) {
  TinyServer server;
  server.MustLoad("id,city\na,x\n", kSchema);
  const std::string count =
      absl::StrCat("exec ", MUSTER_BIN_DIR, "/muster --server ", server.address(), " count -p p EVERYONE");
  EXPECT_EQ(testing::Run("/bin/sh", {"-c", count + " <&- 2>&-"}).out, "1\n");
  const Finished closed = testing::Run("/bin/sh", {"-c", count + " >&-"});
  EXPECT_EQ(closed.exit_code, 1);
  EXPECT_THAT(closed.err, HasSubstr("standard output can't be written"));
}

TEST(Process, OtherSignalsThanHangUpStopItCleanly) {
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2}) {
    SCOPED_TRACE(strsignal(signal));
    TinyServer server;
    server.MustLoad("id,city\na,x\n", kSchema);
    kill(server.process().pid(), signal);
    EXPECT_EQ(server.process().Wait(), 0);
    server.Restart();
    EXPECT_EQ(server.CountOf("city = 'x'"), 1);
  }
}

TEST(Process, HangUpReadsTheConfigurationAgain) {
  const ScratchFolder scratch;
  const std::string config = scratch.Write("musterd.yaml", "max-connections: 100\n");
  TinyServer server({"--config", config});
  const auto connects = [&server](int connections) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < connections; ++i) clients.push_back(std::make_unique<RawClient>(server.address()));
    return clients.back()->ReadUntil("503", std::chrono::milliseconds(500)).find("503") == std::string::npos;
  };
  EXPECT_TRUE(connects(30));
  scratch.Write("musterd.yaml", "max-connections: 20\n");
  kill(server.process().pid(), SIGHUP);
  bool narrowed = false;
  for (int i = 0; i < 100 && !narrowed; ++i) narrowed = !connects(30);
  EXPECT_TRUE(narrowed);
  // One that can't be read changes nothing, and ends nothing.
  scratch.Write("musterd.yaml", "max-connections: [\n");
  kill(server.process().pid(), SIGHUP);
  scratch.Write("musterd.yaml", "max-connections: 200\n");
  kill(server.process().pid(), SIGHUP);
  bool widened = false;
  for (int i = 0; i < 100 && !widened; ++i) widened = connects(30);
  EXPECT_TRUE(widened);
  EXPECT_EQ(server.process().Stop(), 0);
}

}  // namespace
}  // namespace muster::testing

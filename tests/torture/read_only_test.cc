// Servers on data directories that they can't write: questions are answered, everything else is refused with
// one sentence.
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/small_disk.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";
constexpr uid_t kNobody = 65'534;

void ExpectReadsAndRefusals(const Serving& server) {
  ASSERT_TRUE(server.up());
  EXPECT_EQ(server.Count("city = 'x'"), "2\n");
  EXPECT_EQ(server.Cli({"members", "-p", "p", "city = 'x'"}).out, "a\nc\n");
  for (const Finished& refused :
       {server.Load("id,city\nd,x\n"), server.Cli({"populations", "drop", "p", "--yes"}),
        server.Cli({"tags", "-p", "p", "set", "city", "--owner", "me"})}) {
    EXPECT_EQ(refused.exit_code, 1) << refused.out << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("served for reading alone"));
    EXPECT_THAT(refused.err, HasSubstr("mount it for writing"));
  }
  const auto channel = grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  v1::CreatePopulationRequest request;
  request.mutable_population()->set_name("more");
  v1::CreatePopulationResponse response;
  grpc::ClientContext context;
  const Refusal refused =
      RefusalOf(v1::CatalogService::NewStub(channel)->CreatePopulation(&context, request, &response));
  EXPECT_EQ(refused.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.reason, "READ_ONLY");
}

TEST(ReadOnly, AMountForReadingAlone) {
  const SmallDisk disk("size=64m");
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  const std::string data = disk.path() + "/data";
  Serving server(kSchema, data);
  ASSERT_TRUE(server.up());
  ASSERT_EQ(server.Load("id,city\na,x\nb,y\nc,x\n").exit_code, 0);
  for (const bool clean : {true, false}) {
    SCOPED_TRACE(clean);
    clean ? (void)server.Stop() : server.Kill();
    disk.SetReadOnly(true);
    server.Start();
    ExpectReadsAndRefusals(server);
    EXPECT_EQ(server.Stop(), 0);
    const Finished verified = muster::testing::Run("muster", {"verify", "-p", "p", "--data", data});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    disk.SetReadOnly(false);
    server.Start();
    ASSERT_TRUE(server.up());
    EXPECT_EQ(server.Load("id,city\nb,y\n").exit_code, 0);
  }
}

// A disk that has nothing on it yet can't be served.
TEST(ReadOnly, AnEmptyMountIsRefusedInOneSentence) {
  const SmallDisk disk("size=1m");
  if (!disk.mounted()) GTEST_SKIP() << "no small file system can be mounted here: " << disk.why();
  disk.SetReadOnly(true);
  const Finished refused = RunServer({"--data", disk.path(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.exit_code, 1) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("Read-only file system"));
}

TEST(ReadOnly, ADirectoryThatItsUserMayNotWrite) {
  if (geteuid() != 0) GTEST_SKIP() << "another user can't be taken on here";
  const ScratchFolder scratch;
  ASSERT_EQ(chmod(scratch.path().c_str(), 0755), 0);
  const std::string data = scratch.path() + "/data";
  {
    const Serving writer(kSchema, data);
    ASSERT_TRUE(writer.up());
    ASSERT_EQ(writer.Load("id,city\na,x\nb,y\nc,x\n").exit_code, 0);
  }
  std::vector<fs::path> all = {data};
  for (const auto& entry : fs::recursive_directory_iterator(data)) all.push_back(entry.path());
  for (const fs::path& path : all) {
    ASSERT_EQ(chown(path.c_str(), kNobody, kNobody), 0);
    ASSERT_EQ(chmod(path.c_str(), fs::is_directory(path) ? 0500 : 0400), 0);
  }
  Serving server(kSchema, data, [] {
    if (setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(1);
  });
  ExpectReadsAndRefusals(server);
  EXPECT_EQ(server.Stop(), 0);
}

}  // namespace
}  // namespace muster::testing

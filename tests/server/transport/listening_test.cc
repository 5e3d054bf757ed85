#include "server/transport/listening.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

TEST(ListeningTest, APortInUseIsNamed) {
  const int taken = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(taken, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  ASSERT_EQ(listen(taken, 1), 0);
  socklen_t size = sizeof where;
  ASSERT_EQ(getsockname(taken, reinterpret_cast<sockaddr*>(&where), &size), 0);
  const absl::Status status =
      ListeningSockets::Open(absl::StrCat("127.0.0.1:", ntohs(where.sin_port))).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("another program has the port"));
  close(taken);
}

TEST(ListeningTest, AnAddressOfAnotherMachineIsNamed) {
  const absl::Status status = ListeningSockets::Open("192.0.2.1:0").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("192.0.2.1:0: Cannot assign requested address"));
}

TEST(ListeningTest, APortThatListensIsNoOtherServersToo) {
  const absl::StatusOr<ListeningSockets> first = ListeningSockets::Open("127.0.0.1:0");
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->sockets().size(), 1u);
  EXPECT_THAT(first->address(), ::testing::MatchesRegex("127.0.0.1:[1-9][0-9]*"));
  EXPECT_THAT(ListeningSockets::Open(first->address()), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ListeningTest, AHostOfSeveralAddressesHasOnePort) {
  for (const char* address : {"localhost:0", "[::]:0", "0.0.0.0:0", "[::1]:0"}) {
    const absl::StatusOr<ListeningSockets> listening = ListeningSockets::Open(WithKnownLoopback(address));
    if (!listening.ok() && address[0] == '[') continue;  // a machine without IPv6
    ASSERT_THAT(listening, IsOk());
    EXPECT_GE(listening->sockets().size(), 1u);
    EXPECT_THAT(listening->address(), ::testing::Not(::testing::EndsWith(":0")));
  }
}

TEST(ListeningTest, AClosedPortIsFreeAtOnce) {
  absl::StatusOr<ListeningSockets> first = ListeningSockets::Open("127.0.0.1:0");
  ASSERT_THAT(first, IsOk());
  const std::string address = first->address();
  first->Close();
  EXPECT_THAT(ListeningSockets::Open(address), IsOk());
}

TEST(ListeningTest, LocalhostIsLoopbackWhereNobodyKnowsIt) {
  EXPECT_EQ(WithKnownLoopback("localhost:7070", false), "127.0.0.1:7070");
  EXPECT_EQ(WithKnownLoopback("localhost:7070", true), "localhost:7070");
  EXPECT_EQ(WithKnownLoopback("0.0.0.0:7070", false), "0.0.0.0:7070");
  EXPECT_EQ(WithKnownLoopback("nonsense", false), "nonsense");
  EXPECT_TRUE(IsKnownHost("127.0.0.1"));
  EXPECT_FALSE(IsKnownHost("no-such-host.invalid"));
}

class SocketFileTest : public ::testing::Test {
 protected:
  SocketFileTest() { std::filesystem::create_directories(folder_); }
  ~SocketFileTest() override { std::filesystem::remove_all(folder_); }
  std::string Address(const std::string& name = "s") const {
    return absl::StrCat("unix:", folder_, "/", name);
  }
  // The descriptor of a connection, or less than 0.
  int Connect() const {
    const int client = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where = {};
    where.sun_family = AF_UNIX;
    (folder_ + "/s").copy(where.sun_path, sizeof where.sun_path - 1);
    if (connect(client, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0) return client;
    close(client);
    return -1;
  }
  std::set<std::string> Files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.insert(entry.path().filename());
    return names;
  }
  mode_t ModeWith(mode_t mask) const {
    const mode_t before = umask(mask);
    const absl::StatusOr<ListeningSockets> listening = ListeningSockets::Open(Address());
    umask(before);
    EXPECT_THAT(listening, IsOk());
    struct stat about = {};
    EXPECT_EQ(stat((folder_ + "/s").c_str(), &about), 0);
    return about.st_mode & 0777;
  }

  const std::string folder_ = absl::StrCat("/tmp/muster-socket-", getpid());
};

TEST_F(SocketFileTest, ListensUntilItIsClosedAndLeavesNothing) {
  absl::StatusOr<ListeningSockets> listening = ListeningSockets::Open(Address());
  ASSERT_THAT(listening, IsOk());
  EXPECT_EQ(listening->address(), Address());
  const int client = Connect();
  EXPECT_GE(client, 0);
  close(client);
  listening->Close();
  EXPECT_LT(Connect(), 0);
  EXPECT_THAT(Files(), ::testing::IsEmpty());
  EXPECT_THAT(ListeningSockets::Open(Address()), IsOk());
}

TEST_F(SocketFileTest, TheUmaskDecidesWhoMayConnect) {
  EXPECT_EQ(ModeWith(077), 0600u);
  EXPECT_EQ(ModeWith(007), 0660u);
}

TEST_F(SocketFileTest, ASecondServerIsRefusedAndTheFirstStays) {
  const absl::StatusOr<ListeningSockets> first = ListeningSockets::Open(Address());
  ASSERT_THAT(first, IsOk());
  const absl::Status second = ListeningSockets::Open(Address()).status();
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(second.message()), HasSubstr("another server listens there"));
  const int client = Connect();
  EXPECT_GE(client, 0);
  close(client);
}

TEST_F(SocketFileTest, WhatAKilledServerLeftIsReplaced) {
  const pid_t killed = fork();
  if (killed == 0) {
    const absl::StatusOr<ListeningSockets> listening = ListeningSockets::Open(Address());
    _exit(listening.ok() ? 0 : 1);  // without closing it
  }
  int status = 0;
  ASSERT_EQ(waitpid(killed, &status, 0), killed);
  ASSERT_EQ(status, 0);
  EXPECT_THAT(Files(), ::testing::ElementsAre("s", "s.lock"));
  EXPECT_LT(Connect(), 0);
  const absl::StatusOr<ListeningSockets> next = ListeningSockets::Open(Address());
  ASSERT_THAT(next, IsOk());
  const int client = Connect();
  EXPECT_GE(client, 0);
  close(client);
}

TEST_F(SocketFileTest, AServerOfAnotherKindAndOtherFilesAreLeftAlone) {
  const int other = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un where = {};
  where.sun_family = AF_UNIX;
  (folder_ + "/s").copy(where.sun_path, sizeof where.sun_path - 1);
  ASSERT_EQ(bind(other, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  ASSERT_EQ(listen(other, 1), 0);
  EXPECT_THAT(ListeningSockets::Open(Address()), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Files(), ::testing::ElementsAre("s"));
  close(other);
  std::ofstream(folder_ + "/file") << "text";
  const absl::Status taken = ListeningSockets::Open(Address("file")).status();
  EXPECT_THAT(std::string(taken.message()), HasSubstr("that is no socket"));
  std::ofstream(folder_ + "/kept.lock") << "precious";
  const absl::Status no_lock = ListeningSockets::Open(Address("kept")).status();
  EXPECT_THAT(no_lock, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(no_lock.message()), HasSubstr("that is no lock; move it away"));
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/kept.lock"), 8u);
  const absl::Status nowhere = ListeningSockets::Open(Address("no/s")).status();
  EXPECT_THAT(std::string(nowhere.message()), HasSubstr("its folder is not there; make it"));
}

TEST_F(SocketFileTest, PathsThatCanNotBeAreRefusedBeforehand) {
  EXPECT_THAT(CheckListenAddress("unix:/run/muster.sock", false), IsOk());
  EXPECT_THAT(CheckListenAddress("unix:" + std::string(107, 'x'), false), IsOk());
  const absl::Status longer = CheckListenAddress("unix:" + std::string(108, 'x'), false);
  EXPECT_THAT(longer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(longer.message()), HasSubstr("108 bytes, and a socket's path has at most 107"));
  for (const char* address : {"unix:", "unix:/tmp/"})
    EXPECT_THAT(CheckListenAddress(address, false), StatusIs(absl::StatusCode::kInvalidArgument)) << address;
}

}  // namespace
}  // namespace muster::server

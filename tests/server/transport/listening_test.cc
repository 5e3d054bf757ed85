#include "server/transport/listening.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

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

}  // namespace
}  // namespace muster::server

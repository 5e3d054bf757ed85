// Connections and their acceptor, without gRPC: the test reads and writes the sockets that are handed over.
#include "server/transport/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/transport/call_meter.h"
#include "server/transport/socket_calls.h"
#include "tests/matchers/status.h"
#include "tests/server/transport/frames.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

template <typename Condition>
bool Soon(Condition condition) {
  for (int i = 0; i < 2'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

class AcceptorTest : public ::testing::Test {
 protected:
  void Start(const ConnectionLimits& limits) {
    connections_ = std::make_shared<Connections>(limits, [](const std::string&) {});
    absl::StatusOr<ListeningSockets> listening = ListeningSockets::Open("127.0.0.1:0");
    ASSERT_THAT(listening, IsOk());
    acceptor_ = std::make_unique<Acceptor>(*std::move(listening), connections_, [this](int, int socket) {
      const MutexLock lock(mutex_);
      sockets_.push_back(socket);
    });
  }
  void TearDown() override {
    acceptor_.reset();
    for (const int socket : sockets_) close(socket);
    for (const int client : clients_) close(client);
  }

  int Connect() {
    const std::string& address = acceptor_->address();
    int port = 0;
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
    sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<uint16_t>(port));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    // A connection that should end, and doesn't, fails its test instead of holding it.
    const timeval most = {.tv_sec = 10};
    EXPECT_EQ(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most), 0);
    clients_.push_back(client);
    return client;
  }
  // The server's end of the next connection.
  int Accepted(size_t number) {
    int socket = -1;
    EXPECT_TRUE(Soon([&] {
      const MutexLock lock(mutex_);
      if (sockets_.size() <= number) return false;
      socket = sockets_[number];
      return true;
    }));
    return socket;
  }
  // What the client reads until the connection ends.
  static std::string ReadToEnd(int client) {
    std::string read;
    char buffer[1024];
    ssize_t got = 0;
    while ((got = recv(client, buffer, sizeof buffer, 0)) > 0) read.append(buffer, static_cast<size_t>(got));
    return read;
  }
  // Sends from the client and reads at the server as gRPC does; false when the read failed.
  static bool Pass(int client, int server, const std::string& bytes) {
    EXPECT_EQ(send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    size_t passed = 0;
    while (passed < bytes.size()) {
      pollfd ready = {server, POLLIN, 0};
      if (poll(&ready, 1, 10'000) != 1) return false;
      std::vector<char> buffer(65536);
      iovec piece = {buffer.data(), buffer.size()};
      msghdr message = {};
      message.msg_iov = &piece;
      message.msg_iovlen = 1;
      const ssize_t got = recvmsg(server, &message, 0);
      if (got <= 0) return false;
      passed += static_cast<size_t>(got);
    }
    return true;
  }
  static std::string Calls(int count, uint32_t first = 1) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += Frame(kFrameHeaders, 4, first + 2 * static_cast<uint32_t>(i));
    return bytes;
  }

  std::shared_ptr<Connections> connections_;
  std::unique_ptr<Acceptor> acceptor_;
  Mutex mutex_;
  std::vector<int> sockets_;
  std::vector<int> clients_;
};

TEST_F(AcceptorTest, ThisProgramsSocketCallsAreItsOwn) { EXPECT_TRUE(SocketCallsArePassed()); }

TEST_F(AcceptorTest, AConnectionOverTheLimitIsToldWhyAndAClosedOneMakesRoom) {
  Start({.connections = 6, .calls = 100});  // half of them from one address
  for (size_t i = 0; i < 3; ++i) {
    Connect();
    Accepted(i);
  }
  EXPECT_EQ(connections_->counters().open, 3);
  EXPECT_THAT(ReadToEnd(Connect()), HasSubstr("no room for another connection"));
  EXPECT_EQ(connections_->counters().refused, 1u);
  close(sockets_[0]);
  EXPECT_EQ(connections_->counters().open, 2);
  Connect();
  sockets_[0] = Accepted(3);
  sockets_.pop_back();
  EXPECT_EQ(connections_->counters().open, 3);
}

TEST_F(AcceptorTest, CallsAreCountedAndEndWithTheirConnection) {
  Start({});
  const int client = Connect();
  const int server = Accepted(0);
  EXPECT_TRUE(Pass(client, server, kClientPreface + Frame(kFrameSettings, 0, 0) + Calls(7)));
  EXPECT_EQ(connections_->counters().calls, 7);
  const std::string end = Frame(kFrameHeaders, 4 | kFlagEndStream, 3);
  iovec piece = {const_cast<char*>(end.data()), end.size()};
  msghdr message = {};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  EXPECT_EQ(sendmsg(server, &message, 0), static_cast<ssize_t>(end.size()));
  EXPECT_EQ(connections_->counters().calls, 6);
  close(server);
  sockets_.clear();
  EXPECT_EQ(connections_->counters().calls, 0);
  EXPECT_EQ(connections_->counters().open, 0);
}

TEST_F(AcceptorTest, AClientThatIgnoresTheLimitOfCallsIsCutOff) {
  Start({});
  const int client = Connect();
  const int server = Accepted(0);
  EXPECT_TRUE(Pass(client, server, kClientPreface + Calls(2 * kCallsPerConnection)));
  EXPECT_FALSE(Pass(client, server, Calls(1, 100'001)));
  EXPECT_EQ(connections_->counters().calls, 0);
  EXPECT_EQ(connections_->counters().cut, 1u);
  EXPECT_THAT(ReadToEnd(client), HasSubstr("1024 calls under way"));
}

TEST_F(AcceptorTest, ResetsWithoutEndAreCutOff) {
  Start({});
  const int client = Connect();
  const int server = Accepted(0);
  bool passed = Pass(client, server, kClientPreface);
  uint32_t stream = 1;
  for (int i = 0; i < 1'000 && passed; ++i) {
    std::string bytes;
    for (int call = 0; call < 100; ++call, stream += 2)
      bytes += Frame(kFrameHeaders, 4, stream) + Frame(kFrameResetStream, 0, stream, "code");
    passed = Pass(client, server, bytes);
  }
  EXPECT_FALSE(passed);
  EXPECT_EQ(connections_->counters().cut, 1u);
}

TEST_F(AcceptorTest, WhenAnAddressHasTooManyCallsTheConnectionWithMostGoes) {
  Start({.connections = 100, .calls = 40});
  std::vector<int> clients, servers;
  for (size_t i = 0; i < 3; ++i) {
    clients.push_back(Connect());
    servers.push_back(Accepted(i));
    ASSERT_TRUE(Pass(clients[i], servers[i], kClientPreface));
  }
  EXPECT_TRUE(Pass(clients[0], servers[0], Calls(2)));
  EXPECT_TRUE(Pass(clients[1], servers[1], Calls(15)));
  EXPECT_EQ(connections_->counters().calls, 17);
  EXPECT_TRUE(Pass(clients[2], servers[2], Calls(4)));  // 21, and an address has half of 40
  EXPECT_EQ(connections_->counters().calls, 6);
  EXPECT_FALSE(Pass(clients[1], servers[1], Calls(1, 101)));
  EXPECT_TRUE(Pass(clients[0], servers[0], Calls(1, 101)));
}

// A call that has sent so many bytes of a message of 16 MiB.
std::string HalfOf(uint32_t stream, size_t bytes) {
  std::string frames =
      Frame(kFrameHeaders, 4, stream) + Frame(kFrameData, 0, stream, std::string("\0\1\0\0\0", 5));
  for (; bytes > 0; bytes -= std::min<size_t>(bytes, 16'000))
    frames += Frame(kFrameData, 0, stream, std::string(std::min<size_t>(bytes, 16'000), 'x'));
  return frames;
}

TEST_F(AcceptorTest, AConnectionMayHaveSentHalfOfWhatAllMay) {
  Start({.half_sent_bytes = 1 << 20});
  const int client = Connect();
  const int server = Accepted(0);
  EXPECT_TRUE(Pass(client, server, kClientPreface + HalfOf(1, 400'000)));
  EXPECT_GE(connections_->counters().half_sent_bytes, 400'000u);
  EXPECT_FALSE(Pass(client, server, HalfOf(3, 200'000)));
  EXPECT_EQ(connections_->counters().half_sent_bytes, 0u);
  EXPECT_THAT(ReadToEnd(client), HasSubstr("messages that are not whole"));
}

TEST_F(AcceptorTest, OfHalfSentMessagesThatGoOnThoseThatCameFirstComeThrough) {
  Start({.half_sent_bytes = 1 << 20});
  std::vector<int> clients, servers;
  for (size_t i = 0; i < 4; ++i) {
    clients.push_back(Connect());
    servers.push_back(Accepted(i));
    ASSERT_TRUE(Pass(clients[i], servers[i], kClientPreface));
  }
  EXPECT_TRUE(Pass(clients[3], servers[3], HalfOf(1, 10)));  // the newest of all, but it makes no room
  EXPECT_TRUE(Pass(clients[0], servers[0], HalfOf(1, 300'000)));
  EXPECT_TRUE(Pass(clients[1], servers[1], HalfOf(1, 400'000)));
  EXPECT_TRUE(Pass(clients[3], servers[3], HalfOf(3, 10)));
  EXPECT_FALSE(Pass(clients[2], servers[2], HalfOf(1, 400'000)));
  EXPECT_EQ(connections_->counters().cut, 1u);
  EXPECT_TRUE(Pass(clients[0], servers[0], Frame(kFrameData, 0, 1, "goes on")));
  EXPECT_TRUE(Pass(clients[1], servers[1], Frame(kFrameData, 0, 1, "goes on")));
  EXPECT_TRUE(Pass(clients[3], servers[3], Frame(kFrameData, 0, 1, "goes on")));
}

TEST_F(AcceptorTest, HalfSentMessagesThatComeSlowlyMakeRoom) {
  Start({.half_sent_bytes = 1 << 20});
  std::vector<int> clients, servers;
  for (size_t i = 0; i < 5; ++i) {
    clients.push_back(Connect());
    servers.push_back(Accepted(i));
    ASSERT_TRUE(Pass(clients[i], servers[i], kClientPreface));
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(Pass(clients[i], servers[i], HalfOf(1, 110'000)));
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  EXPECT_TRUE(Pass(clients[3], servers[3], HalfOf(1, 400'000)));
  EXPECT_TRUE(Pass(clients[4], servers[4], HalfOf(1, 400'000)));
  EXPECT_EQ(connections_->counters().cut, 3u);
  EXPECT_LT(connections_->counters().half_sent_bytes, 900'000u);
  EXPECT_FALSE(Pass(clients[0], servers[0], Frame(kFrameData, 0, 1, "goes on")));
}

TEST_F(AcceptorTest, AnAddressResetsNoMoreWithManyConnections) {
  Start({});
  uint64_t resets = 0;
  for (size_t i = 0; i < 100 && connections_->counters().cut == 0; ++i) {
    const int client = Connect();
    const int server = Accepted(i);
    bool passed = Pass(client, server, kClientPreface);
    for (uint32_t stream = 1; stream < 6'000 && passed;) {
      std::string bytes;
      for (int call = 0; call < 100; ++call, stream += 2, ++resets)
        bytes += Frame(kFrameHeaders, 4, stream) + Frame(kFrameResetStream, 0, stream, "code");
      passed = Pass(client, server, bytes);
    }
  }
  EXPECT_EQ(connections_->counters().cut, 1u) << resets;
}

TEST_F(AcceptorTest, WhoResetsCallsFasterThanTheyEndIsCutOff) {
  Start({.calls = 300});
  const int few = Connect(), some = Connect();
  const std::vector<int> servers = {Accepted(0), Accepted(1)};
  const auto reset = [](int calls, uint32_t stream) {
    std::string bytes;
    for (int i = 0; i < calls; ++i, stream += 2)
      bytes += Frame(kFrameHeaders, 4, stream) + Frame(kFrameResetStream, 0, stream, "code");
    return bytes;
  };
  EXPECT_TRUE(Pass(few, servers[0], kClientPreface + reset(10, 1)));
  // Fewer than a connection may reset at once, and more than all may have under way.
  EXPECT_FALSE(Pass(some, servers[1], kClientPreface + reset(3'900, 1)));
  EXPECT_TRUE(Pass(few, servers[0], reset(10, 2'001)));
  EXPECT_THAT(ReadToEnd(some), HasSubstr("reset faster than they end"));
}

TEST_F(AcceptorTest, WhatWaitsToBeReadIsNoSilence) {
  Start({.connections = 4});  // two from one address
  const int asks = Connect();
  Accepted(0);
  const int idle = Connect();
  Accepted(1);
  const std::string bytes = kClientPreface + Calls(1);
  ASSERT_EQ(send(asks, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  std::this_thread::sleep_for(Connections::kIdle + std::chrono::milliseconds(200));
  Connect();
  Accepted(2);
  EXPECT_THAT(ReadToEnd(idle), HasSubstr("was silent"));
  EXPECT_EQ(connections_->counters().cut, 1u);
}

TEST_F(AcceptorTest, AConnectionWhoseClientHasGoneMakesRoomAtOnce) {
  Start({.connections = 4});
  Connect();
  Accepted(0);
  const int gone = Connect();
  Accepted(1);
  const std::string bytes = kClientPreface + Calls(1);
  ASSERT_EQ(send(gone, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  shutdown(gone, SHUT_WR);
  EXPECT_TRUE(Soon([&] {
    Connect();
    return connections_->counters().accepted == 3;
  }));
  EXPECT_EQ(connections_->counters().open, 2);
}

TEST_F(AcceptorTest, AnAddressKeepsItsShareWhenItsOnlyConnectionMadeRoom) {
  Start({.connections = 2});  // one of them from one address
  const int gone = Connect();
  Accepted(0);
  shutdown(gone, SHUT_WR);
  EXPECT_TRUE(Soon([&] {
    Connect();
    return connections_->counters().accepted == 2;
  }));
  Accepted(1);
  EXPECT_THAT(ReadToEnd(Connect()), HasSubstr("no room for another connection"));
  EXPECT_EQ(connections_->counters().open, 1);
}

// gRPC closes a connection when the last of its calls has ended; so many others are not taken on meanwhile.
TEST_F(AcceptorTest, CallsOfConnectionsThatWereCutOffCountUntilTheyAreClosed) {
  Start({.connections = 100, .calls = 1'000});
  std::vector<int> clients, servers;
  for (size_t i = 0; i < 4; ++i) {
    clients.push_back(Connect());
    servers.push_back(Accepted(i));
    ASSERT_TRUE(Pass(clients[i], servers[i], kClientPreface));
  }
  EXPECT_TRUE(Pass(clients[0], servers[0], Calls(450)));
  EXPECT_TRUE(Pass(clients[1], servers[1], Calls(60)));  // 510: the largest goes
  EXPECT_EQ(connections_->counters().cut, 1u);
  EXPECT_EQ(connections_->counters().calls, 60);
  EXPECT_TRUE(Pass(clients[2], servers[2], Calls(5)));  // few calls are no matter
  EXPECT_FALSE(Pass(clients[3], servers[3], Calls(150)));
  EXPECT_EQ(connections_->counters().cut, 2u);
  close(servers[0]);
  close(servers[3]);
  sockets_ = {servers[1], servers[2]};
  EXPECT_TRUE(Pass(clients[2], servers[2], Calls(150, 101)));
  EXPECT_EQ(connections_->counters().cut, 2u);
}

TEST_F(AcceptorTest, GoesOnWhenDescriptorsRanOut) {
  Start({});
  Connect();
  Accepted(0);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  // A client's socket first: afterwards there is no descriptor but those that are closed.
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  std::vector<int> ballast;
  const rlimit low{.rlim_cur = 200, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  for (int file = dup(client); file >= 0; file = dup(client)) ballast.push_back(file);
  sockaddr_in where = {};
  socklen_t size = sizeof where;
  ASSERT_EQ(getsockname(sockets_[0], reinterpret_cast<sockaddr*>(&where), &size), 0);
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  EXPECT_THAT(ReadToEnd(client), HasSubstr("no file descriptor left"));
  for (const int file : ballast) close(file);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  close(client);
  Connect();
  EXPECT_GE(Accepted(1), 0);
}

}  // namespace
}  // namespace muster::server

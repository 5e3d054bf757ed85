#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "clients/cpp/failure.h"
#include "clients/cpp/member_ids.h"
#include "clients/cpp/server_address.h"
#include "tests/clients/cpp/recorded_server.h"
#include "tests/matchers/status.h"

namespace muster::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ClientTest : public testing::Test {
 protected:
  ClientTest() : client_(*Client::Connect(server_.address())) {}

  RecordedServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, AsksAndAnswers) {
  server_.count.set_count(42);
  v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("城市 = '上海'");
  const auto answer = client_->Count(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->count(), 42u);
  EXPECT_EQ(server_.counted.SerializeAsString(), request.SerializeAsString());
}

TEST_F(ClientTest, DecodesFailures) {
  server_.status =
      FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "two things are wrong", "UNKNOWN_TAG",
                  {{"expression.text:3:14", "no tag 'citty'"}, {"population", "is empty"}, {"a:0:5", "x"}});
  const auto answer = client_->Count({});
  const Failure failure = FailureOf(answer.status());
  EXPECT_EQ(failure.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(failure.reason, "UNKNOWN_TAG");
  EXPECT_EQ(failure.message, "two things are wrong");
  EXPECT_EQ(failure.metadata.at("about"), "a test");
  ASSERT_THAT(failure.violations, SizeIs(3));
  EXPECT_EQ(failure.violations[0].field, "expression.text");
  EXPECT_EQ(failure.violations[0].description, "no tag 'citty'");
  EXPECT_EQ(failure.violations[0].line, 3);
  EXPECT_EQ(failure.violations[0].column, 14);
  EXPECT_EQ(failure.violations[1].field, "population");
  EXPECT_EQ(failure.violations[1].line, 0);
  EXPECT_EQ(failure.violations[2].field, "a:0:5");
  EXPECT_FALSE(MayTryAgain(answer.status()));
}

TEST_F(ClientTest, DecodesTheFailureOfOneExpressionOfABatch) {
  v1::BatchCountMembersRequest request;
  for (const char* text : {"vip", "?"}) request.add_expressions()->mutable_expression()->set_text(text);
  const auto answer = client_->BatchCount(request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->results(0).counted().count(), 3u);
  const absl::Status status = StatusOfExpression(answer->results(1).error());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  const Failure failure = FailureOf(status);
  EXPECT_EQ(failure.reason, "SYNTAX");
  EXPECT_EQ(failure.message, "no, never");
  ASSERT_THAT(failure.violations, SizeIs(1));
  EXPECT_EQ(failure.violations[0].field, "expressions[1].expression.text");
  EXPECT_EQ(failure.violations[0].column, 2);
}

TEST_F(ClientTest, KnowsWhatMayBeTriedAgain) {
  const auto ask = [this](grpc::StatusCode code, const std::string& reason) {
    server_.status = FailureWith(code, "no", reason);
    return MayTryAgain(client_->Count({}).status());
  };
  EXPECT_TRUE(ask(grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED"));
  EXPECT_FALSE(ask(grpc::StatusCode::RESOURCE_EXHAUSTED, "STORAGE_FULL"));
  EXPECT_FALSE(ask(grpc::StatusCode::RESOURCE_EXHAUSTED, "DISK_FULL"));
  EXPECT_TRUE(ask(grpc::StatusCode::RESOURCE_EXHAUSTED, "LOAD_MEMORY"));
  EXPECT_TRUE(ask(grpc::StatusCode::ABORTED, "LOAD_CONFLICT"));
  EXPECT_TRUE(ask(grpc::StatusCode::UNAVAILABLE, "SHUTTING_DOWN"));
  EXPECT_FALSE(ask(grpc::StatusCode::FAILED_PRECONDITION, "TOO_MANY_REJECTED"));
  EXPECT_FALSE(ask(grpc::StatusCode::DEADLINE_EXCEEDED, "GIVEN_UP"));
}

TEST_F(ClientTest, NamesAnAddressWhereNobodyAnswers) {
  server_.Stop();
  const auto answer = (*Client::Connect(server_.address()))->Count({});
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(answer.status().message(), HasSubstr("no Muster server answers at " + server_.address()));
  EXPECT_TRUE(MayTryAgain(answer.status()));
  EXPECT_THAT(Client::Connect("localhost"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ServerAddress, IsAHostAndAPort) {
  for (const char* good : {"127.0.0.1:7070", "localhost:1", "db-1.example.com:65535", "[::1]:7070", "数据:80",
                           "unix:/tmp/muster", "unix:///tmp/muster", "unix:muster.sock"})
    EXPECT_THAT(CheckServerAddress(good), IsOk()) << good;
  const std::string long_path = "unix:/" + std::string(107, 'x');
  const std::pair<const char*, const char*> bad[] = {
      {"", "has no port"},
      {"localhost", "has no port"},
      {"[::1]", "has no port"},
      {"::1", "in brackets, such as [::1]:7070"},
      {"localhost:", "no number from 1 to 65535"},
      {"localhost:http", "no number from 1 to 65535"},
      {"localhost:0", "no number from 1 to 65535"},
      {"localhost:65536", "no number from 1 to 65535"},
      {"localhost:-1", "no number from 1 to 65535"},
      {":7070", "names no host"},
      {"[]:7070", "names no host"},
      {"local host:7070", "names no host"},
      {"http://localhost:7070", "is a web address: write HOST:PORT alone, such as localhost:7070"},
      {"https://db:443/v1?x", "is a web address: write HOST:PORT alone, such as db:443"},
      {"http://", "such as 127.0.0.1:7070"},
      {"dns:///db:7070", "is more than an address: write HOST:PORT alone, such as db:7070"},
      {"db:7070/v1", "is more than an address: write HOST:PORT alone, such as db:7070"},
      {"unix:", "names no file"},
      {"unix:/tmp/", "names no file"},
      {long_path.c_str(), "has a path of 108 bytes, and a socket's path has at most 107"},
  };
  for (const auto& [address, words] : bad) {
    const absl::Status status = CheckServerAddress(address);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << address;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words)) << address;
  }
}

TEST(ServerAddress, APathIsWrittenAsGrpcReadsIt) {
  EXPECT_EQ(TargetOf("localhost:7070"), "localhost:7070");
  EXPECT_EQ(TargetOf("unix:/run/muster.sock"), "unix:/run/muster.sock");
  EXPECT_EQ(TargetOf("unix:a b%?#/数"), "unix:a%20b%25%3F%23/%E6%95%B0");
}

// gRPC's words for it are of its resolver.
TEST(ServerAddress, AHostThatIsNotFoundIsSaidSo) {
  const absl::Status status =
      StatusOfCall(grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                "DNS resolution failed for nowhere:7070: C-ares status is not ARES_SUCCESS"),
                   "nowhere:7070");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the host of nowhere:7070 has no address"));
  EXPECT_THAT(std::string(status.message()), testing::Not(HasSubstr("ares")));
}

// A proxy that closes the first connections and forwards the others to a server.
class Door {
 public:
  Door(const std::string& address, int turned_away) : address_(address), turned_away_(turned_away) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size), 0);
    port_ = ntohs(where.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~Door() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int came() const { return came_; }

 private:
  void Serve() {
    for (int client = 0; (client = accept(listener_, nullptr, nullptr)) >= 0; close(client)) {
      if (++came_ > turned_away_) Pass(client);
    }
  }
  void Pass(int client) {
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<uint16_t>(std::stoi(address_.substr(address_.rfind(':') + 1))));
    EXPECT_EQ(connect(server, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    char buffer[4096];
    while (true) {
      pollfd polls[3] = {{client, POLLIN, 0}, {server, POLLIN, 0}, {listener_, 0, 0}};
      poll(polls, 3, -1);
      if (polls[2].revents != 0) break;
      const int from = polls[0].revents != 0 ? client : server;
      const ssize_t got = read(from, buffer, sizeof buffer);
      if (got <= 0 || write(from == client ? server : client, buffer, static_cast<size_t>(got)) != got) break;
    }
    close(server);
  }

  const std::string address_;
  const int turned_away_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> came_{0};
  std::thread thread_;
};

TEST_F(ClientTest, ConnectsAgainWhenAConnectionFails) {
  server_.count.set_count(42);
  const Door door(server_.address(), 3);
  const auto client = *Client::Connect(door.address(), std::chrono::seconds(60));
  const auto answer = client->Count({});
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->count(), 42u);
  EXPECT_GE(door.came(), 4);
}

TEST_F(ClientTest, GivesUpWhenItsPatienceIsOver) {
  const Door door(server_.address(), 1'000'000);
  const auto client = *Client::Connect(door.address(), std::chrono::milliseconds(300));
  const auto answer = client->Count({});
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(MayTryAgain(answer.status()));
  EXPECT_GE(door.came(), 1);
}

TEST_F(ClientTest, ACallThatTheServerDroppedMayBeTriedAgain) {
  server_.status = grpc::Status(grpc::StatusCode::CANCELLED, "Cancelled");
  const auto answer = client_->Count({});
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(answer.status().message(), HasSubstr("ended the call before its answer"));
  EXPECT_TRUE(MayTryAgain(answer.status()));
}

TEST_F(ClientTest, StreamsMembersInOrder) {
  server_.members = {MessageOf({}), MessageOf({"b", "a"}), MessageOf({"c"})};
  std::vector<std::string> ids;
  const auto take = [&ids](const v1::StreamMembersResponse& message) {
    for (const std::string_view id : IdsOf(message.ids())) ids.emplace_back(id);
    return absl::OkStatus();
  };
  EXPECT_THAT(client_->StreamMembers({}, take), IsOk());
  EXPECT_THAT(ids, ElementsAre("b", "a", "c"));
  server_.status = FailureWith(grpc::StatusCode::DATA_LOSS, "broken", "STORAGE_CORRUPT");
  EXPECT_THAT(client_->StreamMembers({}, take), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ClientTest, IdsAreTakenApart) {
  v1::MemberIds ids;
  EXPECT_THAT(IdsOf(ids), ElementsAre());
  ids.set_lines("a\nb c\n张三\n");
  ids.set_count(4'000'000'000);  // wrong, and no reason to take that memory
  EXPECT_THAT(IdsOf(ids), ElementsAre("a", "b c", "张三"));
  ids.set_lines("a\n\nb");
  EXPECT_THAT(IdsOf(ids), ElementsAre("a", "", "b"));
}

TEST_F(ClientTest, CancelsAStreamThatNobodyTakes) {
  server_.members.assign(100000, MessageOf(std::vector<std::string>(100, "a rather long member id")));
  int taken = 0;
  const absl::Status status = client_->StreamMembers({}, [&taken](const v1::StreamMembersResponse&) {
    return ++taken < 3 ? absl::OkStatus() : absl::ResourceExhaustedError("the disk is full");
  });
  EXPECT_EQ(status.message(), "the disk is full");
  EXPECT_EQ(taken, 3);
  server_.Stop();
  EXPECT_LT(server_.members_sent, server_.members.size());
}

TEST_F(ClientTest, GathersPages) {
  server_.tag_pages.resize(3);
  for (int page = 0; page < 3; ++page) {
    server_.tag_pages[page].set_population_member_count(7);
    server_.tag_pages[page].add_tags()->set_name("tag" + std::to_string(page));
  }
  const auto list = client_->ListTags("p");
  ASSERT_THAT(list, IsOk());
  ASSERT_THAT(list->tags, SizeIs(3));
  EXPECT_EQ(list->tags[2].name(), "tag2");
  EXPECT_EQ(list->population_member_count, 7u);
}

TEST_F(ClientTest, AsksForNoMoreValuesThanAreWanted) {
  server_.value_pages.resize(2);
  for (int i = 0; i < 1000; ++i) server_.value_pages[0].add_values()->set_value(std::to_string(i));
  for (int i = 0; i < 5; ++i) server_.value_pages[1].add_values()->set_value("more");
  EXPECT_THAT(*client_->ListTagValues("p", "t", "", 1005), SizeIs(1005));
  EXPECT_THAT(server_.value_page_sizes, ElementsAre(1000, 5));
  EXPECT_THAT(*client_->ListTagValues("p", "t", "", 0), SizeIs(1005));
}

v1::LoadRecordsRequest Batch() {
  v1::LoadRecordsRequest message;
  message.mutable_batch()->mutable_member_ids()->set_text(std::string(1 << 20, 'x'));
  return message;
}

TEST_F(ClientTest, FeedsALoadAndCommits) {
  server_.load.set_label("l");
  v1::LoadSpec spec;
  spec.set_population("p");
  const auto stream = client_->BeginLoad(spec);
  EXPECT_TRUE(stream->Feed(Batch()));
  const auto answer = stream->Commit(3);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->label(), "l");
  ASSERT_THAT(server_.load_messages, SizeIs(3));
  EXPECT_EQ(server_.load_messages[0].spec().population(), "p");
  EXPECT_TRUE(server_.load_messages[1].has_batch());
  EXPECT_EQ(server_.load_messages[2].commit().records(), 3u);
}

TEST_F(ClientTest, TakesAnAnswerThatComesEarly) {
  server_.answer_load_after = 1;
  server_.load.set_already_published(true);
  auto stream = client_->BeginLoad({});
  // What is in flight still goes; at some point the stream says that nobody reads.
  for (int i = 0; i < 1000 && stream->Feed(Batch()); ++i) continue;
  EXPECT_FALSE(stream->Feed(Batch()));
  const auto answer = stream->Commit(0);
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->already_published());

  server_.load_messages.clear();
  server_.status = FailureWith(grpc::StatusCode::FAILED_PRECONDITION, "kind differs", "TAG_CONTRADICTS");
  stream = client_->BeginLoad({});
  for (int i = 0; i < 1000 && stream->Feed(Batch()); ++i) continue;
  EXPECT_EQ(FailureOf(stream->Commit(0).status()).reason, "TAG_CONTRADICTS");
}

TEST_F(ClientTest, AnAbandonedLoadEndsWithoutACommitBeforeItsStreamIsGone) {
  auto stream = client_->BeginLoad({});
  stream->Feed(Batch());
  stream.reset();
  EXPECT_EQ(server_.loads_ended, 1);
  ASSERT_THAT(server_.load_messages, SizeIs(2));
  EXPECT_FALSE(server_.load_messages.back().has_commit());
}

}  // namespace
}  // namespace muster::client

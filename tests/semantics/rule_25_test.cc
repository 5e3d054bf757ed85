// Rule 25: a receipt is answered as it was, or refused, in another store too.
#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kTags[] = "tags:\n  - {name: s, kind: SINGLE}\n  - {name: t, kind: SINGLE}\n";

// `count` members that begin with `first`, each with the value `after` of the tag s.
std::string Records(const std::string& first, int count) {
  std::string text = "id,s,t\n";
  for (int i = 0; i < count; ++i) text += first + std::to_string(i) + ",after," + std::to_string(i) + "\n";
  return text;
}

// What a client holds of an answer: everything that names versions.
struct Held {
  std::string receipt, batch, members_page, tags_page, values_page;
};

Held Take(const TinyServer& server) {
  Held held;
  muster::v1::CountMembersResponse counted;
  EXPECT_THAT(server.Ask("s = 'after'", counted), IsOk());
  held.receipt = counted.receipt().snapshot();
  muster::v1::BatchCountMembersRequest batch;
  batch.set_population("p");
  batch.add_expressions()->mutable_expression()->set_text("s = 'after'");
  muster::v1::BatchCountMembersResponse batched;
  grpc::ClientContext batch_call;
  EXPECT_THAT(server.queries().BatchCountMembers(&batch_call, batch, &batched), IsOk());
  held.batch = batched.snapshot();
  muster::v1::ListMembersRequest members;
  members.set_population("p");
  members.mutable_expression()->set_text("s = 'after'");
  members.set_page_size(2);
  muster::v1::ListMembersResponse listed;
  grpc::ClientContext members_call;
  EXPECT_THAT(server.queries().ListMembers(&members_call, members, &listed), IsOk());
  held.members_page = listed.next_page_token();
  muster::v1::ListTagsRequest tags;
  tags.set_population("p");
  tags.set_page_size(1);
  muster::v1::ListTagsResponse tag_list;
  grpc::ClientContext tags_call;
  EXPECT_THAT(server.catalog().ListTags(&tags_call, tags, &tag_list), IsOk());
  held.tags_page = tag_list.next_page_token();
  muster::v1::ListTagValuesRequest values;
  values.set_population("p");
  values.set_tag("t");
  values.set_page_size(2);
  muster::v1::ListTagValuesResponse value_list;
  grpc::ClientContext values_call;
  EXPECT_THAT(server.catalog().ListTagValues(&values_call, values, &value_list), IsOk());
  held.values_page = value_list.next_page_token();
  return held;
}

// How each of them is refused, or OK.
std::vector<Refusal> GiveBack(const TinyServer& server, const Held& held) {
  std::vector<Refusal> refusals;
  for (const std::string& snapshot : {held.receipt, held.batch}) {
    muster::v1::CountMembersRequest count;
    count.set_population("p");
    count.mutable_expression()->set_text("s = 'after'");
    count.set_snapshot(snapshot);
    muster::v1::CountMembersResponse counted;
    grpc::ClientContext call;
    refusals.push_back(RefusalOf(server.queries().CountMembers(&call, count, &counted)));
  }
  muster::v1::ListMembersRequest members;
  members.set_population("p");
  members.mutable_expression()->set_text("s = 'after'");
  members.set_page_size(2);
  members.set_page_token(held.members_page);
  muster::v1::ListMembersResponse listed;
  grpc::ClientContext members_call;
  refusals.push_back(RefusalOf(server.queries().ListMembers(&members_call, members, &listed)));
  muster::v1::ListTagsRequest tags;
  tags.set_population("p");
  tags.set_page_size(1);
  tags.set_page_token(held.tags_page);
  muster::v1::ListTagsResponse tag_list;
  grpc::ClientContext tags_call;
  refusals.push_back(RefusalOf(server.catalog().ListTags(&tags_call, tags, &tag_list)));
  muster::v1::ListTagValuesRequest values;
  values.set_population("p");
  values.set_tag("t");
  values.set_page_size(2);
  values.set_page_token(held.values_page);
  muster::v1::ListTagValuesResponse value_list;
  grpc::ClientContext values_call;
  refusals.push_back(RefusalOf(server.catalog().ListTagValues(&values_call, values, &value_list)));
  return refusals;
}

void ExpectOtherStore(const TinyServer& server, const Held& held, const std::string& words) {
  int which = 0;
  for (const Refusal& refusal : GiveBack(server, held)) {
    SCOPED_TRACE(which++);
    EXPECT_EQ(refusal.code, grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(refusal.reason, "OTHER_STORE");
    EXPECT_THAT(refusal.message, HasSubstr(words));
  }
}

void ExpectAnswered(const TinyServer& server, const Held& held) {
  for (const Refusal& refusal : GiveBack(server, held))
    EXPECT_EQ(refusal.code, grpc::StatusCode::OK) << refusal.message;
}

TEST(Rule25, AReceiptOutlivesTheProcessAndLaterLoads) {
  TinyServer server;
  server.MustLoad(Records("a", 5), kTags, {"--mode", "replace"});
  const Held held = Take(server);
  server.MustLoad(Records("b", 3), kTags, {"--mode", "replace"});
  server.Restart();
  ExpectAnswered(server, held);
}

TEST(Rule25, ARestoredStoreThatLoadedOtherwiseRefusesIt) {
  TinyServer server;
  server.MustLoad(Records("a", 2), kTags, {"--mode", "replace"});
  server.process().Stop();
  const std::string backup = server.folder() + "/backup";
  fs::copy(server.data(), backup, fs::copy_options::recursive);
  server.Restart();
  server.MustLoad(Records("x", 7), kTags, {"--mode", "replace"});
  const Held held = Take(server);
  server.process().Stop();
  fs::remove_all(server.data());
  fs::copy(backup, server.data(), fs::copy_options::recursive);
  server.Restart();
  ExpectOtherStore(server, held, "restored from a backup");
  server.MustLoad(Records("y", 3), kTags, {"--mode", "replace"});
  ExpectOtherStore(server, held, "restored from a backup");
  // On the command line too: one sentence, exit code 1.
  const Finished again = server.Count("s = 'after'", {"--snapshot", held.receipt});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.out, "");
  EXPECT_THAT(again.err, HasSubstr("restored from a backup"));
}

TEST(Rule25, APopulationOfTheSameNameThatWasMadeAnewRefusesIt) {
  TinyServer server;
  server.MustLoad(Records("a", 5), kTags);
  const Held held = Take(server);
  ASSERT_EQ(server.Cli({"populations", "drop", "p", "--yes"}).exit_code, 0);
  server.MustLoad(Records("a", 5), kTags);
  ExpectOtherStore(server, held, "another one");
}

TEST(Rule25, AnotherServerRefusesIt) {
  TinyServer server, other;
  server.MustLoad(Records("a", 5), kTags);
  other.MustLoad(Records("a", 5), kTags);
  ExpectOtherStore(other, Take(server), "another server");
}

}  // namespace
}  // namespace muster::testing

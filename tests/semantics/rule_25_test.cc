// Rule 25: a receipt gives the same answer again or is refused, also in another store.
#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kOneTag[] = "tags:\n  - {name: s, kind: SINGLE}\n";
constexpr char kTags[] = "tags:\n  - {name: s, kind: SINGLE}\n  - {name: t, kind: SINGLE}\n";

// `count` members that begin with `first`, each with the value `after` of the tag s.
std::string Records(const std::string& first, int count) {
  std::string text = "id,s,t\n";
  for (int i = 0; i < count; ++i) text += first + std::to_string(i) + ",after," + std::to_string(i) + "\n";
  return text;
}

// The parts of an answer that name versions, as a client keeps them.
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

// Two days, and later loads into them and between them, which change what each expression selects today.
void LoadTwoDays(TinyServer& server) {
  server.MustLoad("id,s\na,x\nb,x\nc,y\n", kOneTag, {"--date", "2026-01-10"});
  server.MustLoad("id,s\na,y\nd,x\n", kOneTag, {"--date", "2026-01-20"});
}
void LoadIntoHistory(TinyServer& server) {
  server.MustLoad("id,s\na,z\nb,z\ne,x\n", kOneTag, {"--date", "2026-01-10"});
  server.MustLoad("id,s\nb,z\nf,x\n", kOneTag, {"--date", "2026-01-15"});
  server.MustLoad("id,s\nc,x\n", kOneTag, {"--date", "2026-01-20"});
}

struct DatedQuestion {
  const char* expression;
  const char* as_of;  // of the request; empty: now
  uint64_t count;     // after LoadTwoDays
};

// The answer now, or of the receipt with this snapshot.
muster::v1::CountMembersResponse Ask(TinyServer& server, const DatedQuestion& question,
                                     const std::string& snapshot = "") {
  muster::v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(question.expression);
  request.set_snapshot(snapshot);
  if (snapshot.empty()) request.set_as_of(question.as_of);
  if (snapshot.empty() && request.as_of().empty()) request.set_today("2026-01-21");
  muster::v1::CountMembersResponse answer;
  grpc::ClientContext call;
  EXPECT_THAT(server.queries().CountMembers(&call, request, &answer), IsOk()) << question.expression;
  return answer;
}

// An answer over several dates is repeated as it was, whatever was loaded into any day since: its views are
// pinned by version.
TEST(Rule25, AReceiptOverDatesOutlivesLoadsIntoHistory) {
  TinyServer server;
  LoadTwoDays(server);
  const DatedQuestion questions[] = {
      {"(s = 'x' AS OF 2026-01-10) AND NOT s = 'x'", "", 1},        // a
      {"(NOT s = 'x') AS OF TODAY - 11 DAYS", "", 1},               // c, on 2026-01-10
      {"NOT s = 'x' AS OF 2026-01-10", "", 2},                      // c, d
      {"s = 'x'", "2026-01-15", 2},                                 // a, b
      {"EVERYONE", "2026-01-15", 3},                                //
      {"s = 'x' AND (s = 'x' AS OF 2026-01-20)", "2026-01-15", 1},  // b
  };
  std::vector<std::string> receipts;
  for (const DatedQuestion& question : questions) {
    const muster::v1::CountMembersResponse answer = Ask(server, question);
    EXPECT_EQ(answer.count(), question.count) << question.expression;
    receipts.push_back(answer.receipt().snapshot());
  }
  LoadIntoHistory(server);
  for (const bool restarted : {false, true}) {
    if (restarted) server.Restart();
    int changed = 0;
    for (size_t i = 0; i < std::size(questions); ++i) {
      SCOPED_TRACE(questions[i].expression);
      const muster::v1::CountMembersResponse again = Ask(server, questions[i], receipts[i]);
      EXPECT_EQ(again.count(), questions[i].count);
      const muster::v1::CountMembersResponse now = Ask(server, questions[i]);
      changed += now.count() != questions[i].count;
      EXPECT_EQ(again.receipt().expression(), now.receipt().expression());
      // On the command line too.
      EXPECT_EQ(server.Count(questions[i].expression, {"--snapshot", receipts[i]}).out,
                std::to_string(questions[i].count) + "\n");
    }
    EXPECT_GT(changed, 3) << "the loads in between matter";
  }
}

muster::v1::BatchCountMembersResponse AskTogether(TinyServer& server,
                                                  const std::vector<const char*>& expressions,
                                                  const std::string& snapshot = "") {
  muster::v1::BatchCountMembersRequest batch;
  batch.set_population("p");
  batch.set_snapshot(snapshot);
  if (snapshot.empty()) batch.set_today("2026-01-21");
  for (const char* expression : expressions)
    batch.add_expressions()->mutable_expression()->set_text(expression);
  muster::v1::BatchCountMembersResponse answer;
  grpc::ClientContext call;
  EXPECT_THAT(server.queries().BatchCountMembers(&call, batch, &answer), IsOk());
  return answer;
}

// Further expressions of a batch's state, over dates that it didn't look at too.
TEST(Rule25, ABatchOverDatesIsAskedFurther) {
  TinyServer server;
  LoadTwoDays(server);
  const std::string snapshot =
      AskTogether(server, {"(s = 'x' AS OF 2026-01-10) AND NOT s = 'x'",
                           "(NOT s = 'x') AS OF TODAY - 11 DAYS", "NOT s = 'x' AS OF 2026-01-10"})
          .snapshot();
  LoadIntoHistory(server);
  for (const bool restarted : {false, true}) {
    if (restarted) server.Restart();
    const muster::v1::BatchCountMembersResponse more =
        AskTogether(server,
                    {"(s = 'x' AS OF 2026-01-10) AND NOT s = 'x'", "s = 'x' AS OF 2026-01-16",
                     "EVERYONE AS OF 2026-01-16"},
                    snapshot);
    ASSERT_EQ(more.results_size(), 3);
    EXPECT_EQ(more.results(0).counted().count(), 1u);
    EXPECT_EQ(more.results(1).counted().count(), 2u);
    EXPECT_EQ(more.results(2).counted().count(), 3u);
  }
}

// The canonical text keeps the name, and the receipt the definition: of other members it never speaks.
TEST(Rule25, AReceiptNamesTheDefinitionsOfItsSegments) {
  TinyServer server;
  server.MustLoad("id,s\na,x\nb,y\n", kOneTag);
  const auto segments = [&server](std::vector<std::string> words) {
    words.insert(words.begin(), {"segments", "--population", "p"});
    const Finished finished = server.Cli(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
  };
  segments({"create", "inner", "s = 'x'"});
  segments({"create", "outer", "NOT SEGMENT 'inner'"});
  const auto again = [&server](const muster::v1::Receipt& receipt) {
    return server.Count(receipt.expression(), {"--snapshot", receipt.snapshot()});
  };
  muster::v1::CountMembersResponse counted;
  ASSERT_THAT(server.Ask("segment 'outer' AND HAS s", counted), IsOk());
  EXPECT_EQ(counted.receipt().expression(), "HAS s AND SEGMENT 'outer'");
  server.MustLoad("id,s\nc,z\n", kOneTag);
  server.Restart();
  EXPECT_EQ(again(counted.receipt()).out, "1\n");
  EXPECT_EQ(server.CountOf("SEGMENT 'outer'"), 2);
  // An update that says the same changes nothing.
  segments({"update", "inner", "s = 'x'"});
  EXPECT_EQ(again(counted.receipt()).out, "1\n");
  segments({"update", "inner", "s IN ('x', 'y')"});
  const Finished updated = again(counted.receipt());
  EXPECT_EQ(updated.exit_code, 1);
  EXPECT_THAT(updated.err, HasSubstr("the segment 'inner' was updated"));
  // The old text is a new definition.
  segments({"update", "inner", "s = 'x'"});
  EXPECT_EQ(again(counted.receipt()).exit_code, 1);
  segments({"delete", "outer"});
  const Finished deleted = again(counted.receipt());
  EXPECT_EQ(deleted.exit_code, 1);
  EXPECT_THAT(deleted.err, HasSubstr("the segment 'outer' was deleted"));
}

// A list's content is pinned, not its members: a load that brings one of its ids is another snapshot.
TEST(Rule25, AReceiptNamesTheContentOfItsLists) {
  TinyServer server;
  server.MustLoad("id,s\na,x\nb,y\n", kOneTag);
  const auto list = [&server](std::vector<std::string> words, const std::string& ids = "") {
    words.insert(words.begin(), {"list", "--population", "p"});
    const Finished finished = server.Cli(words, ids);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
  };
  list({"load", "l", "-"}, "a\nzoe\n");
  ASSERT_EQ(server.Cli({"segments", "-p", "p", "create", "seg", "LIST 'l'"}).exit_code, 0);
  const auto again = [&server](const muster::v1::Receipt& receipt) {
    return server.Count(receipt.expression(), {"--snapshot", receipt.snapshot()});
  };
  muster::v1::CountMembersResponse direct, saved;
  ASSERT_THAT(server.Ask("list 'l' OR s = 'y'", direct), IsOk());
  ASSERT_THAT(server.Ask("SEGMENT 'seg'", saved), IsOk());
  EXPECT_EQ(direct.receipt().expression(), "LIST 'l' OR s = 'y'");
  server.MustLoad("id,s\nzoe,z\n", kOneTag);
  server.Restart();
  EXPECT_EQ(again(direct.receipt()).out, "2\n");
  EXPECT_EQ(again(saved.receipt()).out, "1\n");
  EXPECT_EQ(server.CountOf("SEGMENT 'seg'"), 2);
  // The same ids are another content.
  list({"load", "l", "-", "--replace"}, "a\nzoe\n");
  for (const muster::v1::Receipt& receipt : {direct.receipt(), saved.receipt()}) {
    const Finished replaced = again(receipt);
    EXPECT_EQ(replaced.exit_code, 1);
    EXPECT_EQ(replaced.out, "");
    EXPECT_THAT(replaced.err, HasSubstr("the id list 'l' was replaced"));
  }
  ASSERT_THAT(server.Ask("LIST 'l'", direct), IsOk());
  ASSERT_EQ(server.Cli({"segments", "-p", "p", "delete", "seg"}).exit_code, 0);
  list({"rm", "l"});
  const Finished removed = again(direct.receipt());
  EXPECT_EQ(removed.exit_code, 1);
  EXPECT_THAT(removed.err, HasSubstr("the id list 'l' was removed"));
}

}  // namespace
}  // namespace muster::testing

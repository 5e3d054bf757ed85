// Rule 10: how AS OF binds, and a request as of a date. rule_10.test has what it selects.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Rule10, NotBindsLooserThanAsOfAndThePrinterShowsIt) {
  struct Row {
    const char* text;
    const char* printed;
    bool notice;
  };
  const Row rows[] = {
      {"(vip AS OF 2026-01-01)", "vip AS OF 2026-01-01", false},
      {"NOT vip AS OF 2026-01-01", "NOT (vip AS OF 2026-01-01)", true},
      {"NOT (vip AS OF 2026-01-01)", "NOT (vip AS OF 2026-01-01)", false},
      {"(NOT vip) AS OF 2026-01-01", "(NOT vip) AS OF 2026-01-01", false},
      {"vip AS OF '2026-01-01'", "vip AS OF 2026-01-01", false},
      {"city = 'X' AS OF TODAY - 1 MONTH", "city = 'X' AS OF TODAY - 1 MONTH", false},
      {"SEGMENT 's' AS OF 2026-01-01", "SEGMENT 's' AS OF 2026-01-01", false},
      {"(vip AS OF 2026-01-01) AS OF 2026-02-01", "(vip AS OF 2026-01-01) AS OF 2026-02-01", false},
  };
  for (const Row& row : rows) {
    const query::ParseResult parsed = query::Parse(row.text);
    ASSERT_THAT(parsed, IsOk()) << row.text;
    const std::string printed = query::Format(*parsed.expression);
    EXPECT_EQ(printed, row.printed) << row.text;
    EXPECT_EQ(parsed.notices.size(), row.notice ? 1u : 0u) << row.text;
    const query::ParseResult again = query::Parse(printed);
    ASSERT_THAT(again, IsOk()) << printed;
    EXPECT_THAT(again.notices, IsEmpty()) << printed;
    EXPECT_EQ(query::Format(*again.expression), printed);
    EXPECT_EQ(query::CanonicalText(*again.expression), query::CanonicalText(*parsed.expression));
  }
}

constexpr char kSchema[] =
    "tags:\n  - {name: vip, kind: FLAG}\n  - {name: city, kind: SINGLE}\n  - {name: born, kind: DATE}\n";

// a, b and c from the 10th on, d and e from the 20th on.
void LoadTwoDays(const TinyServer& server) {
  server.MustLoad("id,vip,city,born\na,true,X,2026-01-10\nb,true,Y,2026-01-20\nc,false,X,\n", kSchema,
                  {"--date", "2026-01-10"});
  server.MustLoad("id,vip,city,born\na,false,Y,\nd,true,X,2026-01-20\ne,,,\n", kSchema,
                  {"--date", "2026-01-20"});
}

TEST(Rule10, ADateThatDoesntExistIsWrong) {
  const TinyServer server;
  server.MustLoad("id,vip\na,true\n", "tags:\n  - {name: vip, kind: FLAG}\n");
  EXPECT_EQ(server.RefusedBecause("vip AS OF 2026-02-30").code, grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(Rule10, ARequestAsOfADateHasItsEveryoneAndItsToday) {
  const TinyServer server;
  LoadTwoDays(server);
  struct Row {
    const char* expression;
    const char* ids;
  };
  const Row rows[] = {
      {"vip", "a\nb\n"},
      {"EVERYONE", "a\nb\nc\n"},
      {"NOT vip", "c\n"},
      {"born = TODAY", "a\n"},
      {"vip AS OF TODAY + 10 DAYS", "b\n"},  // d had not joined
      {"NOT vip AS OF 2026-01-20", "a\nc\n"},
      {"vip AND NOT (vip AS OF 2026-01-20)", "a\n"},
      {"born = TODAY AS OF 2026-01-20", "b\n"},
  };
  for (const Row& row : rows) {
    const Finished members = server.Members(row.expression, {"--as-of", "2026-01-10"});
    EXPECT_EQ(members.out, row.ids) << row.expression << members.err;
    const Finished count = server.Count(row.expression, {"--as-of", "2026-01-10"});
    EXPECT_EQ(count.out, std::to_string(LinesOf(row.ids).size()) + "\n") << row.expression << count.err;
    const Finished explained = server.Count(row.expression, {"--as-of", "2026-01-10", "--explain"});
    EXPECT_EQ(explained.exit_code, 0) << row.expression << explained.err;
    const Finished batch = server.Cli({"count", "-p", "p", "--as-of", "2026-01-10", "--batch", "-"},
                                      std::string(row.expression) + "\n");
    EXPECT_EQ(batch.out, count.out) << row.expression << batch.err;
  }
  // --today says what TODAY is, and doesn't move the view.
  EXPECT_EQ(server.Count("born = TODAY", {"--as-of", "2026-01-10", "--today", "2026-01-20"}).out, "1\n");
  EXPECT_EQ(server.Members("born = TODAY", {"--today", "2026-01-10"}).out, "a\n");
  EXPECT_EQ(server.Members("EVERYONE", {"--today", "2026-01-10"}).out, "a\nb\nc\nd\ne\n");
  // Before the first load there are no members; a tag is an error.
  EXPECT_EQ(server.Count("EVERYONE", {"--as-of", "2026-01-09"}).out, "0\n");
  const Finished early = server.Count("vip", {"--as-of", "2026-01-09"});
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_THAT(early.err, HasSubstr("2026-01-10"));
  EXPECT_EQ(server.Count("vip", {"--as-of", "2026-02-30"}).exit_code, 2);
}

TEST(Rule10, AnswersCountEveryoneAndTheUnknownOfEachView) {
  const TinyServer server;
  LoadTwoDays(server);
  muster::v1::CountMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("HAS born OR (HAS born AS OF 2026-01-20) OR vip");
  request.set_as_of("2026-01-10");
  muster::v1::CountMembersResponse answer;
  grpc::ClientContext call;
  ASSERT_THAT(server.queries().CountMembers(&call, request, &answer), IsOk());
  EXPECT_EQ(answer.population_member_count(), 3u);
  std::string unknown;
  for (const auto& tag : answer.unknown())
    unknown += tag.tag() + " " + tag.as_of() + ":" + std::to_string(tag.member_count()) + " ";
  EXPECT_EQ(unknown, "born :1 born 2026-01-20:2 vip :0 ");
  EXPECT_EQ(answer.receipt().today(), "2026-01-10");
  EXPECT_EQ(answer.receipt().expression(), "HAS born OR HAS born AS OF 2026-01-20 OR vip");
  request.set_as_of("2026-01-32");
  grpc::ClientContext wrong;
  EXPECT_THAT(RefusalOf(server.queries().CountMembers(&wrong, request, &answer)).Text(), HasSubstr("as_of"));
}

TEST(Rule10, ErrorsSayFromWhenOnThereAreAnswers) {
  const TinyServer server;
  LoadTwoDays(server);
  muster::v1::CountMembersResponse answer;
  const grpc::Status status = server.Ask("HAS city AND (vip AS OF 2026-01-09)", answer);
  const Refusal refusal = RefusalOf(status);
  EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refusal.reason, "BEFORE_FIRST_VERSION");
  EXPECT_THAT(refusal.Text(), HasSubstr("column 15"));
  EXPECT_THAT(refusal.Text(), HasSubstr("AS OF 2026-01-10 or later"));
}

TEST(Rule10, EveryAnswerSaysHowAsOfBinds) {
  const TinyServer server;
  LoadTwoDays(server);
  const std::string text = "NOT vip AS OF 2026-01-10";
  const char* const read = "is read as NOT (vip AS OF 2026-01-10)";
  EXPECT_THAT(server.Count(text).err, HasSubstr(read));
  EXPECT_EQ(server.Count(text).out, "3\n");
  EXPECT_THAT(server.Members(text).err, HasSubstr(read));
  EXPECT_THAT(server.Cli({"count", "-p", "p", "--batch", "-"}, "vip\n" + text + "\n").err,
              HasSubstr("line 2: NOT vip AS OF 2026-01-10 is read"));
  EXPECT_EQ(server.Count("NOT (vip AS OF 2026-01-10)").err, "");
  muster::v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(text);
  request.set_page_size(1);
  muster::v1::ListMembersResponse page;
  grpc::ClientContext first, second;
  ASSERT_THAT(server.queries().ListMembers(&first, request, &page), IsOk());
  EXPECT_EQ(page.notices_size(), 1);
  request.set_page_token(page.next_page_token());
  ASSERT_THAT(server.queries().ListMembers(&second, request, &page), IsOk());
  EXPECT_EQ(page.notices_size(), 0) << "on the first page alone";
}

TEST(Rule10, ExplainNamesTheViewsAndSaysHowAsOfBinds) {
  const TinyServer server;
  LoadTwoDays(server);
  const Finished explained = server.Count("NOT vip AS OF 2026-01-10", {"--explain"});
  EXPECT_EQ(explained.exit_code, 0);
  EXPECT_THAT(explained.out, HasSubstr("vip AS OF 2026-01-10"));
  EXPECT_THAT(explained.err, HasSubstr("NOT (vip AS OF 2026-01-10)"));
  EXPECT_THAT(server.Count("(NOT vip) AS OF 2026-01-10", {"--explain"}).out,
              HasSubstr("EVERYONE AS OF 2026-01-10"));
}

// Today's definition, members as of the date.
TEST(Rule10, ASegmentAsOfADateIsItsDefinitionThere) {
  TinyServer server;
  LoadTwoDays(server);
  const auto segments = [&server](std::vector<std::string> words) {
    words.insert(words.begin(), {"segments", "-p", "p"});
    EXPECT_EQ(server.Cli(words).exit_code, 0);
  };
  segments({"create", "s", "vip OR born = TODAY"});
  const std::pair<const char*, const char*> rows[] = {
      {"SEGMENT 's' AS OF 2026-01-10", "(vip OR born = TODAY) AS OF 2026-01-10"},
      {"NOT SEGMENT 's' AS OF 2026-01-10", "NOT ((vip OR born = TODAY) AS OF 2026-01-10)"},
      {"(NOT SEGMENT 's') AS OF 2026-01-10", "(NOT (vip OR born = TODAY)) AS OF 2026-01-10"},
      {"(SEGMENT 's' AS OF 2026-01-10) AND NOT SEGMENT 's'",
       "((vip OR born = TODAY) AS OF 2026-01-10) AND NOT (vip OR born = TODAY)"}};
  for (const auto& [named, plain] : rows) EXPECT_EQ(server.IdsOf(named), server.IdsOf(plain)) << named;
  EXPECT_EQ(server.IdsOf("SEGMENT 's' AS OF 2026-01-10"), "a b");
  segments({"update", "s", "NOT vip"});
  EXPECT_EQ(server.IdsOf("SEGMENT 's' AS OF 2026-01-10"), "c");
}

}  // namespace
}  // namespace muster::testing

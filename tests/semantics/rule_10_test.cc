// Rule 10: how AS OF binds. It is parsed and printed; evaluating it is UNIMPLEMENTED so far.
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
using ::testing::Not;

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

TEST(Rule10, EvaluatingItIsUnimplementedSoFar) {
  const TinyServer server;
  server.MustLoad("id,vip\na,true\n", "tags:\n  - {name: vip, kind: FLAG}\n");
  for (const char* expression : {"vip AS OF 2026-01-01", "NOT vip AS OF TODAY - 1 MONTH", "SEGMENT 's'",
                                 "LIST 'l'", "vip AND (SEGMENT 's' AS OF 2026-01-01)"}) {
    EXPECT_EQ(server.RefusedBecause(expression).code, grpc::StatusCode::UNIMPLEMENTED) << expression;
    EXPECT_EQ(server.RefusedBecause(expression).reason, "UNIMPLEMENTED") << expression;
    const Finished count = server.Count(expression);
    EXPECT_EQ(count.exit_code, 1) << expression;
    EXPECT_EQ(count.out, "") << expression;
    EXPECT_THAT(count.err, Not(IsEmpty())) << expression;
  }
  EXPECT_THAT(server.Count("vip AS OF 2026-01-01").err, HasSubstr("AS OF"));
  EXPECT_THAT(server.Count("SEGMENT 's'").err, HasSubstr("SEGMENT"));
  // A date that doesn't exist is wrong all the same.
  EXPECT_EQ(server.RefusedBecause("vip AS OF 2026-02-30").code, grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace muster::testing

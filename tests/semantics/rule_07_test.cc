// Rule 7: numbers, dates, timestamps, relative dates, strings and LIKE.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST(Rule07, NumbersHaveNoExponentAndNoBarePoint) {
  const TinyServer server;
  server.MustLoad("id,n\na,-5\nb,0\nc,300\n", "tags:\n  - {name: n, kind: NUMBER}\n");
  ExpectSelects(server, {{"n = -5", "a"},
                         {"n > -5", "b c"},
                         {"n>-5", "b c"},
                         {"n = -0", "b"},
                         {"n = 300.000", "c"},
                         {"n = 0300", "c"},
                         {"n BETWEEN -5 AND 0", "a b"}});
  for (const char* bad : {"n = 3e2", "n = 3E+2", "n = .5", "n = 5.", "n = 1,000", "n = 0x12", "n = --5"}) {
    EXPECT_EQ(server.RefusedBecause(bad).code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
  }
}

TEST(Rule07, DatesAreBareOrQuotedAndMustExist) {
  const TinyServer server;
  server.MustLoad("id,born\na,2024-02-29\nb,0001-01-01\nc,9999-12-31\n",
                  "tags:\n  - {name: born, kind: DATE}\n");
  ExpectSelects(server, {{"born = 2024-02-29", "a"},
                         {"born = '2024-02-29'", "a"},
                         {"born = \"2024-02-29\"", "a"},
                         {"born < 1000-01-01", "b"},
                         {"born BETWEEN '0001-01-01' AND 2024-02-29", "a b"},
                         {"born > 2024-02-29", "c"}});
  for (const char* bad : {"born = 2023-02-29", "born = '2023-02-29'", "born > 2024-13-01", "born = 2024-1-1",
                          "born = 0000-01-01", "born = '29.02.2024'", "born = '2024-02-29T10:00'"}) {
    const Refusal refusal = server.RefusedBecause(bad);
    EXPECT_EQ(refusal.code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
  }
  EXPECT_THAT(server.RefusedBecause("born = 2023-02-29").Text(), HasSubstr("2023-02-29"));
}

TEST(Rule07, ATimestampWithoutAZoneIsInThePopulationsZone) {
  const TinyServer server;
  server.MustLoad(
      "id,seen\n"
      "a,2026-01-31T20:00:00\n"         // 12:00 UTC
      "b,2026-01-31T20:00:00Z\n"        // February 1st, 04:00 in Shanghai
      "c,2026-01-31 20:00:00.000001\n"  // one microsecond after a
      "d,2026-01-31T23:59:59.999999+08:00\n",
      "time_zone: Asia/Shanghai\ntags:\n  - {name: seen, kind: TIMESTAMP}\n");
  ExpectSelects(server, {{"seen = '2026-01-31T20:00:00'", "a"},
                         {"seen = '2026-01-31T12:00:00Z'", "a"},
                         {"seen = '2026-01-31 20:00:00+08:00'", "a"},
                         {"seen = '2026-01-31T20:00:00.000001'", "c"},
                         {"seen > '2026-01-31T20:00:00'", "b c d"},
                         {"seen = '2026-01-31T20:00:00Z'", "b"}});
  for (const char* bad : {"seen = '2026-01-31T20:00:00.0000001'", "seen = '2026-02-30T20:00:00'",
                          "seen = '2026-01-31T25:00:00'", "seen = 2026-01-31T20:00:00"}) {
    EXPECT_EQ(server.RefusedBecause(bad).code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
  }
}

TEST(Rule07, TodayMovesByDaysWeeksMonthsAndYears) {
  const TinyServer server;
  server.MustLoad(
      "id,born\na,2026-03-31\nb,2026-03-30\nc,2026-04-01\nd,2026-02-28\ne,2026-03-01\nf,2025-03-31\ng,2026-"
      "03-17\n"
      "h,2026-04-30\n",
      "tags:\n  - {name: born, kind: DATE}\n");
  struct Row {
    const char* today;
    const char* expression;
    int64_t count;
  };
  const Row rows[] = {{"2026-03-31", "born = TODAY", 1},
                      {"2026-03-31", "born = today", 1},
                      {"2026-03-31", "born < TODAY", 5},
                      {"2026-03-31", "born = TODAY - 1 DAY", 1},
                      {"2026-03-31", "born = TODAY-1 DAYS", 1},
                      {"2026-03-31", "born = TODAY -1 day", 1},
                      {"2026-03-31", "born = TODAY + 1 DAY", 1},
                      {"2026-03-31", "born >= TODAY - 30 DAYS", 6},
                      {"2026-03-31", "born = TODAY - 2 WEEKS", 1},
                      {"2026-03-31", "born = TODAY - 2 week", 1},
                      {"2026-03-31", "born = TODAY - 1 MONTH", 1},   // clamps to February 28th
                      {"2026-03-31", "born = TODAY + 1 MONTHS", 1},  // clamps to April 30th
                      {"2026-03-31", "born = TODAY - 1 YEAR", 1},
                      {"2028-02-29", "born = TODAY - 2 YEARS", 1},  // clamps to February 28th
                      {"2026-03-31", "born = TODAY + 0 DAYS", 1},
                      {"2026-03-31", "born BETWEEN TODAY - 1 DAY AND TODAY + 1 DAY", 3},
                      {"2026-03-31", "born IN (TODAY, TODAY - 1 DAY)", 2}};
  for (const Row& row : rows) {
    EXPECT_EQ(server.CountOf(row.expression, row.today), row.count) << row.expression << " at " << row.today;
  }
  muster::v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("born = TODAY", answer, "2026-03-31"), IsOk());
  EXPECT_EQ(answer.receipt().today(), "2026-03-31");
  EXPECT_THAT(server.Ask("born = TODAY", answer, "2026-02-30"), StatusIs(grpc::StatusCode::INVALID_ARGUMENT));
  for (const char* bad :
       {"born = TODAY - 1 HOUR", "born = TODAY - DAYS", "born = TODAY - 1", "born = TODAY * 2"}) {
    EXPECT_EQ(server.RefusedBecause(bad).code, grpc::StatusCode::INVALID_ARGUMENT) << bad;
  }
}

TEST(Rule07, StringsAndTheirEscapes) {
  const TinyServer server;
  server.MustLoad(
      "id,v\n"
      "a,it's\n"
      "b,\"say \"\"hi\"\"\"\n"
      "c,back\\slash\n"
      "d,new\\n\n"
      "e,a\\\\b\n",  // two backslashes
      "tags:\n  - {name: v, kind: SINGLE}\n");
  ExpectSelects(server, {{R"(v = 'it\'s')", "a"},
                         {R"(v = "it's")", "a"},
                         {R"(v = 'say "hi"')", "b"},
                         {R"(v = "say \"hi\"")", "b"},
                         {R"(v = 'back\slash')", "c"},
                         {R"(v = 'back\\slash')", "c"},
                         {R"(v = 'new\n')", "d"},
                         {R"(v = 'a\\\\b')", "e"},
                         {"v = 'it''s'", "a"},
                         {"v = ‘it's’", "a"},
                         {"v IN ('it''s', 'new\\n')", "a d"},
                         {"v LIKE 'it''%'", "a"},
                         {"v = \"it''s\"", ""}});
  EXPECT_EQ(server.RefusedBecause("v = 'open").code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(server.RefusedBecause("v = 'open").Text(), HasSubstr("'"));
}

TEST(Rule07, RelativeDatesOutsideTheCalendarAreErrors) {
  const TinyServer server;
  server.MustLoad("id,born,seen\na,9999-12-31,9999-12-31T12:00:00\nb,0001-01-01,0001-01-01T00:00:00\n",
                  "tags:\n  - {name: born, kind: DATE}\n  - {name: seen, kind: TIMESTAMP}\n");
  EXPECT_EQ(server.CountOf("born = TODAY + 1 DAY", "9999-12-30"), 1);
  EXPECT_EQ(server.CountOf("seen = TODAY", "9999-12-31"), 1);
  EXPECT_EQ(server.CountOf("born = TODAY - 1 DAY", "0001-01-02"), 1);
  for (const char* beyond :
       {"born < TODAY + 9999 YEARS", "born > TODAY - 9999 YEARS", "seen < TODAY + 120000 MONTHS",
        "born IN (TODAY - 1000000 WEEKS)", "seen BETWEEN TODAY - 1000000 DAYS AND TODAY",
        "born NOT BETWEEN TODAY AND TODAY + 99999 MONTHS"}) {
    const Refusal refusal = server.RefusedBecause(beyond);
    EXPECT_EQ(refusal.reason, "WRONG_TYPE") << beyond;
    EXPECT_THAT(refusal.Text(), HasSubstr("between 0001-01-01 and 9999-12-31")) << beyond;
  }
  EXPECT_EQ(server.RefusedBecause("born > TODAY - 1000001 DAYS").reason, "LIMIT");
}

// Of a pattern that no member's value matches the answer says what to write, and doesn't fail.
TEST(Rule07, APatternThatMatchesNothingWarns) {
  const TinyServer server;
  server.MustLoad("id,v\na,Abc\nb,Abd\n", "tags:\n  - {name: v, kind: SINGLE}\n");
  const auto warning = [&server](const std::string& expression) {
    const Finished count = server.Count(expression);
    EXPECT_EQ(count.exit_code, 0) << expression;
    EXPECT_EQ(count.out, "0\n") << expression;
    return count.err;
  };
  EXPECT_THAT(warning("v LIKE 'b'"), HasSubstr("'%b%' finds a part of them"));
  EXPECT_THAT(warning("v ILIKE 'b'"), HasSubstr("a pattern matches whole values"));
  EXPECT_THAT(warning("v LIKE 'abc%'"), HasSubstr("did you mean 'Abc'"));
  EXPECT_THAT(warning("v LIKE ''"), HasSubstr("No member has a value like ''"));
  EXPECT_THAT(warning("v LIKE '" + std::string(100'000, 'x') + "%'"),
              HasSubstr("No member has a value like"));
}

}  // namespace
}  // namespace muster::testing

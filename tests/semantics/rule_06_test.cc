// Rule 6: an unknown tag is an error, an unknown value is the empty set with a warning, a wrong literal is an
// error.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRecords[] =
    "id,vip,city,likes,age,born,seen\n"
    "a,true,Shanghai,tea,30,1990-01-01,2026-01-01T10:00\n"
    "b,false,Suzhou,rum,40,2000-01-01,2026-01-02T10:00\n";
constexpr char kSchema[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG}\n"
    "  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI}\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: born, kind: DATE}\n"
    "  - {name: seen, kind: TIMESTAMP}\n";

TEST(Rule06, AllProblemsAreListedWithTheirPlaces) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const Finished count = server.Count("citty = 'x' AND\nagee > 3");
  EXPECT_EQ(count.exit_code, 1);
  EXPECT_THAT(count.err, HasSubstr("citty"));
  EXPECT_THAT(count.err, HasSubstr("agee"));
  EXPECT_THAT(count.err, HasSubstr("^"));
  EXPECT_THAT(count.err, HasSubstr("2"));  // the second line
  EXPECT_EQ(server.RefusedBecause("citty = 'x' AND agee > 3").violations.size(), 2u);
}

TEST(Rule06, AValueThatNobodyHasIsTheEmptySetWithAWarning) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  const Finished count = server.Count("city = 'Shanghia'");
  EXPECT_EQ(count.exit_code, 0);
  EXPECT_EQ(count.out, "0\n");
  EXPECT_THAT(count.err, HasSubstr("Shanghia"));
  EXPECT_THAT(count.err, HasSubstr("'Shanghai'"));
  const Finished members = server.Members("city = 'Shanghia'");
  EXPECT_EQ(members.exit_code, 0);
  EXPECT_EQ(members.out, "");
  EXPECT_THAT(members.err, HasSubstr("Shanghai"));

  muster::v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("likes IN ('tea', 'ruum') OR city = 'Suzhou'", answer), IsOk());
  EXPECT_EQ(answer.count(), 2u);
  ASSERT_EQ(answer.warnings_size(), 1);
  EXPECT_THAT(answer.warnings(0).message(), HasSubstr("rum"));
  EXPECT_EQ(answer.warnings(0).offset(), 17);
  EXPECT_EQ(answer.warnings(0).length(), 6);
  // No warning where everything is known.
  ASSERT_THAT(server.Ask("likes = 'tea' AND NOT city = 'Suzhou'", answer), IsOk());
  EXPECT_THAT(answer.warnings(), IsEmpty());
  EXPECT_EQ(server.Count("likes = 'tea'").err, "");
}

// An empty cell is no value, so the empty text is nobody's.
TEST(Rule06, TheEmptyTextHintsAtHas) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  for (const char* expression : {"city = ''", "city = ' '", "city != ''", "city IN ('', 'Shanghai')",
                                 "likes HAS ALL ('tea', '')", "likes = '\t'"}) {
    muster::v1::CountMembersResponse answer;
    ASSERT_THAT(server.Ask(expression, answer), IsOk()) << expression;
    ASSERT_EQ(answer.warnings_size(), 1) << expression;
    EXPECT_THAT(answer.warnings(0).message(), HasSubstr("NOT HAS ")) << expression;
    EXPECT_EQ(answer.warnings(0).reason(), muster::v1::WARNING_REASON_EMPTY_VALUE) << expression;
  }
  EXPECT_EQ(server.CountOf("city = ''"), 0);
  EXPECT_EQ(server.CountOf("city != ''"), server.CountOf("HAS city"));
  ExpectRefuses(server, {{"age = ''", "WRONG_TYPE", "NOT HAS age"},
                         {"born != ''", "WRONG_TYPE", "NOT HAS born"},
                         {"seen IN ('')", "WRONG_TYPE", "NOT HAS seen"},
                         {"vip = ''", "WRONG_TYPE", "NOT HAS vip"}});
}

TEST(Rule06, AReversedRangeWarns) {
  const TinyServer server;
  server.MustLoad("id,n,born,seen,likes\na,3,2026-01-15,2026-01-15T12:00:00,tea:0.5\n",
                  "tags:\n  - {name: n, kind: NUMBER}\n  - {name: born, kind: DATE}\n"
                  "  - {name: seen, kind: TIMESTAMP}\n"
                  "  - {name: likes, kind: MULTI, weight_separator: ':', weight_scale: 1}\n");
  const auto warnings = [&server](const std::string& expression, uint64_t count) {
    muster::v1::CountMembersResponse answer;
    EXPECT_THAT(server.Ask(expression, answer, "2026-01-15"), IsOk()) << expression;
    EXPECT_EQ(answer.count(), count) << expression;
    for (const auto& warning : answer.warnings()) {
      EXPECT_THAT(warning.message(), HasSubstr("is above the high end")) << expression;
      EXPECT_EQ(warning.reason(), muster::v1::WARNING_REASON_REVERSED_RANGE) << expression;
      EXPECT_GT(warning.length(), 0) << expression;
    }
    return answer.warnings_size();
  };
  EXPECT_EQ(warnings("n BETWEEN 5 AND 0", 0), 1);
  EXPECT_EQ(warnings("n NOT BETWEEN 5 AND 0", 1), 1);
  EXPECT_EQ(warnings("n BETWEEN 3.7 AND 3.2", 0), 1);  // both between two numbers that scale 0 keeps
  EXPECT_EQ(warnings("n BETWEEN 99999999999999999999 AND 9", 0), 1);
  EXPECT_EQ(warnings("n BETWEEN -2 AND -10", 0), 1);
  EXPECT_EQ(warnings("born BETWEEN 2026-02-01 AND 2026-01-01", 0), 1);
  EXPECT_EQ(warnings("born BETWEEN TODAY AND TODAY - 30 DAYS", 0), 1);
  EXPECT_EQ(warnings("seen BETWEEN '2026-01-15T13:00:00' AND '2026-01-15T11:00:00'", 0), 1);
  EXPECT_EQ(warnings("seen NOT BETWEEN 2026-02-01 AND '2026-01-01'", 1), 1);
  EXPECT_EQ(warnings("WEIGHT (likes, 'tea') BETWEEN 0.9 AND 0.1", 0), 1);
  // These are as they should be.
  EXPECT_EQ(warnings("n BETWEEN 3 AND 3.0", 1), 0);
  EXPECT_EQ(warnings("n BETWEEN 3.2 AND 3.7", 0), 0);
  EXPECT_EQ(warnings("n BETWEEN -0 AND 0", 0), 0);
  EXPECT_EQ(warnings("n BETWEEN -10 AND -2", 0), 0);
  EXPECT_EQ(warnings("born BETWEEN '2026-01-15' AND TODAY", 1), 0);
  EXPECT_EQ(warnings("seen BETWEEN 2026-01-15 AND '2026-01-15T12:00:00'", 1), 0);
  EXPECT_EQ(warnings("seen BETWEEN '2026-01-15T12:00:00' AND 2026-01-15", 1), 0);
  EXPECT_EQ(warnings("WEIGHT (likes, 'tea') BETWEEN 0.10 AND 0.9", 1), 0);
}

TEST(Rule06, AValueThatNobodyHasAnyMoreIsUnknownToo) {
  const TinyServer server;
  server.MustLoad(kRecords, kSchema);
  server.MustLoad("id,city\nb,Beijing\n", "tags:\n  - {name: city, kind: SINGLE}\n", {"--mode", "replace"});
  muster::v1::CountMembersResponse answer;
  ASSERT_THAT(server.Ask("city = 'Shanghai'", answer), IsOk());
  EXPECT_EQ(answer.count(), 0u);
  ASSERT_EQ(answer.warnings_size(), 1);
  EXPECT_THAT(answer.warnings(0).message(), Not(HasSubstr("Suzhou")));
}

}  // namespace
}  // namespace muster::testing

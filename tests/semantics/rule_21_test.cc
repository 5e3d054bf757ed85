// Rule 21: late loads go into the history unless they say otherwise; a date after tomorrow is refused unless
// the load allows it.
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: city, kind: SINGLE}\n";
constexpr char kTwoTags[] = "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n";

std::string Day(int from_today) {
  return absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + from_today);
}

int Occurrences(const std::string& text, const std::string& what) {
  int count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(Rule21, ALateLoadGoesIntoHistoryAndSaysSoOnce) {
  const TinyServer server;
  server.MustLoad("id,city,age\na,X,1\nb,X,1\n", kTwoTags, {"--date", "2026-01-10"});
  const Finished late = server.MustLoad("id,city,age\na,L,2\nc,L,2\n", kTwoTags, {"--date", "2026-01-05"});
  EXPECT_EQ(Occurrences(late.err, "warning:"), 1) << late.err;
  EXPECT_THAT(late.err, HasSubstr("today's values of its tags did not change"));
  EXPECT_THAT(late.err, HasSubstr("--make-current"));
  ExpectSelects(server, {{"city = 'X'", "a b"}, {"HAS city", "a b"}, {"age = 2", ""}, {"EVERYONE", "a b c"}});
}

TEST(Rule21, ADateAfterTomorrowIsRefused) {
  const TinyServer server;
  server.MustLoad("id,city\na,X\n", kSchema, {"--date", Day(1)});
  for (const std::string& date : {Day(3), std::string("9999-12-31")}) {
    const Finished refused = server.Load("id,city\na,typo\n", kSchema, {"--date", date});
    EXPECT_EQ(refused.exit_code, 1) << date;
    EXPECT_THAT(refused.err, HasSubstr(date + " lies after tomorrow"));
    EXPECT_THAT(refused.err, HasSubstr("--allow-future"));
  }
  ExpectSelects(server, {{"city = 'X'", "a"}, {"city = 'typo'", ""}});
}

TEST(Rule21, ATagGoesBackAndForwardAgain) {
  const TinyServer server;
  server.MustLoad("id,city\na,X\nb,X\n", kSchema, {"--date", "2026-01-10"});
  server.MustLoad("id,city\nb,Y\nc,Y\n", kSchema, {"--date", "2026-01-11"});
  server.MustLoad("id,city\na,Z\n", kSchema, {"--date", "2026-01-12", "--mode", "replace"});
  const Finished back = server.Cli({"rollback", "-p", "p", "city", "--to-date", "2026-01-10"});
  EXPECT_EQ(back.exit_code, 0) << back.err;
  EXPECT_THAT(back.out, HasSubstr("city: version 4 has the content of version 1 (2026-01-10)"));
  EXPECT_THAT(back.out, HasSubstr("1 member before, 2 now"));
  EXPECT_THAT(back.err, HasSubstr("--to-version 3"));
  // It has today's date, the versions between are skipped, and EVERYONE stays.
  ExpectSelects(server, {{"city = 'X'", "a b"},
                         {"HAS city", "a b"},
                         {"city = 'X' AS OF 2026-01-11", "a b"},
                         {"city = 'X' AS OF 2026-01-12", "a b"},
                         {"EVERYONE", "a b c"}});
  const Finished versions = server.Cli({"versions", "-p", "p", "city"});
  EXPECT_THAT(versions.out, HasSubstr("current, restores 1"));
  EXPECT_EQ(Occurrences(versions.out, "by number only"), 2) << versions.out;
  // A MERGE of a day between builds on what that day reads now.
  server.MustLoad("id,city\nc,M\n", kSchema, {"--date", "2026-01-11"});
  ExpectSelects(server, {{"HAS city AS OF 2026-01-11", "a b c"}, {"city = 'X' AS OF 2026-01-11", "a b"}});
  const Finished same = server.Cli({"rollback", "-p", "p", "city", "--to-version", "1"});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_THAT(same.out, HasSubstr("nothing changed"));
  ASSERT_EQ(server.Cli({"rollback", "-p", "p", "city", "--to-version", "3"}).exit_code, 0);
  ExpectSelects(server, {{"city = 'Z'", "a"}, {"HAS city", "a"}});
  EXPECT_EQ(server.Cli({"rollback", "-p", "p", "city", "--to-version", "9"}).exit_code, 1);
  EXPECT_EQ(server.Cli({"rollback", "-p", "p", "city", "--to-date", "2026-01-09"}).exit_code, 1);
  EXPECT_EQ(server.Cli({"rollback", "-p", "p", "city"}).exit_code, 2);
}

TEST(Rule21, AWholeLoadGoesBackWithItsMembers) {
  const TinyServer server;
  server.MustLoad("id,city,age\na,X,1\nb,X,1\n", kTwoTags, {"--date", "2026-01-10", "--label", "one"});
  server.MustLoad("id,city,age\nb,Y,2\nc,Y,2\n", kTwoTags, {"--date", "2026-01-11", "--label", "two"});
  const Finished back = server.Cli({"rollback", "-p", "p", "--load", "two"});
  ASSERT_EQ(back.exit_code, 0) << back.err;
  EXPECT_THAT(back.out, HasSubstr("population: 3 members before, 2 now"));
  ExpectSelects(server, {{"EVERYONE", "a b"}, {"city = 'X'", "a b"}, {"age = 2", ""}, {"NOT HAS city", ""}});
  EXPECT_THAT(server.Cli({"loads", "show", "two", "-p", "p"}).out, HasSubstr("; rolled back"));
  const Finished again =
      server.Load("id,city,age\nb,Y,2\nc,Y,2\n", kTwoTags, {"--date", "2026-01-11", "--label", "two"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.err, HasSubstr("rolled back since"));
  const Finished refused = server.Cli({"rollback", "-p", "p", "city", "--to-version", "2"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("members who were taken back"));
  ASSERT_EQ(server.Cli({"rollback", "-p", "p", "--load", "two", "--forward"}).exit_code, 0);
  ExpectSelects(server, {{"EVERYONE", "a b c"}, {"city = 'Y'", "b c"}, {"age = 2", "b c"}});
  const Finished first = server.Cli({"rollback", "-p", "p", "--load", "one"});
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.err, HasSubstr("later version"));
}

TEST(Rule21, VersionsAreComparedExactly) {
  const TinyServer server;
  server.MustLoad("id,city\na,X\nb,X\nc,Y\n", kSchema, {"--date", "2026-01-10", "--label", "one"});
  server.MustLoad("id,city\nb,Y\nc,Y\nd,Y\n", kSchema, {"--date", "2026-01-11", "--mode", "replace"});
  const Finished json =
      server.Cli({"versions", "-p", "p", "city", "--compare", "1", "2", "--format", "json"});
  ASSERT_EQ(json.exit_code, 0) << json.err;
  EXPECT_THAT(json.out, HasSubstr("\"entered\": 1"));
  EXPECT_THAT(json.out, HasSubstr("\"left\": 1"));
  EXPECT_THAT(json.out, HasSubstr("\"changed\": 1"));
  EXPECT_THAT(json.out, HasSubstr("\"text\": \"X\""));
  const Finished one = server.Cli({"versions", "-p", "p", "city", "--limit", "1", "--format", "json"});
  EXPECT_THAT(one.out, HasSubstr("\"version\": 2"));
  EXPECT_EQ(Occurrences(one.out, "\"business_date\""), 1);
  const Finished all = server.Cli({"versions", "-p", "p", "city", "--format", "json"});
  EXPECT_THAT(all.out, HasSubstr("\"load\": \"one\""));
  EXPECT_THAT(all.out, HasSubstr("\"members\": 3"));
  EXPECT_EQ(server.Cli({"versions", "-p", "p", "city", "--compare", "1", "7"}).exit_code, 1);
  EXPECT_EQ(server.Cli({"versions", "-p", "p", "town"}).exit_code, 1);
}

}  // namespace
}  // namespace muster::testing

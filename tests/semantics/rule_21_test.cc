// Rule 21: late loads go into history, unless they say otherwise; a date after tomorrow is a slip, and has a
// way out.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

TEST(Rule21, MakeCurrentChangesTodaysValuesToo) {
  const TinyServer server;
  server.MustLoad("id,city\na,X\nb,X\n", kSchema, {"--date", "2026-01-01"});
  server.MustLoad("id,city\nb,Y\n", kSchema, {"--date", "2026-01-10"});
  const Finished late =
      server.MustLoad("id,city\na,L\nc,L\n", kSchema, {"--date", "2026-01-05", "--make-current"});
  EXPECT_THAT(late.err, Not(HasSubstr("warning")));
  ExpectSelects(server, {{"city = 'L'", "a c"}, {"city = 'Y'", "b"}});
  server.MustLoad("id,city\na,R\n", kSchema, {"--date", "2026-01-06", "--make-current", "--mode", "replace"});
  ExpectSelects(server, {{"HAS city", "a"}, {"city = 'R'", "a"}});
  // It has the current date: the load of the day after is not late, the one of the day before is.
  server.MustLoad("id,city\nb,N\n", kSchema, {"--date", "2026-01-10"});
  server.MustLoad("id,city\nb,O\n", kSchema, {"--date", "2026-01-09"});
  ExpectSelects(server, {{"city = 'N'", "b"}, {"city = 'O'", ""}});
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

TEST(Rule21, ATagThatAFutureDateFrozeIsFreed) {
  TinyServer server;
  server.MustLoad("id,city\na,X\nb,X\n", kSchema);
  server.MustLoad("id,city\na,typo\n", kSchema, {"--date", "9999-12-31", "--allow-future"});
  const Finished frozen = server.MustLoad("id,city\na,Y\n", kSchema);
  EXPECT_THAT(frozen.err, HasSubstr("9999-12-31, a date that has yet to come"));
  ExpectSelects(server, {{"city = 'typo'", "a"}});
  const Finished freed = server.MustLoad("id,city\na,Z\n", kSchema, {"--make-current"});
  EXPECT_THAT(freed.err, HasSubstr("reached only by its version number"));
  ExpectSelects(server, {{"city = 'Z'", "a"}, {"city = 'X'", "b"}, {"city = 'typo'", ""}});
  server.Restart();
  EXPECT_THAT(server.MustLoad("id,city\nb,W\n", kSchema).err, Not(HasSubstr("warning")));
  ExpectSelects(server, {{"city = 'Z'", "a"}, {"city = 'W'", "b"}});
}

}  // namespace
}  // namespace muster::testing

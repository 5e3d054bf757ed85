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

}  // namespace
}  // namespace muster::testing

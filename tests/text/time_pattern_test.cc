#include "text/time_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace muster {
namespace {

using ::testing::HasSubstr;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

// The instant that `cell` says, as it is printed in UTC; or the fault's number.
std::string Read(const char* pattern, const char* cell, absl::TimeZone zone = absl::UTCTimeZone()) {
  const absl::StatusOr<TimePattern> made = TimePattern::Make(pattern);
  if (!made.ok()) return std::string(made.status().message());
  int64_t micros = 0;
  const TimestampFault fault = made->ReadTimestamp(cell, zone, micros);
  if (fault != TimestampFault::kNone) return "fault " + std::to_string(static_cast<int>(fault));
  return TimestampText(micros, absl::UTCTimeZone());
}

std::string ReadDay(const char* pattern, const char* cell, absl::TimeZone zone = absl::UTCTimeZone()) {
  const absl::StatusOr<TimePattern> made = TimePattern::Make(pattern);
  if (!made.ok()) return std::string(made.status().message());
  const std::optional<absl::CivilDay> day = made->ReadDay(cell, zone);
  return day ? DateText(*day) : "none";
}

constexpr char kShape[] = "fault 1";
constexpr char kPrecision[] = "fault 2";
constexpr char kRange[] = "fault 3";

TEST(TimePatternTest, ReadsWhatStrptimeWrites) {
  const char* const want = "2026-02-03T16:05:09Z";
  EXPECT_EQ(Read("%d/%m/%Y %H:%M:%S", "03/02/2026 16:05:09"), want);
  EXPECT_EQ(Read("%d/%m/%Y %H:%M:%S", "3/2/2026 16:05:09"), want);
  EXPECT_EQ(Read("%m/%d/%y %I:%M:%S %p", "02/03/26 04:05:09 PM"), want);
  EXPECT_EQ(Read("%Y%m%d%H%M%S", "20260203160509"), want);
  EXPECT_EQ(Read("%a, %d %b %Y %H:%M:%S %z", "Tue, 03 Feb 2026 18:05:09 +0200"), want);
  EXPECT_EQ(Read("%e %B %Y %T", "3 February 2026 16:05:09"), want);
  EXPECT_EQ(Read("%F %T%z", "2026-02-03 16:05:09Z"), want);
  EXPECT_EQ(Read("%F %T%z", "2026-02-03 17:05:09+01:00"), want);
  EXPECT_EQ(Read("%D %R", "02/03/26 16:05"), "2026-02-03T16:05:00Z");
  EXPECT_EQ(Read("%d.%m.%Y", "03.02.2026"), "2026-02-03T00:00:00Z");
  EXPECT_EQ(Read("%Y-%m-%d %H:%M:%S.%f", "2026-02-03 16:05:09.250000"), "2026-02-03T16:05:09.25Z");
  EXPECT_EQ(Read("%Y-%m-%d %H:%M:%S.%f", "2026-02-03 16:05:09"), want);
  EXPECT_EQ(Read("%d/%m/%Y 100%%", "03/02/2026 100%"), "2026-02-03T00:00:00Z");
}

TEST(TimePatternTest, CellsThatSayNoTimeAreRefused) {
  for (const char* cell :
       {"", "31/02/2026", "00/02/2026", "01/13/2026", "03/02/26", "03/02/20261", "03-02-2026", "2026/02/03",
        "03/02/2026x", "infinite-future", "infinite-past", "03/02/+026"}) {
    EXPECT_EQ(Read("%d/%m/%Y", cell), kShape) << cell;
    EXPECT_EQ(ReadDay("%d/%m/%Y", cell), "none") << cell;
  }
  EXPECT_EQ(Read("%F %H:%M", "2026-02-03 24:00"), kShape);
  EXPECT_EQ(Read("%F %T.%f", "x"), "it has %f, which is not read; take %Y %m %d %H %M %S and the like");
  EXPECT_EQ(Read("%F %H:%M:%S.%f", "2026-02-03 16:05:09.1234567"), kPrecision);
  EXPECT_EQ(Read("%F %H:%M:%S.%f", "2026-02-03 16:05:09.1234560"), "2026-02-03T16:05:09.123456Z");
}

TEST(TimePatternTest, TheRangeIsThatOfWhatIsStored) {
  EXPECT_EQ(Read("%d/%m/%Y", "01/01/0001"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(Read("%d/%m/%Y", "31/12/9999"), "9999-12-31T00:00:00Z");
  EXPECT_EQ(Read("%d/%m/%Y", "31/12/0000"), kRange);
  EXPECT_EQ(Read("%F %T%z", "0001-01-01 00:00:00+00:01"), kRange);
  EXPECT_EQ(Read("%F %T%z", "9999-12-31 23:59:59-00:01"), kRange);
  EXPECT_EQ(ReadDay("%d/%m/%Y", "01/01/0001"), "0001-01-01");
  EXPECT_EQ(ReadDay("%d/%m/%Y", "31/12/9999"), "9999-12-31");
  EXPECT_EQ(ReadDay("%d/%m/%Y", "31/12/0000"), "none");
  EXPECT_EQ(ReadDay("%F %T%z", "9999-12-31 23:59:59Z", Zone("Asia/Shanghai")), "none");
}

TEST(TimePatternTest, WithoutAnOffsetTheTimeIsInTheZone) {
  const absl::TimeZone berlin = Zone("Europe/Berlin");
  EXPECT_EQ(Read("%d/%m/%Y %H:%M", "29/03/2026 02:30", berlin), "2026-03-29T01:30:00Z");  // a gap: the later
  EXPECT_EQ(Read("%d/%m/%Y %H:%M", "25/10/2026 02:30", berlin),
            "2026-10-25T00:30:00Z");  // twice: the earlier
  EXPECT_EQ(Read("%d/%m/%Y %H:%M %z", "25/10/2026 02:30 +0100", berlin), "2026-10-25T01:30:00Z");
  // A day is as it is written, and one with an offset that of the zone.
  EXPECT_EQ(ReadDay("%d/%m/%Y", "04/11/2018", Zone("America/Sao_Paulo")), "2018-11-04");
  EXPECT_EQ(ReadDay("%d/%m/%Y %H:%M", "25/10/2026 23:59", Zone("Asia/Shanghai")), "2026-10-25");
  EXPECT_EQ(ReadDay("%d/%m/%Y %H:%M %z", "25/10/2026 23:59 +0000", Zone("Asia/Shanghai")), "2026-10-26");
}

TEST(TimePatternTest, PatternsThatSayTooLittleOrTooMuchAreRefused) {
  EXPECT_THAT(Read("%H:%M", ""), HasSubstr("year (%Y)"));
  EXPECT_THAT(Read("%Y-%m", ""), HasSubstr("day (%d)"));
  EXPECT_THAT(Read("%d/%m/%Y %I:%M", ""), HasSubstr("%I and %p"));
  EXPECT_THAT(Read("%d/%m/%Y %H:%M %p", ""), HasSubstr("%I and %p"));
  EXPECT_THAT(Read("%d/%m/%Y %M", ""), HasSubstr("without hours"));
  EXPECT_THAT(Read("%d/%m/%Y %H %I %p", ""), HasSubstr("hour twice"));
  EXPECT_THAT(Read("%d/%d/%m/%Y", ""), HasSubstr("twice"));
  EXPECT_THAT(Read("%F %Y", ""), HasSubstr("twice"));
  EXPECT_THAT(Read("%d/%m/%Y %", ""), HasSubstr("it has %"));
  // Their text would be taken, and what it says lost.
  for (const char* lost : {"%Z", "%j", "%U", "%W", "%G", "%V", "%u", "%s", "%C", "%c", "%x", "%X", "%Q"}) {
    EXPECT_THAT(Read(("%d/%m/%Y " + std::string(lost)).c_str(), ""), HasSubstr(lost)) << lost;
  }
  EXPECT_THAT(Read(("%d/%m/%Y" + std::string(100, ' ')).c_str(), ""), HasSubstr("100 bytes"));
}

}  // namespace
}  // namespace muster

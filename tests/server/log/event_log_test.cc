#include "server/log/event_log.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class EventLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
  EventLog log_{[this](EventLog::Level, const std::string& line) { lines_.push_back(line); },
                [this] { return now_; }};
};

LoadEvent AnEvent(std::string label = "day 1") {
  LoadEvent event;
  event.population = "shop";
  event.label = std::move(label);
  event.date = "2026-11-29";
  event.peer = "ipv4:127.0.0.1:4711";
  event.records = 1000;
  event.rejected = 7;
  event.took = absl::Milliseconds(12);
  return event;
}

TEST_F(EventLogTest, OneLineALoadAndARefusal) {
  log_.LoadEnded(AnEvent(), "published");
  log_.LoadRefused(AnEvent(), index::WithReason(absl::FailedPreconditionError("too many\nline 2: bad"),
                                                index::Reason::kTooManyRejected));
  EXPECT_THAT(
      lines_,
      ElementsAre("load published: population=\"shop\" label=\"day 1\" date=\"2026-11-29\" records=1000 "
                  "rejected=7 ms=12 peer=\"ipv4:127.0.0.1:4711\"",
                  "load refused: population=\"shop\" label=\"day 1\" date=\"2026-11-29\" records=1000 "
                  "rejected=7 ms=12 peer=\"ipv4:127.0.0.1:4711\" reason=TOO_MANY_REJECTED "
                  "message=\"too many\\nline 2: bad\""));
}

TEST_F(EventLogTest, ALabelForgesNoLineAndTurnsNoTextAround) {
  EXPECT_EQ(LogText("a\nb\r\t\x1b]52;\x07"), "\"a\\nb\\r\\t\\u001b]52;\\u0007\"");
  EXPECT_EQ(LogText("say \"hi\" \\"), "\"say \\\"hi\\\" \\\\\"");
  EXPECT_EQ(LogText("caf\xc3\xa9 \xe4\xb8\x8a\xe6\xb5\xb7"), "\"caf\xc3\xa9 \xe4\xb8\x8a\xe6\xb5\xb7\"");
  EXPECT_EQ(LogText("\xe2\x80\xae"
                    "abc\xe2\x80\xa8\xc2\x85"),
            "\"\\u202eabc\\u2028\\u0085\"");
  EXPECT_EQ(LogText("a\xf3\xa0\x81\x81\xc2\xa0\xe2\x80\x8b\xef\xbb\xbf"),
            "\"a\\U000e0041\\u00a0\\u200b\\ufeff\"")
      << "what has no ink";
  EXPECT_EQ(LogText("\xff"), "\"\xef\xbf\xbd\"");
  EXPECT_LT(LogText(std::string(100'000, 'x')).size(), 210u);
  log_.LoadEnded(AnEvent("x\" records=9\nload published: population=\"bank\""), "published");
  EXPECT_THAT(lines_.back(), AllOf(Not(HasSubstr("\n")), HasSubstr("label=\"x\\\" records=9\\nload")));
}

TEST_F(EventLogTest, FailuresOfTheStoreAndForWantOfRoomAreSaid) {
  log_.Failed(absl::OkStatus());
  log_.Failed(absl::InvalidArgumentError("a question"));
  log_.Failed(absl::NotFoundError("a population"));
  EXPECT_THAT(lines_, IsEmpty());
  log_.Failed(index::WithReason(absl::DataLossError("damaged"), index::Reason::kStorageCorrupt));
  log_.Failed(index::WithReason(absl::ResourceExhaustedError("full"), index::Reason::kDiskFull));
  log_.Failed(absl::ResourceExhaustedError("too many"));
  EXPECT_THAT(lines_, ElementsAre("stored data is damaged: \"damaged\"", "no room: \"full\"",
                                  "overloaded: \"too many\""));
}

TEST_F(EventLogTest, AnAttackDoesNotFillTheDisk) {
  const absl::Status overload = absl::ResourceExhaustedError("too many");
  for (int i = 0; i < 100'000; ++i) log_.Failed(overload);
  EXPECT_THAT(lines_, SizeIs(10));
  now_ += absl::Seconds(11);
  for (int i = 0; i < 100; ++i) log_.Failed(overload);
  ASSERT_THAT(lines_, SizeIs(11));
  EXPECT_THAT(lines_.back(), HasSubstr("(and 99990 more like it since the last line)"));
  // Other kinds have lines of their own, loads more of them.
  for (int i = 0; i < 5'000; ++i) log_.LoadRefused(AnEvent(), absl::InvalidArgumentError("no"));
  EXPECT_THAT(lines_, SizeIs(1'011));
}

}  // namespace
}  // namespace muster::server

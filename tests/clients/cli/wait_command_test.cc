#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/clients/cli/command_test.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;
using testing::IsEmpty;

class WaitCommandTest : public CommandTest {
 protected:
  WaitCommandTest() {
    v1::Tag& tag = *server_.tag_pages.emplace_back().add_tags();
    tag.set_name("city");
    tag.set_business_date("2026-11-20");
  }
};

TEST_F(WaitCommandTest, EndsWhenTheTagsAreOfTheDate) {
  EXPECT_EQ(Muster({"wait", "-p", "p", "--tag", "city", "--date", "2026-11-20"}), kDone);
  EXPECT_THAT(out_, IsEmpty());
  EXPECT_THAT(err_, IsEmpty());
}

TEST_F(WaitCommandTest, SaysWhatItWaitedForWhenTheTimeIsOver) {
  EXPECT_EQ(Muster({"wait", "-p", "p", "-t", "city", "--date", "2026-11-21", "--timeout", "0.2"}), kTryAgain);
  EXPECT_THAT(err_, HasSubstr("waiting for 2026-11-21: 'city' is of 2026-11-20\n"));
  EXPECT_THAT(err_,
              HasSubstr("after 0.2 s not everything is of 2026-11-21 or later: 'city' is of 2026-11-20\n"));
  server_.tag_pages[0].mutable_tags(0)->clear_business_date();
  EXPECT_EQ(Muster({"wait", "-p", "p", "-t", "city", "--date", "2026-11-21", "--timeout", "0"}), kTryAgain);
  EXPECT_THAT(err_, HasSubstr("'city' was never loaded"));
}

TEST_F(WaitCommandTest, ASegmentIsCountedWithTheDateRequired) {
  EXPECT_EQ(Muster({"wait", "-p", "p", "--segment", "spring", "--date", "2026-11-21"}), kDone);
  EXPECT_EQ(server_.counted.require_date(), "2026-11-21");
  EXPECT_EQ(server_.counted.expression().tree().segment().name(), "spring");
  server_.status =
      FailureWith(grpc::StatusCode::FAILED_PRECONDITION, "the tag 'city' is older", "STALE_TAGS");
  EXPECT_EQ(Muster({"wait", "-p", "p", "--segment", "spring", "--date", "2026-11-21", "--timeout", "0"}),
            kTryAgain);
  EXPECT_THAT(err_, HasSubstr("or later: the tag 'city' is older\n"));
}

TEST_F(WaitCommandTest, RefusalsEndIt) {
  server_.status = FailureWith(grpc::StatusCode::INVALID_ARGUMENT, "there is no segment", "UNKNOWN_SEGMENT");
  EXPECT_EQ(Muster({"wait", "-p", "p", "--segment", "spring", "--date", "2026-11-21"}), kFailed);
  EXPECT_EQ(Muster({"wait", "-p", "p", "--date", "2026-11-21"}), kWrongUsage);
  EXPECT_EQ(Muster({"wait", "-p", "p", "--tag", "city"}), kWrongUsage);
  EXPECT_EQ(Muster({"wait", "-p", "p", "--tag", "city", "--segment", "spring", "--date", "2026-11-21"}),
            kWrongUsage);
}

}  // namespace
}  // namespace muster::cli

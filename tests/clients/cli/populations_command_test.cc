#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/clients/cli/command_test.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PopulationsCommandTest : public CommandTest {
 protected:
  PopulationsCommandTest() {
    server_.population.set_name("shop");
    server_.population.set_time_zone("Asia/Shanghai");
    server_.population.set_member_count(1'234);
    server_.population.set_tag_count(7);
    server_.population.set_current_date("2026-11-29");
    server_.population.set_disk_bytes(3'400'000);
  }
};

TEST_F(PopulationsCommandTest, ListsThemWithWhatTheyTake) {
  EXPECT_EQ(Muster({"populations"}), kDone);
  EXPECT_EQ(out_,
            "population  members  tags  on disk  date        time zone\n"
            "shop          1,234     7   3.4 MB  2026-11-29  Asia/Shanghai\n");
  EXPECT_EQ(Muster({"populations", "--format", "csv"}), kDone);
  EXPECT_EQ(out_,
            "population,members,tags,disk_bytes,current_date,time_zone\n"
            "shop,1234,7,3400000,2026-11-29,Asia/Shanghai\n");
  EXPECT_EQ(Muster({"tags"}), kDone);
  EXPECT_THAT(out_, HasSubstr("shop"));
}

TEST_F(PopulationsCommandTest, DropNeedsYesWithoutATerminal) {
  EXPECT_EQ(Muster({"populations", "drop", "shop"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("--yes"));
  EXPECT_EQ(Muster({"populations", "drop"}), kWrongUsage);
  EXPECT_EQ(Muster({"populations", "drop", "", "--yes"}), kWrongUsage);
  EXPECT_THAT(server_.dropped, IsEmpty());
  EXPECT_EQ(Muster({"populations", "drop", "shop", "--yes"}), kDone);
  EXPECT_THAT(server_.dropped, ElementsAre("shop"));
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "dropped shop: 1,234 members, 7 tags\n");
}

TEST_F(PopulationsCommandTest, APersonIsAskedAndAnswersYes) {
  for (const char* answer : {"", "\n", "no\n", "y\n", "shop\n"}) {
    EXPECT_EQ(Muster({"populations", "drop", "shop"}, answer, true), kFailed) << answer;
    EXPECT_THAT(err_, HasSubstr("nothing was dropped"));
  }
  EXPECT_THAT(server_.dropped, IsEmpty());
  EXPECT_EQ(Muster({"populations", "drop", "shop"}, " yes\n", true), kDone);
  EXPECT_THAT(err_, HasSubstr("1,234 members, 7 tags and all its loads (3.4 MB)?"));
  EXPECT_THAT(server_.dropped, ElementsAre("shop"));
}

TEST_F(PopulationsCommandTest, ADamagedPopulationIsDroppedWithoutFigures) {
  server_.status =
      FailureWith(grpc::StatusCode::DATA_LOSS, "the population 'shop' is offline: damage", "STORAGE_CORRUPT");
  EXPECT_EQ(Muster({"populations", "drop", "shop"}, "no\n", true), kFailed);
  EXPECT_THAT(err_, HasSubstr("error: the population 'shop' is offline: damage\n"));
  EXPECT_THAT(err_, HasSubstr("Drop the population shop with all that is left of it?"));
  EXPECT_THAT(err_, HasSubstr("nothing was dropped"));
  server_.status =
      FailureWith(grpc::StatusCode::NOT_FOUND, "there is no population 'shop'", "UNKNOWN_POPULATION");
  EXPECT_EQ(Muster({"populations", "drop", "shop"}, "yes\n", true), kFailed);
  EXPECT_THAT(err_, testing::Not(HasSubstr("Drop the population")));
  EXPECT_THAT(server_.dropped, IsEmpty());

  server_.status = grpc::Status::OK;
  server_.population.Clear();  // what the server says of one that it can't read
  server_.population.set_name("shop");
  EXPECT_EQ(Muster({"populations", "drop", "shop", "--yes"}), kDone);
  EXPECT_EQ(err_, "dropped shop, which could not be read\n");
}

TEST_F(PopulationsCommandTest, AnOpenLoadIsAReasonToTryAgain) {
  server_.status = FailureWith(grpc::StatusCode::ABORTED, "the load 'monday' is open", "LOAD_CONFLICT");
  EXPECT_EQ(Muster({"populations", "drop", "shop", "--yes"}), kTryAgain);
  EXPECT_EQ(err_, "error: the load 'monday' is open\n");
}

TEST_F(PopulationsCommandTest, AUmaskIsOctal) {
  const mode_t before = umask(0);
  umask(before);
  EXPECT_EQ(Muster({"--umask", "027", "populations"}), kDone);
  EXPECT_EQ(umask(before), mode_t{027});
  for (const char* wrong : {"", "x", "8", "100", "777", "-1"})
    EXPECT_EQ(Muster({"--umask", wrong, "populations"}), kWrongUsage) << wrong;
}

}  // namespace
}  // namespace muster::cli

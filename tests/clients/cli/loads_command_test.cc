#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/clients/cli/command_test.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;

class LoadsCommandTest : public CommandTest {
 protected:
  LoadsCommandTest() {
    server_.load_pages.resize(2);
    v1::Load& published = *server_.load_pages[0].add_loads();
    published.set_label("orders-2026-11-22");
    published.set_state(v1::LOAD_STATE_PUBLISHED);
    published.set_mode(v1::LOAD_MODE_REPLACE);
    published.set_business_date("2026-11-22");
    published.set_published_at("2026-11-23T03:12:00+08:00");
    for (const char* tag : {"orders", "spent"}) {
      published.add_tags(tag);
      v1::LoadedTag& result = *published.add_results();
      result.set_name(tag);
      result.set_version(7);
      result.set_member_count(1'234'000);
    }
    published.set_records(1'234'567);
    published.set_rejected(12);
    published.set_new_members(1);
    published.set_content("REPLACE of orders and spent");
    published.add_first_rejected()->set_line(17);
    published.mutable_first_rejected(0)->set_message("orders: 'x' is no number");
    published.add_warnings("late");
    v1::Load& open = *server_.load_pages[1].add_loads();
    open.set_label("clicks");
    open.set_state(v1::LOAD_STATE_OPEN);
    open.add_tags("clicks");
    server_.load_pages[0].set_next_page_token("1");
  }
};

TEST_F(LoadsCommandTest, ListsAllPages) {
  EXPECT_EQ(Muster({"loads", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "label              state      mode     date        tags    records  rejected\n"
            "orders-2026-11-22  published  replace  2026-11-22     2  1,234,567        12\n"
            "clicks             open                               1\n");
  EXPECT_EQ(Muster({"loads", "-p", "p", "--limit", "1"}), kDone);
  EXPECT_THAT(out_, testing::Not(HasSubstr("clicks")));
  EXPECT_EQ(Muster({"loads", "-p", "p", "--format", "csv"}), kDone);
  EXPECT_EQ(
      out_,
      "label,state,mode,business_date,published_at,tags,records,rejected,new_members\n"
      "orders-2026-11-22,published,replace,2026-11-22,2026-11-23T03:12:00+08:00,orders|spent,1234567,12,1\n"
      "clicks,open,,,,clicks,0,0,0\n");
  EXPECT_EQ(Muster({"loads", "-p", "p", "--format", "json"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\"published_at\": \"2026-11-23T03:12:00+08:00\""));
}

TEST_F(LoadsCommandTest, ShowsOne) {
  EXPECT_EQ(Muster({"loads", "show", "orders-2026-11-22", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "orders-2026-11-22\n"
            "  state      published, 2026-11-23T03:12:00+08:00\n"
            "  date       2026-11-22\n"
            "  content    REPLACE of orders and spent\n"
            "  records    1,234,567, 12 rejected; 1 new member\n"
            "             line 17: orders: 'x' is no number\n"
            "  warning    late\n"
            "\n"
            "tag     version    members\n"
            "orders        7  1,234,000\n"
            "spent         7  1,234,000\n");
}

TEST_F(LoadsCommandTest, NoLoadsAndNoSuchLoadAreSaid) {
  server_.load_pages.assign(1, v1::ListLoadsResponse());
  EXPECT_EQ(Muster({"loads", "-p", "p"}), kDone);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr("there are no loads"));
  server_.status = FailureWith(grpc::StatusCode::NOT_FOUND, "no load 'x' was published", "UNKNOWN_LOAD");
  EXPECT_EQ(Muster({"loads", "show", "x", "-p", "p"}), kFailed);
  EXPECT_THAT(err_, HasSubstr("no load 'x'"));
  EXPECT_EQ(Muster({"loads", "show", "-p", "p"}), kWrongUsage);
  EXPECT_EQ(Muster({"loads", "-p", "p", "--limit", "0"}), kWrongUsage);
}

}  // namespace
}  // namespace muster::cli

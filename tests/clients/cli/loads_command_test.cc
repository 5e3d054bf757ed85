#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

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
      if (result.name() == "orders") result.set_coverage(0.25);
    }
    published.set_records(1'234'567);
    published.set_rejected(12);
    published.set_new_members(1);
    published.set_content("REPLACE of orders and spent");
    published.add_first_rejected()->set_line(17);
    published.mutable_first_rejected(0)->set_message("orders: 'x' is no number");
    v1::RejectedRecord& of_a_file = *published.add_first_rejected();
    of_a_file.set_line(1'017);
    of_a_file.set_file("part-1.csv");
    of_a_file.set_line_in_file(17);
    of_a_file.set_message("orders: 'y' is no number");
    published.add_rejections()->set_reason(v1::REJECTION_REASON_BAD_CELL);
    published.mutable_rejections(0)->set_records(12);
    published.add_warnings("late");
    published.mutable_cells()->set_changed(1'234);
    published.mutable_cells()->set_dropped(5);
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
  EXPECT_THAT(out_, testing::Not(HasSubstr("content"))) << "which a listing doesn't know";
  EXPECT_THAT(out_, testing::EndsWith("  {\n   \"label\": \"clicks\",\n   \"state\": \"LOAD_STATE_OPEN\",\n"
                                      "   \"tags\": [\n    \"clicks\"\n   ]\n  }\n ]\n}\n"));
  EXPECT_EQ(Muster({"loads", "ls", "-p", "p", "--limit", "1"}), kWrongUsage);
  EXPECT_EQ(Muster({"loads", "ls", "-p", "p"}), kDone);
  EXPECT_THAT(out_, HasSubstr("clicks"));
}

TEST_F(LoadsCommandTest, AWordThatIsNoCommandIsAnsweredWithTheOneThatFits) {
  EXPECT_EQ(Muster({"loads", "day-1", "-p", "p"}), kWrongUsage);
  EXPECT_THAT(err_, HasSubstr("`muster loads show day-1` shows the one of that name"));
}

TEST_F(LoadsCommandTest, ALabelThatWasMadeIsShownWhole) {
  const std::string label = std::string(24, 'x') + "-20261130T163126Z-8da0a53de5dc";
  server_.load_pages[0].mutable_loads(0)->set_label(label);
  const std::string table = [&] {
    std::ostringstream out, err;
    Invocation run = {.terminal = {out, err, false}, .in = std::cin, .server = server_.address()};
    run.terminal.out_columns = 80;
    const std::vector<const char*> arguments = {"muster", "loads", "-p", "p"};
    EXPECT_EQ(cli::Run(static_cast<int>(arguments.size()), arguments.data(), run), kDone);
    return out.str();
  }();
  EXPECT_THAT(table, HasSubstr(label));
  EXPECT_THAT(table, HasSubstr("2026-11-22"));
}

TEST_F(LoadsCommandTest, ShowsOne) {
  EXPECT_EQ(Muster({"loads", "show", "orders-2026-11-22", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "orders-2026-11-22\n"
            "  state      published, 2026-11-23T03:12:00+08:00\n"
            "  date       2026-11-22\n"
            "  content    REPLACE of orders and spent\n"
            "  records    1,234,567, 12 rejected; 1 new member\n"
            "             12 × a cell that its tag doesn't take\n"
            "             line 17: orders: 'x' is no number\n"
            "             part-1.csv:17: orders: 'y' is no number\n"
            "  cells      1,234 changed, 0 unchanged, 5 dropped\n"
            "  warning    late\n"
            "\n"
            "tag     version    members  coverage\n"
            "orders        7  1,234,000    25.0 %\n"
            "spent         7  1,234,000         -\n");
  EXPECT_EQ(Muster({"loads", "show", "orders-2026-11-22", "-p", "p", "--format", "json"}), kDone);
  EXPECT_THAT(out_,
              HasSubstr("\"cells\": {\n  \"changed\": 1234,\n  \"unchanged\": 0,\n  \"dropped\": 5\n }"));
}

TEST_F(LoadsCommandTest, ShowsWhatIsStoredOfAnOpenOne) {
  v1::Load& open = *server_.load_pages[1].mutable_loads(0);
  for (const char* name : {"part-0", "part-1"}) {
    v1::LoadPart& part = *open.add_parts();
    part.set_name(name);
    part.set_next_batch(3);
    part.set_records(1'500);
  }
  server_.load_pages[0] = server_.load_pages[1];
  EXPECT_EQ(Muster({"loads", "show", "clicks", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "clicks\n"
            "  state      open\n"
            "  tags       clicks\n"
            "  stored     2 parts, 3,000 records\n");
  EXPECT_EQ(Muster({"loads", "show", "clicks", "-p", "p", "--format", "json"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\"next_batch\": 3"));
}

TEST_F(LoadsCommandTest, AbortsOne) {
  EXPECT_EQ(Muster({"loads", "abort", "clicks", "-p", "p"}), kDone);
  EXPECT_EQ(server_.aborted, "p/clicks");
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr("the load 'clicks' was aborted"));
  server_.status = FailureWith(grpc::StatusCode::NOT_FOUND, "no load 'x' is open", "UNKNOWN_LOAD");
  EXPECT_EQ(Muster({"loads", "abort", "x", "-p", "p"}), kFailed);
  EXPECT_THAT(err_, HasSubstr("no load 'x'"));
  EXPECT_EQ(Muster({"loads", "abort", "-p", "p"}), kWrongUsage);
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
  for (const char* const limit : {"0", "-1", "x", "99999999999999999999999999"}) {
    EXPECT_EQ(Muster({"loads", "-p", "p", "--limit", limit}), kWrongUsage);
    EXPECT_THAT(err_, HasSubstr("is no whole number of at least 1"));
  }
}

}  // namespace
}  // namespace muster::cli

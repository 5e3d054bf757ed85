// Output on a terminal of 80 columns: no line is longer, and lines break between words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/escaping_stream.h"
#include "tests/clients/cli/command_test.h"
#include "text/abseil_text.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

using client::FailureWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr size_t kColumns = 80;

// Runs commands at a terminal of `columns`, and expects no longer line.
class NarrowTerminalTest : public CommandTest {
 protected:
  int Muster(std::vector<const char*> arguments, const std::string& input = "", size_t columns = kColumns) {
    arguments.insert(arguments.begin(), "muster");
    std::ostringstream out, seen;
    EscapingBuffer buffer(*seen.rdbuf(), /*colours=*/false);
    std::ostream err(&buffer);
    std::istringstream in(input);
    Invocation run = {.terminal = {.out = out,
                                   .err = err,
                                   .err_is_terminal = true,
                                   .columns = columns,
                                   .out_columns = columns},
                      .in = in,
                      .server = server_.address()};
    const int code = cli::Run(static_cast<int>(arguments.size()), arguments.data(), run);
    err << std::flush;
    out_ = out.str();
    err_ = absl::StrReplaceAll(seen.str(), {{"\x1b[K", ""}});  // wipes the line of a progress bar
    for (const std::string& text : {out_, err_}) {
      for (const absl::string_view line : absl::StrSplit(text, absl::ByAnyChar("\n\r")))
        EXPECT_LE(DisplayWidth(FromAbseil(line)), columns) << line;
    }
    return code;
  }
};

TEST_F(NarrowTerminalTest, ACatalogueLosesItsBarsFirst) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].set_population_member_count(1'000'000);
  for (const char* name : {"acquisition_source", "city"}) {
    auto* tag = server_.tag_pages[0].add_tags();
    tag->set_name(name);
    tag->set_kind(v1::TAG_KIND_MULTI);
    tag->set_weighted(true);
    tag->set_coverage(1);
    tag->set_member_count(1'000'000);
    tag->set_value_count(3);
  }
  server_.value_pages.resize(1);
  for (const char* value : {"a value of some length", "another one", "上海"})
    server_.value_pages[0].add_values()->set_value(value);
  EXPECT_EQ(Muster({"tags", "-p", "p"}), kDone);
  EXPECT_EQ(out_,
            "p: 1,000,000 members, 2 tags\n\n"
            "tag                 kind            coverage    members  values  most frequent\n"
            "acquisition_source  MULTI weighted   100.0 %  1,000,000       3  a value of som…\n"
            "city                MULTI weighted   100.0 %  1,000,000       3  a value of som…\n");
}

TEST_F(NarrowTerminalTest, ACatalogueFitsHalfATerminal) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].set_population_member_count(1'000'000);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("interests_of_the_last_year");
  tag->set_kind(v1::TAG_KIND_MULTI);
  tag->set_weighted(true);
  tag->set_coverage(1);
  tag->set_member_count(1'000'000);
  tag->set_value_count(3);
  EXPECT_EQ(Muster({"tags", "-p", "p"}, "", 60), kDone);
  EXPECT_EQ(out_,
            "p: 1,000,000 members, 1 tag\n\n"
            "tag              kind            coverage    members  values\n"
            "interests_of_t…  MULTI weighted   100.0 %  1,000,000       3\n");
  EXPECT_EQ(Muster({"tags", "-p", "p"}, "", 44), kDone);
  EXPECT_THAT(out_, Not(HasSubstr("coverage")));
  EXPECT_THAT(out_, HasSubstr("1,000,000"));
}

TEST_F(NarrowTerminalTest, AScaleOfManyDigitsIsCut) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].set_population_member_count(100'000'000);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name("revenue_total_of_all_orders_in_the_last_ninety_days");
  tag->set_kind(v1::TAG_KIND_NUMBER);
  tag->set_scale(18);
  tag->set_coverage(1);
  tag->set_member_count(100'000'000);
  tag = server_.tag_pages[0].add_tags();
  tag->set_name("city");
  tag->set_kind(v1::TAG_KIND_SINGLE);
  tag->set_member_count(100'000'000);
  tag->set_value_count(1'000'000);
  server_.value_pages.resize(1);
  server_.value_pages[0].add_values()->set_value(std::string(400, 'v'));
  EXPECT_EQ(Muster({"tags", "-p", "p"}), kDone);
  EXPECT_THAT(out_, HasSubstr("NUMBER .00000"));
}

// Each name, id and value as long as it may be, with no blank anywhere.
TEST_F(NarrowTerminalTest, AProfileOfLongNamesAndValuesFits) {
  std::string city, chinese;
  for (int i = 0; i < 42; ++i) chinese += "名";
  for (int i = 0; i < 133; ++i) city += "上";
  server_.profile.set_member_id(std::string(480, 'm'));
  server_.profile.set_first_date("2026-01-31");
  for (const std::string& name : {std::string(128, 't'), chinese, std::string("age")}) {
    auto* tag = server_.profile.add_tags();
    tag->set_tag(name);
    tag->set_kind(v1::TAG_KIND_MULTI);
    tag->add_values()->set_text(city);
    tag->add_values()->set_text("music");
    server_.profile.add_unknown_tags(name + "s");
  }
  EXPECT_EQ(Muster({"lookup", "-p", "p", "m"}), kDone);
  EXPECT_THAT(out_, HasSubstr("music"));
  // Nothing of a value is lost where it is broken.
  std::string joined;
  for (const char c : out_) {
    if (c != '\n' && c != ' ') joined += c;
  }
  EXPECT_THAT(joined, HasSubstr(std::string(480, 'm')));
  EXPECT_THAT(joined, HasSubstr("age"));
}

// A deep tree with long clauses and values.
TEST_F(NarrowTerminalTest, WhyAMemberIsInASetFits) {
  server_.profile.set_member_id("m");
  server_.profile.set_first_date("2026-01-31");
  v1::WhyAnswer& why = *server_.profile.add_why();
  why.set_expression("city = '" + std::string(300, 'c') + "' AND NOT " + std::string(100, 't'));
  const auto add = [&why](int level, const std::string& text) -> v1::WhyNode& {
    v1::WhyNode& node = *why.add_nodes();
    node.set_level(level);
    node.set_text(text);
    return node;
  };
  v1::WhyNode& whole = add(0, "AND");
  whole.set_operand_count(2);
  whole.set_reached(1);
  v1::WhyNode& city = add(1, "city = '" + std::string(300, 'c') + "'");
  city.set_as_of("2026-01-01");
  auto& tag = *city.add_tags();
  tag.set_tag("city");
  for (int i = 0; i < 3; ++i) tag.add_values()->set_text(std::string(60, 'v'));
  tag.set_more_values(5);
  for (int level = 1; level < 30; ++level) add(level, "NOT").set_operand_count(1);
  v1::WhyNode& flag = add(30, std::string(100, 't'));
  flag.set_unknown(true);
  flag.add_unknown_tags(std::string(100, 't'));
  EXPECT_EQ(Muster({"lookup", "-p", "p", "m", "--why", "EVERYONE"}), kDone);
  EXPECT_THAT(out_, HasSubstr("1 of 2 hold"));
  EXPECT_THAT(out_, HasSubstr("unknown"));
}

// Salts, lists and segments each as long as they may be.
TEST_F(NarrowTerminalTest, ASegmentWithItsSaltsFits) {
  server_.segment.set_name("halves");
  server_.segment.set_expression("BUCKET ('spring', 0, 4999)");
  server_.segment.set_canonical("BUCKET ('spring', 0, 4999)");
  server_.segment.set_version(3);
  server_.segment.set_update_time("2026-11-22T12:00:00Z");
  const auto add = [this](const std::string& salt, v1::SaltState state, uint64_t stored, uint64_t missing) {
    v1::SegmentSalt& added = *server_.segment.add_salts();
    added.set_salt(salt);
    added.set_state(state);
    added.set_stored_id_count(stored);
    added.set_missing_id_count(missing);
  };
  add("spring", v1::SALT_STATE_STORED, 1'000'000, 7);
  add("summer", v1::SALT_STATE_BUILDING, 262'144, 737'863);
  add("autumn", v1::SALT_STATE_NO_PLACE, 0, 0);
  add("winter", v1::SALT_STATE_NOT_KEPT, 0, 0);
  EXPECT_EQ(Muster({"segments", "-p", "p", "show", "halves"}), kDone);
  EXPECT_EQ(out_,
            "halves\n"
            "  expression  BUCKET ('spring', 0, 4999)\n"
            "  salts       'spring': buckets stored\n"
            "              'summer': buckets being stored, 262,144 of 1,000,007 ids so far\n"
            "              'autumn': computed from ids; 16 other salts have all places\n"
            "              'winter': computed from ids; beyond the segment's first 16, or\n"
            "              with a byte 0\n"
            "  version     3, of 2026-11-22T12:00:00Z\n");
  add(std::string(200, 's'), v1::SALT_STATE_BUILDING, 100'000'000'000, 100'000'000'000);
  server_.segment.add_uses(std::string(200, 'u'));
  server_.segment.add_lists(std::string(200, 'l'));
  EXPECT_EQ(Muster({"segments", "-p", "p", "show", "halves"}), kDone);
  EXPECT_THAT(out_, HasSubstr("  lists       lll"));
}

// The problems come first and name what they are about.
TEST_F(NarrowTerminalTest, ProblemsOfAVerificationFit) {
  v1::VerifyPopulationResponse check;
  check.set_check("rows and their statistics");
  check.set_record_count(1'234'567);
  check.set_byte_count(3'400'000);
  check.set_ended(true);
  check.set_problem_count(2);
  v1::VerificationProblem& first = *check.add_problems();
  first.set_tag("city");
  first.set_text("tag 'city': store 3, row 7.0: it has 12 records, and its statistics say 13");
  check.add_problems()->set_text(std::string(300, 'x'));
  server_.checks.push_back(check);
  EXPECT_EQ(Muster({"verify", "-p", "p"}), kFailed);
  EXPECT_THAT(out_,
              StartsWith("problem: tag 'city': store 3, row 7.0: it has 12 records, and its statistics say\n"
                         "  13\nproblem: xxx"));
  EXPECT_THAT(out_, HasSubstr("p is damaged: restore it from a backup\n"));
  EXPECT_EQ(Muster({"verify", "-p", "p", "--format", "json"}, "", 1'000), kFailed);
  EXPECT_THAT(out_, HasSubstr("\"tag\": \"city\""));
}

TEST_F(NarrowTerminalTest, ATagWithLongNotesFits) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].set_population_member_count(3);
  auto* tag = server_.tag_pages[0].add_tags();
  tag->set_name(std::string(128, 't'));
  tag->set_kind(v1::TAG_KIND_NUMBER);
  tag->set_scale(18);
  std::string chinese;
  for (int i = 0; i < 300; ++i) chinese += "说";
  tag->set_description(chinese);
  tag->set_owner(std::string(200, 'o'));
  EXPECT_EQ(Muster({"tags", "-p", "p", std::string(128, 't').c_str()}), kDone);
  EXPECT_THAT(out_, HasSubstr("description"));
}

TEST_F(NarrowTerminalTest, NamesOfPopulationsAreCutLast) {
  server_.population.set_name("a-population-with-a-long-name-that-says-much");
  server_.population.set_member_count(1'000'000'000);
  server_.population.set_tag_count(10'000);
  server_.population.set_disk_bytes(123'400'000'000);
  server_.population.set_current_date("2026-01-31");
  server_.population.set_time_zone("America/Argentina/ComodRivadavia");
  EXPECT_EQ(Muster({"populations"}), kDone);
  EXPECT_EQ(out_,
            "population                      members    tags   on disk  date        time zone\n"
            "a-population-with-a-lon…  1,000,000,000  10,000  123.4 GB  2026-01-31  America/…\n");
}

TEST_F(NarrowTerminalTest, RemarksAreBrokenBetweenWords) {
  const std::string sentence =
      "orders is a NUMBER tag and takes a number such as 30 or -1.5, without quotes, not 'a'.";
  server_.status = FailureWith(grpc::StatusCode::INVALID_ARGUMENT, sentence, "WRONG_TYPE",
                               {{"expression.text:1:10", sentence}});
  EXPECT_EQ(Muster({"count", "-p", "p", "orders > 'a'"}), kFailed);
  EXPECT_EQ(err_,
            "error: line 1, column 10: orders is a NUMBER tag and takes a number such as 30\n"
            "       or -1.5, without quotes, not 'a'.\n"
            "    orders > 'a'\n"
            "             ^\n");
}

TEST_F(NarrowTerminalTest, RejectedRecordsNameTheirFile) {
  const std::string path = Path("narrow.csv");
  std::ofstream(path) << "id,n\na,1\n";
  server_.tag_pages.resize(1);
  server_.load.set_records(3);
  server_.load.set_rejected_records(1);
  auto* record = server_.load.add_first_rejected();
  record->set_line(3);
  record->set_message(
      "tag 'n': '99999999999999999999' is out of range: with scale 0 a number lies between "
      "-9223372036854775807 and 9223372036854775807");
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "id", "--infer"}), kDone);
  EXPECT_THAT(err_, HasSubstr(absl::StrCat("  ", path, ":3: tag 'n':")));
  server_.load_status =
      FailureWith(grpc::StatusCode::FAILED_PRECONDITION,
                  "none of 1 records was accepted: mend the input\nline 2: tag 'n': 'x'", "NO_RECORDS");
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "id", "--infer"}), kFailed);
  EXPECT_THAT(err_, HasSubstr(absl::StrCat("error: none of 1 records was accepted: mend the input\n  ", path,
                                           ":2: tag 'n': 'x'\n")));
  server_.load_status = grpc::Status::OK;
  EXPECT_EQ(Muster({"load", path.c_str(), "-p", "p", "--id-column", "id", "--infer"}), kDone);
  EXPECT_THAT(err_, Not(HasSubstr("error")));
}

}  // namespace
}  // namespace muster::cli

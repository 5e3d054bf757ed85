#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "clients/cli/caret.h"
#include "clients/cli/expression_argument.h"
#include "clients/cli/load_report.h"
#include "clients/cli/plan_table.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "tests/matchers/status.h"
#include "text/abseil_text.h"
#include "text/display_width.h"

namespace muster::cli {
namespace {

using testing::HasSubstr;

TEST(ShownText, IsCutAndCleaned) {
  EXPECT_EQ(FitWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(FitWidth("abcdefg", 6), "abcde…");
  EXPECT_EQ(FitWidth("上海北京", 6), "上海…");
}

TEST(ShownText, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(18446744073709551615u), "18,446,744,073,709,551,615");
}

TEST(ShownText, OnlyAWholeIsAHundredPercent) {
  EXPECT_EQ(Percent(0), "0.0 %");
  EXPECT_EQ(Percent(0.975), "97.5 %");
  EXPECT_EQ(Percent(2001.0 / 2002), "99.9 %");
  EXPECT_EQ(Percent(0.9999999), "99.9 %");
  EXPECT_EQ(Percent(1), "100.0 %");
}

TEST(Table, AlignsWideCharacters) {
  Table table({{"tag"}, {"n", Table::Align::kRight}, {"note", Table::Align::kLeft, 4}});
  table.Add({"城市", "1,000", ""});
  table.Add({"vip", "7", "a long note"});
  EXPECT_EQ(table.Aligned(),
            "tag       n  note\n"
            "城市  1,000\n"
            "vip       7  a l…\n");
}

TEST(Table, FitsARoomAsFarAsItsColumnsAllow) {
  Table table({{.title = "step", .narrowest = 6},
               {.title = "chunks", .align = Table::Align::kRight, .omitted = 1},
               {"n", Table::Align::kRight},
               {.title = "how", .narrowest = 4}});
  table.Add({"ab cd ef gh", "16", "1,234", "fused, united"});
  EXPECT_EQ(table.Aligned(),
            "step         chunks      n  how\n"
            "ab cd ef gh      16  1,234  fused, united\n");
  EXPECT_EQ(table.Aligned(35),
            "step         chunks      n  how\n"
            "ab cd ef gh      16  1,234  fused,…\n");
  EXPECT_EQ(table.Aligned(28),
            "step     chunks      n  how\n"
            "ab cd …      16  1,234  fus…\n");
  EXPECT_EQ(table.Aligned(26),
            "step             n  how\n"
            "ab cd ef gh  1,234  fused…\n");
  EXPECT_EQ(table.Aligned(1),
            "step        n  how\n"
            "ab cd…  1,234  fus…\n");
}

TEST(Table, TheLastColumnMayGoOnInFurtherLines) {
  Table table({{"tag"}, {.title = "value", .narrowest = 8, .wraps = true}});
  table.Add({"likes", "音乐 · 护肤 · 美妆"});
  table.Add({"vip", "true"});
  EXPECT_EQ(table.Aligned(18),
            "tag    value\n"
            "likes  音乐 · 护肤\n"
            "       · 美妆\n"
            "vip    true\n");
}

TEST(Table, QuotesCsvWhereNeeded) {
  EXPECT_EQ(CsvLine({"a", "b c", "", "d,e", "say \"hi\"", "上海", "x\ny"}),
            "a,\"b c\",,\"d,e\",\"say \"\"hi\"\"\",上海,\"x\ny\"\n");
}

TEST(Caret, PointsAtColumnsOfCodePoints) {
  EXPECT_EQ(CaretBelow("citty = 1", {1, 1}), "    citty = 1\n    ^\n");
  EXPECT_EQ(CaretBelow("城市 = 上海 AND x", {1, 6}), "    城市 = 上海 AND x\n           ^\n");
  EXPECT_EQ(CaretBelow("a\nb = \t'x\r\nc", {2, 6}), "    b =  'x\n         ^\n");
  EXPECT_EQ(CaretBelow("a =", {1, 4}), "    a =\n       ^\n");
  EXPECT_EQ(CaretBelow("a", {3, 1}), "");
}

TEST(Caret, IsAsLongAsThePlace) {
  EXPECT_EQ(CaretBelow("citty = 1", {1, 1, 5}), "    citty = 1\n    ^~~~~\n");
  // The length is in bytes, a Chinese character has three and takes two columns.
  EXPECT_EQ(CaretBelow("城市 = '上每' AND x", {1, 6, 8}), "    城市 = '上每' AND x\n           ^~~~~~\n");
  EXPECT_EQ(CaretBelow("会员等级 > 1", {1, 1, 12}), "    会员等级 > 1\n    ^~~~~~~~\n");
  EXPECT_EQ(CaretBelow("a = e\u0301x", {1, 5, 4}), "    a = e\u0301x\n        ^~\n");
  EXPECT_EQ(CaretBelow("a = \tb", {1, 5, 2}), "    a =  b\n        ^~\n");
  EXPECT_EQ(CaretBelow("a =", {1, 4, 9}), "    a =\n       ^\n");
  // It ends with its line.
  EXPECT_EQ(CaretBelow("(a OR\nb", {1, 1, 7}), "    (a OR\n    ^~~~~\n");
  EXPECT_EQ(CaretBelow("a = 1", {1, 1, -4}), "    a = 1\n    ^\n");
}

TEST(Caret, EndsWhereTheExcerptEnds) {
  EXPECT_EQ(CaretBelow(std::string(300, 'a'), {1, 1, 300}),
            "    " + std::string(75, 'a') + "…\n    ^" + std::string(75, '~') + "\n");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "城";
  for (int column = 1; column <= 100; ++column) {
    for (const int length : {0, 1, 3, 30, 300}) {
      const std::vector<std::string> lines = absl::StrSplit(CaretBelow(wide, {1, column, length}), '\n');
      ASSERT_EQ(lines.size(), 3u);
      EXPECT_LE(DisplayWidth(lines[1]), DisplayWidth(lines[0])) << column << ", " << length;
      EXPECT_LE(DisplayWidth(lines[0]), 80u);
    }
  }
}

TEST(Caret, CutsLongLinesToATerminal) {
  const std::string text = std::string(300, 'a') + "!" + std::string(300, 'b');
  EXPECT_EQ(CaretBelow(text, {1, 301}), "    …" + std::string(37, 'a') + "!" + std::string(36, 'b') +
                                            "…\n    " + std::string(38, ' ') + "^\n");
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "城";
  const std::string shown = CaretBelow(wide, {1, 60});
  for (const absl::string_view line : absl::StrSplit(shown, '\n'))
    EXPECT_LE(DisplayWidth(FromAbseil(line)), 80u) << line;
  EXPECT_EQ(CaretBelow(std::string(76, 'a'), {1, 1}), "    " + std::string(76, 'a') + "\n    ^\n");
}

TEST(ProgressBar, SaysHowFarItIs) {
  const Progress half = {"loading x", 0.5, 12345, "records", absl::Seconds(3)};
  EXPECT_EQ(ProgressLine(half, 80),
            "loading x  [#############-------------]  50 %  12,345 records  4,115/s  3 s left");
  EXPECT_EQ(ProgressLine(half, 60), "loading x  [#######--------]  50 %  12,345 records  3 s left");
  for (size_t columns = 55; columns < 90; ++columns) {
    const std::string line = ProgressLine(half, columns);
    EXPECT_THAT(line, HasSubstr("-]  50 %")) << columns;
    EXPECT_LE(DisplayWidth(FromAbseil(line)), columns);
  }
  EXPECT_EQ(ProgressLine(half, 41), "loading x  50 %  12,345 records  3 s left");
  EXPECT_EQ(ProgressLine({"loading x", std::nullopt, 1, "records", absl::ZeroDuration()}, 80),
            "loading x  1 record  0 s");
  EXPECT_EQ(ProgressLine({"loading x", std::nullopt, 60, "records", absl::Seconds(30)}, 80),
            "loading x  60 records  2/s  30 s");
  EXPECT_THAT(ProgressLine({"x", 7, 1, "records", absl::ZeroDuration()}, 80), HasSubstr("100 %"));
  EXPECT_EQ(PlainProgress({"loading 'x.csv'", 0.41, 4'100'000, "records", absl::Seconds(10)}),
            "loading 'x.csv': 41 %, 4,100,000 records, 410,000/s, 14 s left");
  EXPECT_EQ(PlainProgress({"x", 0.01, 1'000, "ids", absl::Seconds(100)}),
            "x: 1 %, 1,000 ids, 10/s, 2 h left");
  EXPECT_EQ(PlainProgress({"x", std::nullopt, 1'000, "ids", absl::Seconds(300)}), "x: 1,000 ids, 3/s, 5 min");
}

TEST(ProgressBar, IsSilentWhereThereIsNoTerminal) {
  std::ostringstream out, err;
  const Terminal terminal = {out, err, false};
  ProgressBar(terminal, "x", "y").Show(0.5, 1);
  EXPECT_EQ(err.str(), "");
}

TEST(ProgressBar, WritesALineEveryTenSecondsWhereThatIsAsked) {
  std::ostringstream out, err;
  const Terminal terminal = {out, err, false};
  absl::Time now = absl::UnixEpoch();
  ProgressBar bar(terminal, "loading 'x.csv'", "records", ProgressBar::Elsewhere::kLines,
                  [&now] { return now; });
  const auto show = [&](absl::Duration later, double share, uint64_t count) {
    now += later;
    bar.Show(share, count);
    return std::exchange(err, std::ostringstream()).str();
  };
  EXPECT_EQ(show(absl::Seconds(9.9), 0.1, 99), "") << "a short load has no line";
  EXPECT_EQ(show(absl::Seconds(0.1), 0.2, 1'000),
            "muster: loading 'x.csv': 20 %, 1,000 records, 100/s, 40 s left\n");
  EXPECT_EQ(show(absl::Seconds(9), 0.3, 1'500), "");
  EXPECT_EQ(show(absl::Seconds(1), 0.5, 4'000),
            "muster: loading 'x.csv': 50 %, 4,000 records, 200/s, 20 s left\n");
  EXPECT_EQ(out.str(), "");
}

TEST(PlanText, DrawsATree) {
  v1::ExplainExpressionResponse answer;
  answer.set_canonical("a AND (b OR c)");
  answer.set_count(1234);
  answer.set_understanding_us(120);
  answer.set_planning_us(250);
  answer.set_evaluation_us(1'300);
  answer.set_analysis_us(4'000);
  answer.set_chunks_scanned(16);
  answer.set_chunks_skipped(1'000);
  answer.set_bytes_read(3'400'000);
  auto& root = *answer.mutable_plan();
  root.set_description("ALL OF");
  root.set_estimated_count(2000);
  root.set_actual_count(1234);
  root.set_chunks_scanned(16);
  root.set_chunks_skipped(1'000);
  root.set_bytes_read(999'960);
  root.set_evaluation_us(1'308);
  const auto add_way = [](v1::PlanNode& node, const std::string& description, uint64_t chunks) {
    node.add_ways()->set_description(description);
    node.mutable_ways(node.ways_size() - 1)->set_chunks(chunks);
  };
  add_way(root, "unread", 1'000);
  add_way(root, "fused", 16);
  auto& a = *root.add_operands();
  a.set_description("a");
  add_way(a, "bitset", 16);
  auto& either = *root.add_operands();
  either.set_description("ANY OF");
  either.set_bytes_read(812);
  either.add_operands()->set_description("城市 = '上海'");
  either.add_operands()->set_description("c");
  EXPECT_EQ(PlanText(answer),
            "understood as  a AND (b OR c)\n"
            "members        1,234\n"
            "took           0.12 ms to understand, 0.25 to plan, 1.30 to count\n"
            "chunks         16 read (3.4 MB), 1,000 decided unread\n"
            "\n"
            "expected  members  chunks    read    ms  step                 how\n"
            "   2,000    1,234      16  1.0 MB  1.31  ALL OF               unread, fused\n"
            "       0        0       0     0 B  0.00  ├─ a                 bitset\n"
            "       0        0       0   812 B  0.00  └─ ANY OF\n"
            "       0        0       0     0 B  0.00     ├─ 城市 = '上海'\n"
            "       0        0       0     0 B  0.00     └─ c\n"
            "\n"
            "The figures of a step include the steps below it. Each was measured alone, after\n"
            "the count, in 4.00 ms in all. The count fuses steps and leaves some out, so\n"
            "the figures don't add up to it.\n");
  EXPECT_THAT(PlanText(answer, 60),
              HasSubstr("\nexpected  members    read    ms  step                 how\n"));
  for (const absl::string_view line : absl::StrSplit(PlanText(answer, 80), '\n'))
    EXPECT_LE(DisplayWidth(FromAbseil(line)), 80u) << line;
  const std::string csv = PlanCsv(answer);
  EXPECT_THAT(csv, HasSubstr("\n0,\"ALL OF\",2000,1234,16,1000,999960,1308,\"unread 1000, fused 16\"\n"));
  EXPECT_THAT(csv, HasSubstr("\n2,\"城市 = '上海'\",0,0,0,0,0,0,\n"));
}

TEST(LoadText, SaysWhatBecameOfIt) {
  v1::LoadRecordsResponse answer;
  answer.set_label("l");
  answer.set_state(v1::LOAD_STATE_PUBLISHED);
  answer.set_records(1000);
  answer.set_rejected_records(2);
  answer.set_business_date("2026-01-31");
  auto* tag = answer.add_tags();
  tag->set_name("城市");
  tag->set_version(3);
  tag->set_coverage(0.5);
  EXPECT_THAT(LoadText(answer), HasSubstr("load l: published, as of 2026-01-31\n1,000 records, 2 rejected"));
  EXPECT_THAT(LoadText(answer), HasSubstr("城市        3        0    50.0 %"));
  EXPECT_EQ(LoadCsv(answer), "tag,version,members,coverage\n城市,3,0,0.500000\n");
  answer.set_records(1);
  EXPECT_THAT(LoadText(answer), HasSubstr("\n1 record, 2 rejected; 0 new members"));
  EXPECT_THAT(LoadText(answer), Not(HasSubstr("cells"))) << "a server that didn't count them";
  answer.mutable_cells()->set_unchanged(2'000);
  EXPECT_THAT(LoadText(answer), HasSubstr("\ncells: 0 changed, 2,000 unchanged, 0 dropped\n"));
  answer.set_records(1000);
  answer.set_already_published(true);
  EXPECT_THAT(LoadText(answer), HasSubstr("already published"));
  std::ostringstream out, err;
  auto* count = answer.add_rejections();
  count->set_reason(v1::REJECTION_REASON_BAD_CELL);
  count->set_records(2);
  auto* record = answer.add_first_rejected();
  record->set_line(17);
  record->set_message("'x' is no number");
  ReportLoadRemarks({out, err, false}, answer, LinesOf("in.csv"));
  EXPECT_EQ(err.str(),
            "warning: 2 of 1,000 records rejected:\n  2 × a cell that its tag doesn't take\n"
            "  in.csv:17: 'x' is no number\n");
  EXPECT_EQ(out.str(), "");
}

TEST(ExpressionArgument, ComesFromTheArgumentAFileOrStandardInput) {
  std::istringstream input("a = 1\r\n\n");
  EXPECT_EQ(*ReadExpression("b = 2", input), "b = 2");
  EXPECT_EQ(*ReadExpression("-", input), "a = 1");
  std::istringstream marked("\xEF\xBB\xBF# Windows\r\na = 1\r\n");
  EXPECT_EQ(*ReadExpression("-", marked), "# Windows\r\na = 1");
  EXPECT_THAT(ReadExpression("@nowhere/at.all", input), StatusIs(absl::StatusCode::kNotFound));
  std::istringstream broken("a = '\xff'");
  EXPECT_THAT(ReadExpression("-", broken).status().message(), HasSubstr("not UTF-8"));
  std::istringstream long_input(std::string((8 << 20) + 1, '('));
  EXPECT_THAT(ReadExpression("-", long_input).status().message(), HasSubstr("longer than 8 MiB"));
}

}  // namespace
}  // namespace muster::cli

// Rule 17: what cells of each kind may hold.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

struct Cell {
  std::string text;
  std::string value;  // as the profile shows it; empty: the cell drops its record
};

// Loads all cells in one file, member m0 the first, and compares the profile of each.
void ExpectCells(const std::string& schema, const std::vector<Cell>& cells) {
  const TinyServer server;
  std::string text = "id,t\nfirst,\n";
  for (size_t i = 0; i < cells.size(); ++i) absl::StrAppend(&text, "m", i, ",", cells[i].text, "\n");
  server.MustLoad(text, schema, {"--max-rejected", "0.99"});
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string profile = server.ProfileOf(absl::StrCat("m", i));
    if (cells[i].value.empty()) {
      EXPECT_THAT(profile, HasSubstr("refused")) << cells[i].text;
    } else {
      EXPECT_EQ(profile, "t=" + cells[i].value) << cells[i].text;
    }
  }
}

TEST(Rule17, NumbersOfScaleZero) {
  ExpectCells("tags:\n  - {name: t, kind: NUMBER}\n", {{"5", "5"},
                                                       {"+5", "5"},
                                                       {"-5", "-5"},
                                                       {" 5 ", "5"},
                                                       {"-0", "0"},
                                                       {"007", "7"},
                                                       {"5.0", "5"},
                                                       {"5.000000000000000000000000", "5"},
                                                       {".0", "0"},
                                                       {"9223372036854775807", "9223372036854775807"},
                                                       {"-9223372036854775807", "-9223372036854775807"},
                                                       {"9223372036854775808", ""},
                                                       {"-9223372036854775809", ""},
                                                       {"99999999999999999999999999", ""},
                                                       {"5.5", ""},
                                                       {"1e3", ""},
                                                       {"5.", ""},
                                                       {".", ""},
                                                       {"+", ""},
                                                       {"--5", ""},
                                                       {"0x10", ""},
                                                       {"1 000", ""},
                                                       {"\"1,000\"", ""},
                                                       {"NaN", ""},
                                                       {"inf", ""}});
}

TEST(Rule17, NumbersWithAScale) {
  ExpectCells("tags:\n  - {name: t, kind: NUMBER, scale: 2}\n",
              {{".5", "0.50"},
               {"-.5", "-0.50"},
               {"1.25", "1.25"},
               {"1.2500", "1.25"},
               {"1.255", ""},
               {"92233720368547758.07", "92233720368547758.07"},
               {"92233720368547758.08", ""}});
  ExpectCells("tags:\n  - {name: t, kind: NUMBER, scale: 18}\n",
              {{"9.223372036854775807", "9.223372036854775807"}, {"9.3", ""}, {"10", ""}});
}

TEST(Rule17, ScalesAreZeroToEighteen) {
  const TinyServer server;
  for (const char* scale : {"19", "-1", "1.5"}) {
    const Finished load =
        server.Load("id,t\na,1\n", absl::StrCat("tags:\n  - {name: t, kind: NUMBER, scale: ", scale, "}\n"));
    EXPECT_EQ(load.exit_code, 1) << scale;
    EXPECT_THAT(load.err, HasSubstr("scale")) << scale;
  }
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
}

TEST(Rule17, Dates) {
  ExpectCells("tags:\n  - {name: t, kind: DATE}\n", {{"2024-02-29", "2024-02-29"},
                                                     {"0001-01-01", "0001-01-01"},
                                                     {"9999-12-31", "9999-12-31"},
                                                     {"2023-02-29", ""},
                                                     {"0000-12-31", ""},
                                                     {"10000-01-01", ""},
                                                     {"2024-2-9", ""},
                                                     {"20240229", ""},
                                                     {"2024-02-29T00:00", ""},
                                                     {"29/02/2024", ""}});
  ExpectCells("tags:\n  - {name: t, kind: DATE, format: '%d/%m/%Y'}\n", {{"29/02/2024", "2024-02-29"},
                                                                         {"1/3/2024", "2024-03-01"},
                                                                         {"29/02/2023", ""},
                                                                         {"01/03/24", ""},
                                                                         {"31/12/0000", ""},
                                                                         {"2024-02-29", ""}});
  ExpectCells("tags:\n  - {name: t, kind: DATE, format: yyyymmdd}\n",
              {{"20240229", "2024-02-29"}, {"20230229", ""}, {"2024-02-29", ""}, {"2024022", ""}});
  ExpectCells("tags:\n  - {name: t, kind: DATE, format: epoch_s}\n", {{"0", "1970-01-01"},
                                                                      {"1709164800", "2024-02-29"},
                                                                      {"-1", "1969-12-31"},
                                                                      {"1709251199", "2024-02-29"},
                                                                      {"soon", ""}});
  ExpectCells("tags:\n  - {name: t, kind: DATE, format: epoch_ms}\n", {{"1709164800000", "2024-02-29"}});
}

TEST(Rule17, Timestamps) {
  ExpectCells("tags:\n  - {name: t, kind: TIMESTAMP}\n",
              {{"2024-02-29T10:20:30", "2024-02-29T10:20:30Z"},
               {"2024-02-29 10:20:30", "2024-02-29T10:20:30Z"},
               {"2024-02-29T10:20:30Z", "2024-02-29T10:20:30Z"},
               {"2024-02-29T10:20:30+08:00", "2024-02-29T02:20:30Z"},
               {"2024-02-29T10:20:30.5", "2024-02-29T10:20:30.5Z"},
               {"2024-02-29T10:20:30.123456", "2024-02-29T10:20:30.123456Z"},
               {"2024-02-29T10:20:30.1234567", ""},
               {"2024-02-29 10:20:30.1234560", "2024-02-29T10:20:30.123456Z"},
               {"2024-02-29 10:20:30.123456000", "2024-02-29T10:20:30.123456Z"},
               {"2024-02-29 10:20:30.0000000000", ""},
               {"2024-02-29 10:20:30 UTC", "2024-02-29T10:20:30Z"},
               {"2024-02-29 10:20:30UTC", "2024-02-29T10:20:30Z"},
               {"2024-02-29 10:20:30 +08", "2024-02-29T02:20:30Z"},
               {"2024-02-29 10:20:30 +0800", "2024-02-29T02:20:30Z"},
               {"2024-02-29 10:20:30.0000000 +08:00", "2024-02-29T02:20:30Z"},
               {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
               {"9999-12-31T23:59:59-00:01", ""},
               {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
               {"0001-01-01T00:00:00+00:01", ""},
               {"2023-02-29T10:20:30", ""},
               {"2024-02-29T24:20:30", ""},
               {"2024-02-29", "2024-02-29T00:00:00Z"},
               {"noon", ""}});
  ExpectCells("tags:\n  - {name: t, kind: TIMESTAMP, format: epoch_s}\n",
              {{"1709164800", "2024-02-29T00:00:00Z"}, {"-1", "1969-12-31T23:59:59Z"}});
  ExpectCells("tags:\n  - {name: t, kind: TIMESTAMP, format: epoch_ms}\n",
              {{"1709164800123", "2024-02-29T00:00:00.123Z"},
               {"253402300799999", "9999-12-31T23:59:59.999Z"},
               {"253402300800000", ""},
               {"-62135596800000", "0001-01-01T00:00:00Z"},
               {"-62135596800001", ""},
               {"99999999999999999999", ""}});
  ExpectCells("tags:\n  - {name: t, kind: TIMESTAMP, format: '%d/%m/%Y %H:%M'}\n",
              {{"29/02/2024 10:20", "2024-02-29T10:20:00Z"}, {"29/02/2024", ""}, {"30/02/2024 10:20", ""}});
}

// What lookup prints of a time is read back as the same time, also where the offset then had seconds, and at
// both ends of the range.
TEST(Rule17, TimestampsPrintAsTheyAreRead) {
  const char schema[] = "time_zone: Asia/Shanghai\ntags:\n  - {name: t, kind: TIMESTAMP}\n";
  const TinyServer server;
  server.MustLoad(
      "id,t\na,1874-12-07 18:40:00 UTC\nb,0001-01-01T00:00:00Z\nc,9999-12-31T23:59:59Z\nd,1901-01-01\n"
      "e,2026-07-01\n",
      schema);
  EXPECT_EQ(server.ProfileOf("a"), "t=1874-12-08T02:45:43+08:05:43");
  EXPECT_EQ(server.ProfileOf("b"), "t=0001-01-01T08:05:43+08:05:43");
  EXPECT_EQ(server.ProfileOf("c"), "t=9999-12-31T23:59:59Z");  // where it is the year 10000
  EXPECT_EQ(server.ProfileOf("e"), "t=2026-07-01T00:00:00+08:00");
  std::string again = "id,t\n";
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    const std::string printed = server.ProfileOf(id).substr(2);
    absl::StrAppend(&again, id, "2,", printed, "\n");
    EXPECT_EQ(server.IdsOf(absl::StrCat("t = '", printed, "'")), id) << printed;
  }
  server.MustLoad(again, schema);
  for (const std::string id : {"a", "b", "c", "d", "e"})
    EXPECT_EQ(server.ProfileOf(id + "2"), server.ProfileOf(id));
}

TEST(Rule17, ADecimalCommaWhereTheSchemaSaysSo) {
  ExpectCells(
      "tags:\n  - {name: t, kind: NUMBER, scale: 2, decimal: ','}\n",
      {{"\"1,5\"", "1.50"}, {"\"-,25\"", "-0.25"}, {"12", "12.00"}, {"1.5", ""}, {"\"1.000,5\"", ""}});
  // For all of them at once; a tag may say otherwise.
  const TinyServer server;
  server.MustLoad("id;a;b;likes;city\nx;1,5;2.5;tea:0,5|rum;1,5\n",
                  "decimal: ','\ntags:\n  - {name: a, kind: NUMBER, scale: 1}\n"
                  "  - {name: b, kind: NUMBER, scale: 1, decimal: '.'}\n"
                  "  - {name: likes, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 1}\n"
                  "  - {name: city, kind: SINGLE}\n");
  EXPECT_EQ(server.ProfileOf("x"), "a=1.5|b=2.5|city=1,5|likes=rum:1.0,tea:0.5");
  for (const char* wrong : {"tags:\n  - {name: a, kind: NUMBER, decimal: ';'}\n",
                            "tags:\n  - {name: a, kind: DATE, decimal: ','}\n", "decimal: x\ntags: []\n"}) {
    const Finished refused = server.Load("id,a\nx,1\n", wrong);
    EXPECT_EQ(refused.exit_code, 1) << wrong;
    EXPECT_THAT(refused.err, HasSubstr("decimal")) << wrong;
  }
}

TEST(Rule17, FlagsInAnyCase) {
  std::vector<Cell> cells = {{"maybe", ""}, {"2", ""}, {"tr", ""}, {"ja", ""}};
  for (const char* yes : {"true", "TRUE", "True", "tRuE", "yes", "YES", "Yes", "y", "Y", "t", "T", "1"})
    cells.push_back({yes, "true"});
  for (const char* no : {"false", "FALSE", "False", "no", "NO", "No", "n", "N", "f", "F", "0"})
    cells.push_back({no, "false"});
  ExpectCells("tags:\n  - {name: t, kind: FLAG}\n", cells);
}

TEST(Rule17, JsonArraysInMultiCells) {
  const TinyServer server;
  server.MustLoad(
      "id\tt\na\t[\"x\",\"y,z\"]\nb\t[]\nc\t[null,\"\",\"NULL\"]\nd\t[x,y]\ne\t[1,2.50,true]\nf\t[\"p\"] q\n",
      "missing: ['NULL']\ndelimiter: tab\nquote: \"'\"\ntags:\n  - {name: t, kind: MULTI, separator: ','}\n");
  EXPECT_EQ(server.ProfileOf("a"), "t=x,y,z");
  ExpectSelects(server, {{"t = 'y,z'", "a"},
                         {"HAS t", "a d e f"},
                         {"t = '[x'", "d"},
                         {"t HAS ALL ('1', '2.50', 'true')", "e"},
                         {"t = '[\"p\"] q'", "f"}});
  const Finished nested =
      server.Load("id\tt\na\t[[1]]\n", "delimiter: tab\nquote: \"'\"\ntags:\n  - {name: t, kind: MULTI}\n");
  EXPECT_EQ(nested.exit_code, 1);
  EXPECT_THAT(nested.err, HasSubstr("JSON array with an array or object"));
}

TEST(Rule17, ClockChangesTakeTheLaterInstantInAGapAndTheEarlierInAnOverlap) {
  ExpectCells("time_zone: America/New_York\ntags:\n  - {name: t, kind: TIMESTAMP}\n",
              {{"2026-03-08T02:30:00", "2026-03-08T03:30:00-04:00"},
               {"2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"},
               {"2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-05:00"}});
}

TEST(Rule17, AScaleIsWidenedAndOlderReceiptsStillAnswer) {
  TinyServer server;
  server.MustLoad("id,n,city\na,5,X\nb,-3,X\nc,,X\n",
                  "tags:\n  - {name: n, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n");
  const Finished receipt = server.Cli({"count", "--population", "p", "--receipt", "n > 4"});
  const size_t begin = receipt.out.find("\"snapshot\": \"") + 13;
  const std::string snapshot = receipt.out.substr(begin, receipt.out.find('"', begin) - begin);
  const Finished refused = server.Load("id,n\nd,5.25\n", "tags:\n  - {name: n, kind: NUMBER}\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 2: tag 'n': '5.25' has more digits"));
  EXPECT_THAT(refused.err, HasSubstr("`muster tags set n --scale 2 -p p`"));
  const Finished widened = server.Cli({"tags", "set", "n", "--scale", "2", "-p", "p"});
  EXPECT_EQ(widened.exit_code, 0) << widened.err;
  EXPECT_EQ(widened.out, "n: scale 2, version 2\n");
  server.MustLoad("id,n\nd,5.25\n", "tags:\n  - {name: n, kind: NUMBER, scale: 2}\n");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(server.ProfileOf("a"), "city=X|n=5.00");
    EXPECT_EQ(server.ProfileOf("d"), "n=5.25");
    ExpectSelects(server,
                  {{"n = 5", "a"}, {"n > 5", "d"}, {"n = 5.25", "d"}, {"n < 0", "b"}, {"n = 5.255", ""}});
    const Finished again = server.Cli({"count", "--population", "p", "--snapshot", snapshot, "n > 4"});
    EXPECT_EQ(again.out, "1\n") << again.err;
    EXPECT_EQ(server.Cli({"members", "--population", "p", "--snapshot", snapshot, "n >= 4.5"}).out, "a\n");
    server.Restart();
  }
  // Never coarser, never another kind, and wrong usage is told from what is refused.
  const Finished coarser = server.Cli({"tags", "-p", "p", "set", "n", "--scale", "1"});
  EXPECT_EQ(coarser.exit_code, 1);
  EXPECT_THAT(coarser.err, HasSubstr("can't become 1"));
  EXPECT_EQ(server.Cli({"tags", "set", "city", "--scale", "1", "-p", "p"}).exit_code, 1);
  EXPECT_THAT(server.Cli({"tags", "set", "m", "--scale", "3", "-p", "p"}).err, HasSubstr("no tag 'm'"));
  EXPECT_EQ(server.Cli({"tags", "set", "n", "--scale", "19", "-p", "p"}).exit_code, 2);
  EXPECT_EQ(server.Cli({"tags", "set", "n", "-p", "p"}).exit_code, 2);
  EXPECT_EQ(server.Cli({"tags", "set", "n", "--scale", "3"}).exit_code, 2);
  const Finished described =
      server.Cli({"tags", "set", "city", "--description", "where they live", "--owner", "crm", "-p", "p"});
  EXPECT_EQ(described.exit_code, 0) << described.err;
  const std::string shown = server.Cli({"tags", "-p", "p", "city"}).out;
  EXPECT_THAT(shown, HasSubstr("where they live"));
  EXPECT_THAT(shown, HasSubstr("crm"));
  EXPECT_EQ(server.Cli({"tags", "set", "city", "--owner", "\x1b]0;x\x07", "-p", "p"}).exit_code, 1);
}

TEST(Rule17, UnknownFormatsAndZonesAreRefused) {
  const TinyServer server;
  const Finished format =
      server.Load("id,t\na,1\n", "tags:\n  - {name: t, kind: DATE, format: dd.mm.yyyy}\n");
  EXPECT_EQ(format.exit_code, 1);
  EXPECT_THAT(format.err, HasSubstr("yyyymmdd"));
  const Finished pattern = server.Load("id,t\na,1\n", "tags:\n  - {name: t, kind: DATE, format: '%d.%m.'}\n");
  EXPECT_EQ(pattern.exit_code, 1);
  EXPECT_THAT(pattern.err, HasSubstr("year (%Y)"));
  const Finished zone =
      server.Load("id,t\na,1\n", "time_zone: Mars/Olympus\ntags:\n  - {name: t, kind: NUMBER}\n");
  EXPECT_EQ(zone.exit_code, 1);
  EXPECT_THAT(zone.err, HasSubstr("Mars/Olympus"));
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
}

TEST(Rule17, Flags) {
  std::vector<Cell> cells;
  for (const char* yes : {"true", "TRUE", "True", "yes", "Yes", "y", "Y", "t", "T", "1"})
    cells.push_back({yes, "true"});
  for (const char* no : {"false", "FALSE", "no", "No", "n", "N", "f", "F", "0"})
    cells.push_back({no, "false"});
  for (const char* bad : {"2", "ja", "on", "tru", "10"}) cells.push_back({bad, ""});
  ExpectCells("tags:\n  - {name: t, kind: FLAG}\n", cells);
}

TEST(Rule17, WeightedLists) {
  ExpectCells("tags:\n  - {name: t, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 2}\n",
              {{"sports:0.8|music", "music:1.00,sports:0.80"},
               {"sports", "sports:1.00"},
               {"sports:-3", "sports:-3.00"},
               {" sports : 0.8 | music ", "music:1.00,sports:0.80"},
               {"sports:0.8|sports:0.80", "sports:0.80"},
               {"sports:0.8|sports:0.9", ""},
               {"sports:0.8|sports", ""},
               {"sports:0.888", ""},
               {"sports:high", ""}});
}

TEST(Rule17, AMergeReplacesTheWeight) {
  const TinyServer server;
  const char schema[] =
      "tags:\n  - {name: t, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 2}\n";
  server.MustLoad("id,t\na,sports:0.8|music:2\nb,sports:3\n", schema);
  server.MustLoad("id,t\na,sports:0.5\n", schema);
  EXPECT_EQ(server.ProfileOf("a"), "t=music:2.00,sports:0.50");
  EXPECT_EQ(server.ProfileOf("b"), "t=sports:3.00");
  ExpectSelects(server, {{"WEIGHT(t, 'sports') = 0.8", ""}, {"WEIGHT(t, 'sports') <= 0.5", "a"}});
}

TEST(Rule17, WhiteSpaceIsAscii) {
  ExpectCells("tags:\n  - {name: t, kind: SINGLE}\n",
              {{" \t x \t ", "x"}, {"\xe3\x80\x80x", "\xe3\x80\x80x"}, {"a  b", "a  b"}});
  ExpectCells("trim: false\ntags:\n  - {name: t, kind: SINGLE}\n", {{" x ", " x "}});
}

}  // namespace
}  // namespace muster::testing

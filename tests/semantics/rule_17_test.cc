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

TEST(Rule17, AScaleIsWidenedAndOlderReceiptsStillAnswer) {
  TinyServer server;
  server.MustLoad("id,n,city\na,5,X\nb,-3,X\nc,,X\n",
                  "tags:\n  - {name: n, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n");
  const Finished receipt = server.Cli({"count", "--population", "p", "--receipt", "n > 4"});
  const size_t begin = receipt.out.find("\"snapshot\": \"") + 13;
  const std::string snapshot = receipt.out.substr(begin, receipt.out.find('"', begin) - begin);
  const Finished refused = server.Load("id,n\nd,5.25\n", "tags:\n  - {name: n, kind: NUMBER}\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("records.csv:2: tag 'n': '5.25' has more digits"));
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

TEST(Rule17, NdjsonValuesAreCellsAsTheyAreWritten) {
  const TinyServer server;
  const char schema[] =
      "format: ndjson\ntags:\n  - {name: price, kind: NUMBER, scale: 2}\n  - {name: zip, kind: SINGLE}\n"
      "  - {name: likes, kind: MULTI}\n  - {name: vip, kind: FLAG}\n  - {name: born, kind: DATE}\n";
  server.MustLoad(
      "{\"id\":\"a\",\"price\":0.10,\"zip\":\"01234\",\"likes\":[\"x|y\",2.50,null],\"vip\":true}\n"
      "{\"id\":7,\"zip\":null,\"likes\":[],\"vip\":false,\"born\":\"1990-02-03\",\"other\":{\"k\":[1]}}\n"
      "{\"vip\":\"no\",\"likes\":\"one\",\"price\":\"3\",\"id\":\"\\u4e0a\\u6d77\"}\n",
      schema);
  EXPECT_EQ(server.ProfileOf("a"), "likes=2.50,x|y|price=0.10|vip=true|zip=01234");
  EXPECT_EQ(server.ProfileOf("7"), "born=1990-02-03|vip=false");
  EXPECT_EQ(server.ProfileOf("\xe4\xb8\x8a\xe6\xb5\xb7"), "likes=one|price=3.00|vip=false");
}

TEST(Rule17, NdjsonRecordErrors) {
  const TinyServer server;
  const Finished load = server.Load(
      "{\"id\":\"a\",\"zip\":\"1\"}\n[1]\n{\"id\":\"b\",\"zip\":{\"x\":1}}\n{\"id\":\"c\",\"zip\":\"2\","
      "\"zip\":\"3\"}\n"
      "{\"id\":\"d\",\"zip\":[\"2\"]}\n{\"zip\":\"1\"}\n{\"id\":\"e\",\"zip\":\"\xff\"}\n{\"id\":\"f\","
      "\"zip\":\"x\\u0000\"}\n"
      "{\"id\":\"g\",\"n\":1e2}\n",
      "tags:\n  - {name: zip, kind: SINGLE}\n  - {name: n, kind: NUMBER}\n", {"--max-rejected", "1"},
      "r.jsonl");
  EXPECT_EQ(load.exit_code, 0) << load.err;
  for (const char* says :
       {"r.jsonl:2: the line is no JSON object", "r.jsonl:3: the key 'zip' has an object as its value",
        "r.jsonl:4: the key 'zip' is there twice",
        "r.jsonl:5: the key 'zip' has an array, and its tag is SINGLE", "r.jsonl:6:",
        "r.jsonl:7: the line is not UTF-8", "r.jsonl:8:", "r.jsonl:9:", "8 of 9 records rejected"}) {
    EXPECT_THAT(load.err, ::testing::HasSubstr(says));
  }
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
}

TEST(Rule17, NdjsonWithoutASchema) {
  const TinyServer server;
  const std::string records =
      "{\"id\":\"a\",\"age\":30,\"likes\":[\"x\",\"y\"],\"ok\":true}\n{\"id\":\"b\",\"age\":4.5,\"city\":"
      "\"Rome\"}\n";
  const Finished inferred = server.Load(records, "", {"--infer"}, "r.ndjson");
  EXPECT_EQ(inferred.exit_code, 0) << inferred.err;
  EXPECT_THAT(inferred.out, ::testing::HasSubstr("format: ndjson"));
  EXPECT_EQ(server.ProfileOf("a"), "age=30.0|likes=x,y|ok=true");
  EXPECT_EQ(server.ProfileOf("b"), "age=4.5|city=Rome");
  // An array anywhere makes a list of the column.
  const Finished mixed = server.Load("{\"id\":\"x\",\"l\":\"one\"}\n{\"id\":\"y\",\"l\":[\"two\"]}\n", "",
                                     {"--infer", "--population", "mixed"}, "r.ndjson");
  EXPECT_THAT(mixed.out, ::testing::HasSubstr("kind: MULTI")) << mixed.err;
  // What it printed loads the next day's file, which keys alone describe.
  const Finished again = server.Load("{\"city\":\"Bonn\",\"id\":\"c\"}\n", inferred.out, {}, "next.data");
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, ::testing::HasSubstr("has the keys 'age', 'likes', 'ok', so that no member"));
  // By the catalogue, also from standard input; a key that is no tag is refused (rule 16).
  const Finished known = server.Cli({"load", "-", "-p", "p", "--id-column", "id", "--ndjson"},
                                    "{\"id\":\"d\",\"likes\":[\"z\"]}\n");
  EXPECT_EQ(known.exit_code, 0) << known.err;
  EXPECT_EQ(server.ProfileOf("d"), "likes=z");
  const Finished list = server.Load("{\"id\":\"d\",\"city\":[\"z\"]}\n", "", {}, "r.ndjson");
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_THAT(list.err, ::testing::HasSubstr("its tag is SINGLE"));
  const Finished unknown = server.Load("{\"id\":\"d\",\"citty\":\"X\"}\n", "", {}, "r.ndjson");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, ::testing::HasSubstr("has a column that is no tag of 'p': 'citty'"));
}

TEST(Rule17, HiveTablesAreText) {
  const TinyServer server;
  const std::string records =
      "a\x01"
      "30\x01x\x02y\x01true\nb\x01\\N\x01\\N\x02z\x01"
      "false\nc\x01"
      "1\x01\x01\\N\n";
  const char tags[] =
      "tags:\n  - {name: age, kind: NUMBER}\n  - {name: likes, kind: MULTI}\n  - {name: vip, kind: FLAG}\n";
  const Finished load = server.Load(
      records, std::string("hive: true\ncolumns: [id, age, likes, vip]\n") + tags, {}, "000000_0");
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_EQ(server.ProfileOf("a"), "age=30|likes=x,y|vip=true");
  EXPECT_EQ(server.ProfileOf("b"), "likes=z|vip=false");
  EXPECT_EQ(server.ProfileOf("c"), "age=1");
  // By the catalogue: the kind says that a cell is a list.
  const Finished known = server.Load("d\x01w\x02v\n", "", {"--hive", "--columns", "id,likes"}, "000001_0");
  EXPECT_EQ(known.exit_code, 0) << known.err;
  EXPECT_EQ(server.ProfileOf("d"), "likes=v,w");
  const Finished inferred =
      server.Load(records, "", {"--hive", "--columns", "id,age,likes,vip", "--infer", "--population", "hive"},
                  "000000_0");
  EXPECT_EQ(inferred.exit_code, 0) << inferred.err;
  EXPECT_THAT(inferred.out, ::testing::HasSubstr("separator: \"\\x02\""));
  EXPECT_EQ(server.Load(records, inferred.out, {"--population", "hive"}, "000000_0").exit_code, 0);
  const Finished nameless = server.Load(records, std::string("hive: true\n") + tags, {}, "000000_0");
  EXPECT_EQ(nameless.exit_code, 2);
  EXPECT_THAT(nameless.err, ::testing::HasSubstr("Hive writes no header"));
}

}  // namespace
}  // namespace muster::testing

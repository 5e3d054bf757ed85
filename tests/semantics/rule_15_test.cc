// Rule 15: a record error drops the whole record; too many refuse the load.
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSchema[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG}\n"
    "  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI, separator: '|', weight_separator: ':', weight_scale: 1}\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: born, kind: DATE}\n"
    "  - {name: seen, kind: TIMESTAMP}\n";
constexpr char kHeader[] = "id,vip,city,likes,age,born,seen\n";

TEST(Rule15, ARecordErrorDropsTheWholeRecord) {
  struct Row {
    const char* what;
    std::string record;
  };
  const Row rows[] = {
      {"too few cells", "b,true,Y,tea,1,2000-01-01"},
      {"too many cells", "b,true,Y,tea,1,2000-01-01,2026-01-01T10:00,more"},
      {"empty id", ",true,Y,tea,1,2000-01-01,2026-01-01T10:00"},
      {"long id", absl::StrCat(std::string(481, 'b'), ",true,Y,tea,1,2000-01-01,2026-01-01T10:00")},
      {"flag", "b,maybe,Y,tea,1,2000-01-01,2026-01-01T10:00"},
      {"long value", absl::StrCat("b,true,", std::string(401, 'y'), ",tea,1,2000-01-01,2026-01-01T10:00")},
      {"long value of a list",
       absl::StrCat("b,true,Y,tea|", std::string(401, 'y'), ",1,2000-01-01,2026-01-01T10:00")},
      {"weight", "b,true,Y,tea:strong,1,2000-01-01,2026-01-01T10:00"},
      {"weight with more digits than the scale", "b,true,Y,tea:0.25,1,2000-01-01,2026-01-01T10:00"},
      {"number", "b,true,Y,tea,one,2000-01-01,2026-01-01T10:00"},
      {"date", "b,true,Y,tea,1,2000-02-30,2026-01-01T10:00"},
      {"timestamp", "b,true,Y,tea,1,2000-01-01,2026-01-01T26:00"},
      {"NUL", absl::StrCat("b,true,Y", std::string(1, '\0'), "z,tea,1,2000-01-01,2026-01-01T10:00")},
      {"invalid UTF-8", "b,true,Y\xff,tea,1,2000-01-01,2026-01-01T10:00"},
      {"contradiction of a flag", "a,false,X,rum:2,30,1990-01-01,2026-01-01T10:00"},
      {"contradiction of a text", "a,true,Z,gin,30,1990-01-01,2026-01-01T10:00"},
      {"contradiction of a weight", "a,true,X,rum:1.5,30,1990-01-01,2026-01-01T10:00"},
      {"contradiction of a number", "a,true,X,gin,31,1990-01-01,2026-01-01T10:00"},
      {"contradiction of a date", "a,true,X,gin,30,1990-01-02,2026-01-01T10:00"},
      {"contradiction of a timestamp", "a,true,X,gin,30,1990-01-01,2026-01-01T10:00:01"},
  };
  const TinyServer server;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string text =
        absl::StrCat(kHeader, "a,true,X,rum:2,30,1990-01-01,2026-01-01T10:00\n", row.record, "\nc,,,,,,\n");
    const Finished load = server.Load(text, kSchema, {"--max-rejected", "0.34", "--mode", "replace"});
    EXPECT_EQ(load.exit_code, 0) << load.err;
    EXPECT_THAT(load.out + load.err, HasSubstr("records.csv:3: "));
    EXPECT_EQ(server.IdsOf("EVERYONE"), "a c");
    EXPECT_EQ(server.IdsOf("HAS vip OR HAS city OR HAS likes OR HAS age OR HAS born OR HAS seen"), "a");
    EXPECT_EQ(server.ProfileOf("a"),
              "age=30|born=1990-01-01|city=X|likes=rum:2.0|seen=2026-01-01T10:00:00Z|vip=true");
  }
}

TEST(Rule15, DroppedRecordsAreCountedByReasonAndTheFirstTenShown) {
  const TinyServer server;
  std::string text = "id,age\n";
  for (int line = 2; line <= 101; ++line) {
    if (line % 5 == 0) {
      absl::StrAppend(&text, "m", line, ",old\n");  // 20 of them
    } else if (line % 7 == 0) {
      absl::StrAppend(&text, "m", line, ",1,2\n");
    } else {
      absl::StrAppend(&text, "m", line, ",1\n");
    }
  }
  const Finished load =
      server.Load(text, "tags:\n  - {name: age, kind: NUMBER}\n", {"--max-rejected", "0.5"});
  EXPECT_EQ(load.exit_code, 0);
  const std::string said = load.out + load.err;
  for (const char* line :
       {"records.csv:5: ", "records.csv:7: ", "records.csv:10: ", "records.csv:14: ", "records.csv:15: ",
        "records.csv:20: ", "records.csv:21: ", "records.csv:25: ", "records.csv:28: ", "records.csv:30: "}) {
    EXPECT_THAT(said, HasSubstr(line));
  }
  EXPECT_THAT(said, Not(HasSubstr("records.csv:35: ")));
  EXPECT_THAT(said, HasSubstr("20"));  // bad cells
  EXPECT_THAT(said, HasSubstr("12"));  // ragged: 7, 14, … 98 without 35 and 70
  EXPECT_THAT(said, HasSubstr("'old'"));
  EXPECT_EQ(server.CountOf("EVERYONE"), 68);
}

TEST(Rule15, MoreThanMaxRejectedRefusesTheLoad) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n";
  const auto records = [](int good, int bad) {
    std::string text = "id,age\n";
    for (int i = 0; i < good; ++i) absl::StrAppend(&text, "g", i, ",1\n");
    for (int i = 0; i < bad; ++i) absl::StrAppend(&text, "b", i, ",x\n");
    return text;
  };
  // The default is one in a hundred; exactly that much is fine.
  const Finished refused = server.Load(records(197, 3), schema);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, ::testing::ContainsRegex("max.rejected"));
  EXPECT_THAT(refused.err, HasSubstr("records.csv:199: "));
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(server.Load(records(198, 2), schema).exit_code, 0);
  EXPECT_EQ(server.CountOf("EVERYONE"), 198);
  EXPECT_EQ(server.Load(records(198, 2), schema, {"--max-rejected", "0"}).exit_code, 1);
  EXPECT_EQ(server.Load(records(10, 10), schema, {"--max-rejected", "0.5"}).exit_code, 0);
  EXPECT_EQ(server.Load(records(10, 11), schema, {"--max-rejected", "0.5"}).exit_code, 1);
  EXPECT_EQ(server.Load(records(1, 1), schema, {"--max-rejected", "1.5"}).exit_code, 2);
  EXPECT_EQ(server.Load(records(1, 1), schema, {"--max-rejected", "-0.1"}).exit_code, 2);
}

TEST(Rule15, NoRecordAtAll) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n";
  // Refused in either mode, and no population, tag or value is left behind.
  for (const char* mode : {"merge", "replace"}) {
    const Finished refused = server.Load("id,age\n", schema, {"--mode", mode});
    EXPECT_EQ(refused.exit_code, 1) << mode;
    EXPECT_THAT(refused.err, HasSubstr("--allow-empty"));
    EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  }
  const Finished nothing = server.Load("id,age\n", schema, {"--allow-empty"});
  EXPECT_EQ(nothing.exit_code, 0) << nothing.err;
  EXPECT_THAT(nothing.err, HasSubstr("nothing was published"));
  EXPECT_EQ(server.RefusedBecause("EVERYONE").code, grpc::StatusCode::NOT_FOUND);
  server.MustLoad("id,age\na,1\n", schema);
  // All of them dropped is none.
  for (const char* mode : {"merge", "replace"}) {
    const Finished refused = server.Load("id,age\nb,x\n", schema, {"--mode", mode, "--max-rejected", "1"});
    EXPECT_EQ(refused.exit_code, 1) << mode;
    EXPECT_THAT(refused.err, HasSubstr("records.csv:2: "));
    EXPECT_EQ(server.IdsOf("age = 1"), "a");
  }
  const Finished merge = server.Load("id,age\n", schema, {"--allow-empty"});
  EXPECT_EQ(merge.exit_code, 0) << merge.err;
  EXPECT_EQ(server.IdsOf("age = 1"), "a");
  const Finished replace = server.Load("id,age\n", schema, {"--allow-empty", "--mode", "replace"});
  EXPECT_EQ(replace.exit_code, 0) << replace.err;
  EXPECT_THAT(replace.err, HasSubstr("no member has the tag 'age'"));
  ExpectSelects(server, {{"HAS age", ""}, {"EVERYONE", "a"}});
}

constexpr char kLong[] =
    "layout: long\ntags:\n  - {name: age, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI}\n";

TEST(Rule15, RecordsOfALongTable) {
  const TinyServer server;
  const Finished load = server.Load(
      "id,tag,value\na,age,30\na,city,X\nb,likes,x\na,age,31\nb,likes,y\na,agee,1\nb,age,\na,age,30.0\nc,"
      "city,\n",
      kLong, {"--max-rejected", "1"});
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_THAT(load.err, HasSubstr("records.csv:5: member 'a', tag 'age': 31 here, 30 in an earlier record"));
  EXPECT_THAT(load.err, HasSubstr("records.csv:7: 'agee' is no tag of the schema; did you mean 'age'?"));
  EXPECT_THAT(load.err, HasSubstr("1 × names no tag of the schema"));
  EXPECT_THAT(load.err, HasSubstr("2 of 9 records rejected"));
  EXPECT_EQ(server.ProfileOf("a"), "age=30|city=X");
  EXPECT_EQ(server.ProfileOf("b"), "likes=x,y");
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a b c");
  // A REPLACE replaces all tags of the schema, also those that no record has.
  server.MustLoad("id,tag,value\nb,likes,z\n", kLong, {"--mode", "replace"});
  EXPECT_EQ(server.ProfileOf("a"), "");
  EXPECT_EQ(server.ProfileOf("b"), "likes=z");
  const Finished inferred = server.Load("id,tag,value\nb,likes,z\n", kLong, {"--infer"});
  EXPECT_EQ(inferred.exit_code, 1);
  EXPECT_THAT(inferred.err, HasSubstr("a long table has its tags in records"));
}

TEST(Rule15, ALongTableMayHaveWeightsAndBeNdjson) {
  const TinyServer server;
  const char schema[] =
      "layout: long\ntag_column: t\nvalue_column: v\nweight_column: w\ntags:\n"
      "  - {name: likes, kind: MULTI, weight_scale: 1}\n  - {name: age, column: years, kind: NUMBER}\n";
  server.MustLoad("w,id,v,t\n0.5,a,rum,likes\n,a,rum:cola,likes\n,a,30,years\n2,b,tea,likes\n", schema);
  EXPECT_EQ(server.ProfileOf("a"), "age=30|likes=rum:0.5,rum:cola:1.0");
  const Finished json = server.Load(
      "{\"id\":\"c\",\"t\":\"years\",\"v\":41}\n{\"id\":\"c\",\"t\":\"likes\",\"v\":\"gin\",\"w\":0.10}\n",
      schema, {}, "r.ndjson");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(server.ProfileOf("c"), "age=41|likes=gin:0.1");
}

TEST(Rule15, OnConflictChoosesAValue) {
  const TinyServer server;
  server.MustLoad(
      "id,a,b,c,d\nm,1,5,5,X\nm,3,7,3,Y\nm,2,6,4,Z\nn,1,,,\n",
      "tags:\n  - {name: a, kind: NUMBER, on_conflict: last}\n  - {name: b, kind: NUMBER, on_conflict: max}\n"
      "  - {name: c, kind: NUMBER, on_conflict: min}\n  - {name: d, kind: SINGLE, on_conflict: first}\n",
      {"--max-rejected", "0"});
  EXPECT_EQ(server.ProfileOf("m"), "a=2|b=7|c=3|d=X");
  const Finished refused =
      server.Load("id,d\nm,X\n", "tags:\n  - {name: d, kind: SINGLE, on_conflict: max}\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("on_conflict is reject, first or last"));
}

std::string TextOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// All of them, by reason, place and text, whether the load is published, refused or a dry run.
TEST(Rule15, AllDroppedRecordsAreWrittenWithTheirText) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n  - {name: city, kind: SINGLE}\n";
  const char text[] =
      "id,age,city\r\n"
      "a,1,X\r\n"
      "b,old,\"say \"\"hi\"\", twice\n  over two lines\"\r\n"
      "c,2\r\n"
      ",3,Y\r\n"
      "a,1,Z\r\n"
      "d,4,\"X\"Y\r\n"
      "e,5,X";
  const std::string expected =
      "file,line,reason,message,record\n"
      "FILE,3,bad_cell,\"tag 'age': 'old' is not a number: write digits, with a sign before them and a point "
      "where "
      "needed\",\"b,old,\"\"say \"\"\"\"hi\"\"\"\", twice\n  over two lines\"\"\"\n"
      "FILE,5,ragged,MESSAGE,\"c,2\"\n"
      "FILE,6,bad_member_id,MESSAGE,\",3,Y\"\n"
      "FILE,7,contradiction,MESSAGE,\"a,1,Z\"\n"
      "FILE,8,unreadable,MESSAGE,\"d,4,\"\"X\"\"Y\"\n";
  const std::string rejects = server.folder() + "/rejects.csv";
  int loads = 0;
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--max-rejected", "0.8", "--dry-run"},
        {"--max-rejected", "0.1"},
        {"--max-rejected", "0.1", "--dry-run"},
        {"--max-rejected", "0.8"}}) {
    const bool refused = options[1] == "0.1";
    std::vector<std::string> all = options;
    all.insert(all.end(), {"--rejects", rejects, "--label", absl::StrCat("load ", ++loads)});
    const Finished load = server.Load(text, schema, all);
    EXPECT_EQ(load.exit_code, refused ? 1 : 0) << load.err;
    EXPECT_THAT(load.err, HasSubstr("rejects.csv' has 5 rejected records"));
    std::string wrote = TextOf(rejects);
    wrote = absl::StrReplaceAll(wrote, {{server.folder() + "/records.csv", "FILE"}});
    for (const char* const reason : {"ragged", "bad_member_id", "contradiction", "unreadable"}) {
      // The message in quotes, which tests of the messages compare.
      const std::string before = absl::StrCat(reason, ",\"");
      const size_t begin = wrote.find(before);
      ASSERT_NE(begin, std::string::npos) << reason << ": " << wrote;
      const size_t end = wrote.find("\",\"", begin + before.size());
      ASSERT_NE(end, std::string::npos);
      wrote.replace(begin + before.size() - 1, end + 2 - begin - before.size(), "MESSAGE");
    }
    EXPECT_EQ(wrote, expected) << options[1];
    std::filesystem::remove(rejects);
  }
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a e");
}

TEST(Rule15, TheFileOfDroppedRecordsIsThereAlsoWithoutAny) {
  const TinyServer server;
  const char schema[] = "tags:\n  - {name: age, kind: NUMBER}\n";
  const std::string rejects = server.folder() + "/rejects.csv";
  const std::vector<std::string> options = {"--rejects", rejects, "--label", "day-1"};
  EXPECT_EQ(server.Load("id,age\na,1\n", schema, options).exit_code, 0);
  EXPECT_EQ(TextOf(rejects), "file,line,reason,message,record\n");
  // Of a load that says nothing of its records, there is no file that could be taken for an answer.
  std::filesystem::remove(rejects);
  EXPECT_EQ(server.Load("id,age\na,\"1\n", schema, {"--rejects", rejects}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(rejects));
  // Standard input can't be read again: its records have no text.
  const Finished piped =
      server.Cli({"load", "-", "-p", "p", "--id-column", "id", "--schema",
                  server.scratch().Write("s.yaml", schema), "--rejects", rejects, "--max-rejected", "0.5"},
                 "id,age\nb,x\nc,1\n");
  EXPECT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_THAT(TextOf(rejects), ::testing::EndsWith(",\n"));
  EXPECT_THAT(TextOf(rejects), HasSubstr("\n-,2,bad_cell,"));
  const Finished itself =
      server.Load("id,age\na,1\n", schema, {"--rejects", server.folder() + "/records.csv"});
  EXPECT_EQ(itself.exit_code, 1);
  EXPECT_THAT(itself.err, HasSubstr("is the input"));
  EXPECT_EQ(TextOf(server.folder() + "/records.csv"), "id,age\na,1\n");
}

// 300,000 of them, compressed, in several files: more than one answer of the server holds.
TEST(Rule15, ManyDroppedRecordsAreAllWritten) {
  const TinyServer server;
  constexpr int kFiles = 3, kRecords = 100'000;
  const std::string folder = server.folder() + "/parts";
  std::filesystem::create_directory(folder);
  for (int file = 0; file < kFiles; ++file) {
    std::string text = "id,age\n";
    for (int i = 0; i < kRecords; ++i) absl::StrAppend(&text, "m", file, "-", i, ",not a number ", i, "\n");
    const std::string path = absl::StrCat(folder, "/part-", file, ".csv.gz");
    gzFile packed = gzopen(path.c_str(), "wb");
    ASSERT_EQ(gzwrite(packed, text.data(), static_cast<unsigned>(text.size())),
              static_cast<int>(text.size()));
    ASSERT_EQ(gzclose(packed), Z_OK);
  }
  const std::string rejects = server.folder() + "/rejects.csv";
  const Finished load =
      server.Cli({"load", folder, "-p", "p", "--id-column", "id", "--rejects", rejects, "--schema",
                  server.scratch().Write("s.yaml", "tags:\n  - {name: age, kind: NUMBER}\n")});
  EXPECT_EQ(load.exit_code, 1) << load.err;
  const std::vector<std::string> lines = LinesOf(TextOf(rejects));
  ASSERT_EQ(lines.size(), 1u + kFiles * kRecords);
  for (int file = 0; file < kFiles; ++file) {
    for (int i = 0; i < kRecords; i += 777) {
      const std::string& line = lines[1 + static_cast<size_t>(file * kRecords + i)];
      ASSERT_THAT(
          line, ::testing::StartsWith(absl::StrCat(folder, "/part-", file, ".csv.gz,", i + 2, ",bad_cell,")));
      ASSERT_THAT(line, ::testing::EndsWith(absl::StrCat(",\"m", file, "-", i, ",not a number ", i, "\"")));
    }
  }
}

}  // namespace
}  // namespace muster::testing

// Bad files: each is refused with one sentence that names the place and the remedy, and nothing is lost or
// partly stored.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] =
    "tags:\n"
    "  - {name: vip, kind: FLAG}\n"
    "  - {name: city, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI, separator: '|'}\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: born, kind: DATE}\n"
    "  - {name: seen, kind: TIMESTAMP}\n";
constexpr char kHeader[] = "id,vip,city,likes,age,born,seen\n";
constexpr char kRecords[] =
    "a,true,X,tea|rum,30,1990-01-01,2026-01-01T10:00\n"
    "b,false,Y,rum,-4,2000-02-29,2026-01-02T10:00\n"
    "c,,,,,,\n";

// Everything that can be asked about the population.
std::string StateOf(const TinyServer& server) {
  std::string state;
  for (const char* expression :
       {"EVERYONE", "vip", "HAS vip", "city = 'X'", "HAS city", "likes = 'rum'", "HAS likes", "age < 0",
        "HAS age", "born > 1995-01-01", "HAS born", "seen = 2026-01-01", "HAS seen"}) {
    absl::StrAppend(&state, expression, ": ", server.IdsOf(expression), "\n");
  }
  for (const char* id : {"a", "b", "c"}) absl::StrAppend(&state, server.ProfileOf(id), "\n");
  return absl::StrCat(state, server.Cli({"tags", "--population", "p"}).out);
}

struct BadFile {
  const char* what;
  std::string text;
  std::string schema;
  std::vector<std::string> says;
};

std::vector<BadFile> BadFiles() {
  const std::string header = kHeader;
  return {
      {"duplicate header",
       "id,city,city\nd,X,Y\n",
       "tags:\n  - {name: city, kind: SINGLE}\n",
       {"city", "records.csv"}},
      {"ragged record", header + "d,true,X\n", kSchema, {"records.csv:2: ", "7", "3"}},
      {"number out of range",
       header + "d,,,,9223372036854775808,,\n",
       kSchema,
       {"records.csv:2: ", "age", "9223372036854775808"}},
      {"date that doesn't exist",
       header + "d,,,,,2025-02-29,\n",
       kSchema,
       {"records.csv:2: ", "born", "2025-02-29"}},
      {"empty member id", header + ",true,X,,,,\n", kSchema, {"records.csv:2: ", "id"}},
      {"member id of 600 bytes",
       absl::StrCat(header, std::string(600, 'd'), ",true,X,,,,\n"),
       kSchema,
       {"records.csv:2: ", "480"}},
      {"two values for a SINGLE tag", header + "d,,X,,,,\nd,,Y,,,,\n", kSchema, {"records.csv:3: ", "city"}},
      {"kind that contradicts the catalogue",
       "id,city\nd,5\n",
       "tags:\n  - {name: city, kind: NUMBER}\n",
       {"city", "SINGLE", "NUMBER"}},
      {"scale that contradicts the catalogue",
       "id,age\nd,5\n",
       "tags:\n  - {name: age, kind: NUMBER, scale: 2}\n",
       {"age", "0", "2"}},
      {"weights that contradict the catalogue",
       "id,likes\nd,gin:1\n",
       "tags:\n  - {name: likes, kind: MULTI, weight_separator: ':', weight_scale: 1}\n",
       {"likes", "weight"}},
      {"missing id column, without a schema",
       "name,age\nd,5\n",
       "",
       {"records.csv", "'id'", "'name', 'age'"}},
      {"empty schema", "id,age\nd,5\n", "# to be written\n", {"tags.yaml", "is empty"}},
      {"unknown tag", "id,hobby\nd,chess\n", "", {"hobby"}},
      {"zone that contradicts the population",
       "id,age\nd,5\n",
       "time_zone: Asia/Shanghai\ntags:\n  - {name: age, kind: NUMBER}\n",
       {"Asia/Shanghai", "UTC"}},
      {"missing column",
       "id,vip\nd,true\n",
       "tags:\n  - {name: city, kind: SINGLE}\n",
       {"city", "records.csv"}},
      {"unclosed quote", header + "d,true,\"X,,,,\n", kSchema, {"line 2", "quote"}},
      {"clear text that is also missing",
       "id,age\nd,5\n",
       "missing: ['-']\ntags:\n  - {name: age, kind: NUMBER, clear: '-'}\n",
       {"age", "-"}},
      {"separators that are the same",
       "id,likes\nd,x\n",
       "tags:\n  - {name: likes, kind: MULTI, separator: ':', weight_separator: ':', weight_scale: 1}\n",
       {"line 2", "separator"}},
  };
}

TEST(BadFiles, EachIsRefusedWithASentenceAndNothingIsLost) {
  TinyServer server;
  server.MustLoad(absl::StrCat(kHeader, kRecords), kSchema);
  const std::string before = StateOf(server);
  for (const char* mode : {"merge", "replace"}) {
    for (const BadFile& file : BadFiles()) {
      SCOPED_TRACE(absl::StrCat(file.what, ", ", mode));
      const Finished load = server.Load(file.text, file.schema, {"--mode", mode});
      EXPECT_EQ(load.exit_code, 1) << load.err;
      for (const std::string& word : file.says) EXPECT_THAT(load.err, HasSubstr(word));
      EXPECT_EQ(server.CountOf("EVERYONE"), 3);
      EXPECT_EQ(server.Lookup("d").exit_code, 1);
    }
  }
  EXPECT_EQ(StateOf(server), before);
  server.Restart();
  EXPECT_EQ(StateOf(server), before);
  server.MustLoad(absl::StrCat(kHeader, "d,true,X,gin,1,2001-01-01,2026-01-03T10:00\n"), kSchema);
  EXPECT_EQ(server.IdsOf("vip AND city = 'X' AND age > 0"), "a d");
}

TEST(BadFiles, AFileThatCantBeReadOn) {
  const TinyServer server;
  // It opens, and its first bytes can't be read.
  const Finished load =
      server.Cli({"load", "/proc/self/mem", "--population", "p", "--id-column", "id", "--infer"});
  EXPECT_EQ(load.exit_code, 1);
  EXPECT_THAT(load.err, HasSubstr("'/proc/self/mem' can't be read on after byte 0"));
  EXPECT_EQ(load.out, "");
}

TEST(BadFiles, AFileNameWithControlCharacters) {
  const TinyServer server;
  const Finished load = server.Load("id,age\na,1\nb\n", "tags:\n  - {name: age, kind: NUMBER}\n",
                                    {"--max-rejected", "0.5"}, "a\x1b]52;c;\x07\n.csv");
  EXPECT_EQ(load.exit_code, 0) << load.err;
  EXPECT_EQ(load.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
  const Finished refused = server.Load("", "", {"--infer"}, "b\x1b]52;c;\x07.csv");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("b\\u001b]52;c;\\u0007.csv' is empty"));
}

TEST(BadFiles, ALabelThatIsTooLong) {
  const TinyServer server;
  server.MustLoad("id,age\na,1\n", "tags:\n  - {name: age, kind: NUMBER}\n");
  const Finished load = server.Load("id,age\nb,2\n", "", {"--label", std::string(201, 'l')});
  EXPECT_EQ(load.exit_code, 1);
  EXPECT_THAT(load.err, HasSubstr("200 bytes"));
  EXPECT_LT(load.err.size(), 200u);
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
}

TEST(BadFiles, FarIntoAFileThatIsOtherwiseFine) {
  TinyServer server;
  server.MustLoad(absl::StrCat(kHeader, kRecords), kSchema);
  const std::string before = StateOf(server);
  std::string text = kHeader;
  for (int i = 0; i < 100'000; ++i)
    absl::StrAppend(&text, "x", i, ",true,X,tea|gin", i % 50, ",", i, ",2001-01-01,\n");
  // The last line of a hundred thousand: in the file, and in the records.
  const Finished unclosed = server.Load(text + "y,true,\"open,,,,\n", kSchema, {"--mode", "replace"});
  EXPECT_EQ(unclosed.exit_code, 1);
  EXPECT_THAT(unclosed.err, HasSubstr("100002"));
  const Finished rejected =
      server.Load(text + "y,maybe,X,,,,\n", kSchema, {"--mode", "replace", "--max-rejected", "0"});
  EXPECT_EQ(rejected.exit_code, 1);
  EXPECT_THAT(rejected.err, HasSubstr(":100002: "));
  EXPECT_EQ(StateOf(server), before);
  server.Restart();
  EXPECT_EQ(StateOf(server), before);
  server.MustLoad(text, kSchema, {"--mode", "replace"});
  EXPECT_EQ(server.CountOf("EVERYONE"), 100'003);
  EXPECT_EQ(server.CountOf("vip"), 100'000);
}

TEST(BadFiles, FilesThatAreNoTextFiles) {
  const TinyServer server;
  server.MustLoad("id,city\na,X\n", "tags:\n  - {name: city, kind: SINGLE}\n");
  const std::vector<std::pair<const char*, std::string>> files = {
      {"UTF-16", std::string("\xff\xfei\0d\0,\0c\0i\0t\0y\0\n\0", 18)},
      {"zeros", std::string(100'000, '\0')},
      {"noise",
       [] {
         std::string noise;
         uint32_t state = 7;
         for (int i = 0; i < 100'000; ++i)
           noise += static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
         return noise;
       }()},
      {"a single line of megabytes", std::string(5 << 20, 'x')},
      {"a header alone without its end", "id,city"},
  };
  for (const auto& [what, text] : files) {
    SCOPED_TRACE(what);
    const Finished load = server.Load(text, "tags:\n  - {name: city, kind: SINGLE}\n", {"--mode", "replace"});
    EXPECT_EQ(load.exit_code, 1) << load.err;
    EXPECT_LT(load.err.size(), 8'000u);
    EXPECT_EQ(server.IdsOf("city = 'X'"), "a");
  }
}

TEST(BadFiles, ACellOfMegabytesDropsItsRecord) {
  const TinyServer server;
  const std::string cell(3 << 20, 'x');
  const Finished load = server.Load(absl::StrCat("id,city\na,X\nb,", cell, "\n"),
                                    "tags:\n  - {name: city, kind: SINGLE}\n", {"--max-rejected", "0.5"});
  EXPECT_EQ(load.exit_code, 0) << load.err.substr(0, 2'000);
  EXPECT_LT(load.err.size() + load.out.size(), 8'000u);
  EXPECT_EQ(server.IdsOf("EVERYONE"), "a");
}

}  // namespace
}  // namespace muster::testing

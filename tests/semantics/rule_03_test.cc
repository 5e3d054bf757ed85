// Rule 3: a member id is 1 to 480 bytes of valid UTF-8 without control characters, byte for byte, trimmed by
// default.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "tags:\n  - {name: n, kind: NUMBER}\n";

TEST(Rule03, IdsOfOneTo480BytesAreTaken) {
  const TinyServer server;
  const std::string longest(480, 'x');
  std::string wide;
  for (int i = 0; i < 160; ++i) wide += "张";  // 480 bytes
  server.MustLoad(absl::StrCat("id,n\nz,1\n", longest, ",2\n", wide, ",3\n"), kSchema);
  ExpectSelects(server, {{"n = 1", "z"}, {"n = 2", longest}, {"n = 3", wide}});
  EXPECT_EQ(server.Lookup(longest).exit_code, 0);
}

TEST(Rule03, OtherIdsDropTheirRecord) {
  struct Case {
    const char* what;
    std::string id;
  };
  const Case cases[] = {
      {"empty", ""},           {"white space alone", "   "}, {"481 bytes", std::string(481, 'x')},
      {"control", "a\x01 b"},  {"tab inside", "a\tb"},       {"line feed inside", "\"a\nb\""},
      {"DEL", "a\x7f"},        {"C1 control", "a\xc2\x85z"}, {"invalid UTF-8", "a\xff"},
      {"overlong", "\xc0\xaf"}};
  const TinyServer server;
  for (const Case& row : cases) {
    SCOPED_TRACE(row.what);
    const Finished load =
        server.Load(absl::StrCat("id,n\ngood,1\n", row.id, ",2\n"), kSchema, {"--max-rejected", "0.5"});
    EXPECT_EQ(load.exit_code, 0) << load.err;
    EXPECT_THAT(load.err + load.out, HasSubstr("line 3"));
    EXPECT_EQ(server.IdsOf("EVERYONE"), "good");
    EXPECT_EQ(server.Load(absl::StrCat("id,n\ngood,1\n", row.id, ",2\n"), kSchema).exit_code, 1);
  }
}

TEST(Rule03, IdsAreComparedByteForByte) {
  const TinyServer server;
  server.MustLoad("id,n\na,1\nA,2\nJos\xc3\xa9,3\nJose\xcc\x81,4\n01,5\n1,6\n", kSchema);
  ExpectSelects(server, {{"EVERYONE", "a A Jos\xc3\xa9 Jose\xcc\x81 01 1"},
                         {"n = 3", "Jos\xc3\xa9"},
                         {"n = 4", "Jose\xcc\x81"}});
  EXPECT_EQ(server.ProfileOf("A"), "n=2");
  EXPECT_EQ(server.ProfileOf("01"), "n=5");
}

TEST(Rule03, SurroundingWhiteSpaceIsTrimmedUnlessTrimIsFalse) {
  const TinyServer server;
  server.MustLoad(
      "id,n\n  a ,1\n\ta,1\n\xe3\x80\x80"
      "b,2\n",
      kSchema);
  // White space is ASCII white space (rule 17): U+3000 is part of the id.
  ExpectSelects(server, {{"EVERYONE",
                          "a \xe3\x80\x80"
                          "b"}});
  server.MustLoad("id,n\n a,5\n", absl::StrCat("trim: false\n", kSchema));
  EXPECT_EQ(server.CountOf("EVERYONE"), 3);
  EXPECT_EQ(server.ProfileOf(" a"), "n=5");
  EXPECT_EQ(server.ProfileOf("a"), "n=1");
}

TEST(Rule03, AnIdIsTheSameMemberForEver) {
  TinyServer server;
  server.MustLoad("id,n\nc,1\nb,2\n", kSchema);
  server.MustLoad("id,n\nb,3\na,4\n", kSchema, {"--mode", "replace"});
  server.Restart();
  server.MustLoad("id,n\na,5\nc,6\nd,7\n", kSchema);
  // Ordinal order is the order of joining, whatever came later.
  ExpectSelects(server, {{"EVERYONE", "c b a d"}, {"n >= 5", "c a d"}, {"n = 3", "b"}});
}

}  // namespace
}  // namespace muster::testing

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
    EXPECT_THAT(load.err + load.out, HasSubstr("records.csv:3: "));
    EXPECT_EQ(server.IdsOf("EVERYONE"), "good");
    EXPECT_EQ(server.Load(absl::StrCat("id,n\ngood,1\n", row.id, ",2\n"), kSchema).exit_code, 1);
  }
}

}  // namespace
}  // namespace muster::testing

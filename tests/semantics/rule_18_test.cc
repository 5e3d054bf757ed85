// Rule 18: text files: byte-order mark, line ends, delimiter, quote, files without a header.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

constexpr char kTags[] = "tags:\n  - {name: city, kind: SINGLE}\n  - {name: age, kind: NUMBER}\n";

TEST(Rule18, WithOrWithoutAByteOrderMarkAndWithEitherLineEnd) {
  for (const char* bom : {"", "\xef\xbb\xbf"}) {
    for (const char* end : {"\n", "\r\n"}) {
      for (const bool last : {true, false}) {
        const TinyServer server;
        std::string text =
            std::string(bom) + "id,city,age" + end + "a,X,1" + end + "b,\"Y, z\",2" + (last ? end : "");
        server.MustLoad(text, kTags, {"--max-rejected", "0"});
        ExpectSelects(server, {{"city = 'X' AND age = 1", "a"}, {"city = 'Y, z' AND age = 2", "b"}});
      }
    }
  }
}

TEST(Rule18, DelimiterAndQuote) {
  const TinyServer server;
  server.MustLoad("id;city;age\na;\"X;1\";1\n", absl::StrCat("delimiter: ';'\n", kTags));
  server.MustLoad("id|city|age\nb|'say \"hi\"|it''s'|2\n",
                  absl::StrCat("delimiter: '|'\nquote: \"'\"\n", kTags));
  ExpectSelects(server, {{"city = 'X;1'", "a"}, {"city = 'say \"hi\"|it\\'s'", "b"}});
  EXPECT_EQ(server.Load("id\tcity\tage\nc\tT,1\t3\n", kTags, {}, "records.tsv").exit_code, 0);
  ExpectSelects(server, {{"city = 'T,1' AND age = 3", "c"}});
  // A quote doubled within quotes, a quoted line feed, and a quoted empty cell.
  server.MustLoad("id,city,age\nd,\"a \"\"b\"\"\nc\",4\ne,\"\",5\n", kTags);
  ExpectSelects(server, {{"city = 'a \"b\"\nc'", "d"}, {"NOT HAS city", "e"}});
}

TEST(Rule18, FilesWithoutAHeader) {
  const TinyServer server;
  server.MustLoad("a,1,X\nb,2,Y\n", absl::StrCat("columns: [id, age, city]\n", kTags));
  ExpectSelects(server, {{"age = 1 AND city = 'X'", "a"}, {"age = 2 AND city = 'Y'", "b"}});
  EXPECT_EQ(server.Load("c,1\n", absl::StrCat("columns: [id, age]\n", kTags)).exit_code, 1);
  EXPECT_EQ(server.Load("c,1,X\n", absl::StrCat("columns: [id, age, age]\n", kTags)).exit_code, 1);
  ExpectSelects(server, {{"EVERYONE", "a b"}});
}

TEST(Rule18, StandardInput) {
  const TinyServer server;
  const Finished load = server.Cli({"load", "-", "--population", "p", "--id-column", "id", "--schema",
                                    server.scratch().Write("tags.yaml", kTags)},
                                   "id,city,age\na,X,1\n");
  EXPECT_EQ(load.exit_code, 0) << load.err;
  ExpectSelects(server, {{"city = 'X'", "a"}});
}

}  // namespace
}  // namespace muster::testing

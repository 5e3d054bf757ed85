// Rule 18: text files: byte-order mark, line ends, delimiter, quote, files without a header.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/semantics/tiny_server.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

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

TEST(Rule18, OtherEncodingsAreConvertedWhereTheyAreDeclared) {
  const TinyServer server;
  const std::string gb = "id,city,age\na,\xc9\xcf\xba\xa3,1\nb,\xb1\xb1\xbe\xa9,2\n";
  server.MustLoad(gb, absl::StrCat("encoding: gb18030\n", kTags), {"--max-rejected", "0"});
  ExpectSelects(server, {{"city = '上海'", "a"}, {"city = '北京'", "b"}});
  std::string wide;
  for (const char c : std::string("id,city,age\nc,Z,3\n")) wide += {c, '\0'};
  server.MustLoad(wide, kTags, {"--encoding", "utf-16le"});
  server.MustLoad("\xff\xfe" + wide, kTags, {"--encoding", "utf-16"});
  ExpectSelects(server, {{"city = 'Z' AND age = 3", "c"}});
  // Undeclared, and declared wrongly.
  EXPECT_EQ(server.Load(wide, kTags).exit_code, 1);
  EXPECT_THAT(server.Load(wide, kTags).err, HasSubstr("--encoding utf-16le"));
  EXPECT_THAT(server.Load(gb, kTags, {"--max-rejected", "1"}).err, HasSubstr("encoding: gb18030"));
  const Finished wrong = server.Load(gb + "c,\xff\xff,3\n", kTags, {"--encoding", "gb18030"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("records.csv', line 4: the bytes here are not GB18030"));
  ExpectSelects(server, {{"EVERYONE", "a b c"}});
}

TEST(Rule18, TextOptionsTakeThePlaceOfTheSchemasKeys) {
  const TinyServer server;
  server.MustLoad("a||X||1\nb||\\N||2||\n", absl::StrCat("delimiter: ','\n", kTags),
                  {"--delimiter", "||", "--columns", "id,city,age", "--escape", "\\", "--quote", "none",
                   "--missing", "\\N", "--trailing-delimiter"});
  ExpectSelects(server, {{"city = 'X' AND age = 1", "a"}, {"NOT HAS city AND age = 2", "b"}});
  // Without a schema, columns are tags.
  EXPECT_EQ(server
                .Load("id\x01"
                      "city\nc\x01say \"hi\"\n",
                      "", {"--delimiter", "\\x01", "--quote", "none"})
                .exit_code,
            0);
  ExpectSelects(server, {{"city = 'say \"hi\"'", "c"}});
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--delimiter", "123456789"},
                                             {"--quote", "xx"},
                                             {"--encoding", "big5"},
                                             {"--max-expansion", "0"}}) {
    EXPECT_EQ(server.Load("id,city\nd,X\n", "", wrong).exit_code, 2) << wrong[0];
  }
  // The same bytes read in another way are another content.
  const std::string text = "id;city;age\nd;X;4\n";
  EXPECT_EQ(server.Load(text, kTags, {"--label", "l"}).exit_code, 0);
  EXPECT_THAT(server.Load(text, kTags, {"--label", "l", "--delimiter", ";"}).out,
              HasSubstr("already published"));
  const Finished other = server.Load(text, kTags, {"--label", "l", "--delimiter", ";", "--quote", "none"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.err, HasSubstr("'l'"));
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

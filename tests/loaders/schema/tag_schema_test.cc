#include "loaders/schema/tag_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The message of what is wrong with a tags.yaml.
std::string ProblemOf(const std::string& yaml) {
  const auto schema = ParseTagSchema(yaml, "tags.yaml");
  EXPECT_THAT(schema, StatusIs(absl::StatusCode::kInvalidArgument)) << yaml;
  return std::string(schema.status().message());
}

constexpr char kWhole[] = R"(
population: telco
member_id: customerID
time_zone: Asia/Shanghai
missing: ["\\N", "null"]
trim: false
columns: [customerID, tenure, vip, interests]
delimiter: tab
quote: "'"
escape: "\\"
encoding: GBK
trailing_delimiter: true
tags:
  - name: tenure
    kind: NUMBER
    scale: 2
    description: months
    owner: crm
    source: billing
  - name: interests
    kind: multi
    separator: "|"
    weight_separator: ":"
    weight_scale: 3
    on_merge: replace
  - name: is vip
    column: vip
    kind: FLAG
    clear: "-"
  - name: 最近登录
    column: seen
    kind: TIMESTAMP
    format: epoch_ms
  - name: known
)";

TEST(TagSchema, ReadsEveryKey) {
  const auto schema = ParseTagSchema(kWhole, "tags.yaml");
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ(schema->population, "telco");
  EXPECT_EQ(schema->member_id, "customerID");
  EXPECT_EQ(schema->time_zone, "Asia/Shanghai");
  EXPECT_THAT(schema->missing, ElementsAre("\\N", "null"));
  EXPECT_TRUE(schema->format.keep_white_space);
  EXPECT_THAT(schema->format.columns, ElementsAre("customerID", "tenure", "vip", "interests"));
  EXPECT_EQ(schema->format.delimiter, "\t");
  EXPECT_EQ(schema->format.quote, '\'');
  EXPECT_EQ(schema->format.escape, '\\');
  EXPECT_EQ(schema->format.encoding, "gb18030");  // which holds GBK
  EXPECT_TRUE(schema->format.trailing_delimiter);
  ASSERT_EQ(schema->tags.size(), 5u);
  EXPECT_EQ(schema->tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
  EXPECT_EQ(schema->tags[0].tag.scale(), 2u);
  EXPECT_EQ(schema->tags[0].tag.owner(), "crm");
  EXPECT_EQ(schema->tags[1].tag.separator(), "|");
  EXPECT_EQ(schema->tags[1].tag.weight_separator(), ":");
  EXPECT_EQ(schema->tags[1].tag.weight_scale(), 3u);
  EXPECT_EQ(schema->tags[1].tag.on_merge(), v1::MULTI_MERGE_REPLACE);
  EXPECT_EQ(schema->tags[2].column, "vip");
  EXPECT_EQ(schema->tags[2].tag.clear(), "-");
  EXPECT_EQ(schema->tags[3].tag.format(), "epoch_ms");
  EXPECT_EQ(schema->tags[4].column, "known");
  EXPECT_EQ(schema->tags[4].tag.kind(), v1::TAG_KIND_UNSPECIFIED);
}

TEST(TagSchema, WritesWhatItReads) {
  auto schema = ParseTagSchema(kWhole, "tags.yaml");
  ASSERT_THAT(schema, IsOk());
  schema->tags[2].tag.set_name("no");
  schema->tags[2].tag.set_clear("null");
  schema->tags[2].tag.set_description("a: b # c\n- \"d\" 'e' \\");
  const auto again = ParseTagSchema(WriteTagSchema(*schema), "written");
  ASSERT_THAT(again, IsOk()) << again.status() << "\n" << WriteTagSchema(*schema);
  EXPECT_EQ(WriteTagSchema(*again), WriteTagSchema(*schema));
  ASSERT_EQ(again->tags.size(), schema->tags.size());
  for (size_t i = 0; i < schema->tags.size(); ++i) {
    EXPECT_EQ(again->tags[i].column, schema->tags[i].column);
    EXPECT_EQ(again->tags[i].tag.SerializeAsString(), schema->tags[i].tag.SerializeAsString());
  }
  EXPECT_EQ(again->missing, schema->missing);
  EXPECT_EQ(again->format.columns, schema->format.columns);
  EXPECT_EQ(again->format.delimiter, schema->format.delimiter);
  EXPECT_EQ(again->format.quote, schema->format.quote);
  EXPECT_EQ(again->format.keep_white_space, schema->format.keep_white_space);
  EXPECT_EQ(again->format.escape, schema->format.escape);
  EXPECT_EQ(again->format.encoding, schema->format.encoding);
  EXPECT_EQ(again->format.trailing_delimiter, schema->format.trailing_delimiter);
}

TEST(TagSchema, WritesEveryDelimiterAndQuoteSoThatItIsReadBack) {
  for (const std::string delimiter : {"", ",", "\t", "\x01", "||", "。", "#", ": "}) {
    for (const char quote : {'"', '\'', '\0', '#'}) {
      TagSchema schema;
      schema.format = {.delimiter = delimiter, .quote = delimiter == "#" ? '"' : quote, .escape = '\\'};
      const std::string yaml = WriteTagSchema(schema);
      const auto again = ParseTagSchema(yaml, "written");
      ASSERT_THAT(again, IsOk()) << again.status() << "\n" << yaml;
      EXPECT_EQ(again->format.delimiter, schema.format.delimiter) << yaml;
      EXPECT_EQ(again->format.quote, schema.format.quote) << yaml;
      EXPECT_EQ(again->format.escape, '\\') << yaml;
    }
  }
  EXPECT_EQ(ParseTagSchema("delimiter: tab\n", "s")->format.delimiter, "\t");
  EXPECT_EQ(ParseTagSchema("delimiter: '\\x01'\n", "s")->format.delimiter, "\x01");
  EXPECT_EQ(ParseTagSchema("delimiter: '||'\n", "s")->format.delimiter, "||");
  EXPECT_EQ(ParseTagSchema("quote: none\n", "s")->format.quote, '\0');
}

TEST(TagSchema, NamesTheLineOfUnknownKeys) {
  EXPECT_THAT(ProblemOf("population: p\ntag: []\n"), HasSubstr("tags.yaml, line 2: unknown key 'tag'"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: FLAG\n    colum: b\n"),
              HasSubstr("line 4: unknown key 'colum' of a tag; it takes name, column"));
}

TEST(TagSchema, RefusesWhatDoesNotFit) {
  EXPECT_THAT(ProblemOf("population: a\npopulation: b\n"),
              HasSubstr("line 2: the key 'population' of a tags.yaml is"));
  EXPECT_THAT(ProblemOf("tags:\n  - kind: FLAG\n"), HasSubstr("line 2: a tag needs a name"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n  - name: a\n"),
              HasSubstr("line 3: the tag 'a' is there twice"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: TEXT\n"), HasSubstr("unknown kind 'TEXT'"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: NUMBER\n    scale: 19\n"),
              HasSubstr("from 0 to 18, not '19'"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: FLAG\n    scale: 1\n"),
              HasSubstr("'scale' is for NUMBER tags"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: SINGLE\n    separator: ';'\n"),
              HasSubstr("is for MULTI tags"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: DATE\n    format: epoch_us\n"),
              HasSubstr("unknown format"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: MULTI\n    weight_scale: 2\n"),
              HasSubstr("weight_separator"));
  EXPECT_THAT(ProblemOf("tags:\n  - name: a\n    kind: MULTI\n    on_merge: add\n"),
              HasSubstr("unite or replace"));
  EXPECT_THAT(
      ProblemOf("tags:\n  - name: a\n    kind: MULTI\n    separator: ':'\n    weight_separator: ':'\n"),
      HasSubstr("two different texts"));
  EXPECT_THAT(ProblemOf("encoding: big5\n"),
              HasSubstr("line 1: the encoding 'big5' is not read; it is one of utf-8, gb18030"));
  EXPECT_THAT(ProblemOf("missing: [NULL]\n"), HasSubstr("write it in quotes"));
  EXPECT_THAT(ProblemOf("trim: maybe\n"), HasSubstr("'trim' must be true or false"));
  EXPECT_THAT(ProblemOf("delimiter: ''\n"), HasSubstr("'delimiter' must be 1 to 8 bytes without line ends"));
  EXPECT_THAT(ProblemOf("delimiter: \"a\\n\"\n"), HasSubstr("'delimiter' must be 1 to 8 bytes"));
  EXPECT_THAT(ProblemOf("quote: no\n"), HasSubstr("'quote' must be one ASCII character, or none, not 'no'"));
  EXPECT_THAT(ProblemOf("escape: é\n"), HasSubstr("'escape' must be one ASCII character, or none"));
  EXPECT_THAT(ProblemOf("delimiter: ','\nquote: ','\n"), HasSubstr("must be different characters"));
  EXPECT_THAT(ProblemOf("tags: {a: b}\n"), HasSubstr("'tags' must be a list"));
  EXPECT_THAT(ProblemOf("a list\n"), HasSubstr("must be a list of `key: value` lines"));
  EXPECT_THAT(ProblemOf("a: [b\n"), HasSubstr("not YAML"));
}

TEST(TagSchema, BlamesItsOwnLineForARepeatedColumn) {
  EXPECT_THAT(ProblemOf("population: p\ncolumns: [id, id]\n"),
              HasSubstr("tags.yaml, line 2: the column 'id' is there twice"));
  EXPECT_THAT(ProblemOf("columns:\n  - id\n  - city\n  - ' city '\n"),
              HasSubstr("tags.yaml, line 4: the column 'city' is there twice"));
  // é as one code point and as two.
  EXPECT_THAT(ProblemOf("columns: [\"\\u00e9\",\n  \"e\\u0301\"]\n"), HasSubstr("line 2: the column"));
  EXPECT_THAT(ParseTagSchema("columns: ['', id, '']\n", "tags.yaml"), IsOk());  // columns nobody asks for
}

TEST(TagSchema, RefusesWhatIsNotUtf8WithItsLine) {
  EXPECT_THAT(ProblemOf("population: p\ntags:\n  - name: \xb3\xc7\xca\xd0\n"),
              HasSubstr("tags.yaml, line 3: this is not UTF-8"));
  EXPECT_THAT(ProblemOf("population: p  # caf\xe9"), HasSubstr("tags.yaml, line 1: this is not UTF-8"));
  EXPECT_THAT(ParseTagSchema("\xef\xbb\xbfpopulation: p\n", "tags.yaml"), IsOk());
}

TEST(TagSchema, RefusesAnEmptyOne) {
  for (const char* yaml : {"", "\n\n", "# later\n", "---\n", "~"}) {
    EXPECT_THAT(ParseTagSchema(yaml, "'tags.yaml'").status().message(), HasSubstr("'tags.yaml' is empty: "))
        << yaml;
  }
  EXPECT_THAT(ParseTagSchema("tags: []\n", "schema"), IsOk());
}

TEST(TagSchema, NamesAFileThatIsNotThere) {
  const auto schema = ReadTagSchema("nowhere/tags.yaml");
  EXPECT_THAT(schema, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(schema.status().message(), HasSubstr("nowhere/tags.yaml"));
}

TEST(TagSchema, ReadsLongTables) {
  const auto schema = ParseTagSchema(
      "member_id: m\nlayout: long\ntag_column: name\nweight_column: w\ntags:\n  - {name: age, kind: NUMBER, "
      "on_conflict: max}\n  - {name: likes, column: like, kind: MULTI, weight_scale: 2}\n",
      "tags.yaml");
  ASSERT_THAT(schema, IsOk());
  ASSERT_TRUE(schema->long_table.has_value());
  EXPECT_EQ(schema->long_table->tag, "name");
  EXPECT_EQ(schema->long_table->value, "value");
  EXPECT_EQ(schema->long_table->weight, "w");
  EXPECT_EQ(schema->tags[0].tag.on_conflict(), v1::ON_CONFLICT_MAX);
  EXPECT_EQ(schema->tags[1].column, "like");
  EXPECT_EQ(schema->tags[1].tag.weight_separator(), ":");
  const std::string written = WriteTagSchema(*schema);
  const auto again = ParseTagSchema(written, "again");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(WriteTagSchema(*again), written);
  EXPECT_EQ(again->long_table->weight, "w");
}

TEST(TagSchema, SaysWhatIsWrongWithALayout) {
  EXPECT_THAT(ProblemOf("layout: tall\n"), HasSubstr("'layout' is wide or long, not 'tall'"));
  EXPECT_THAT(ProblemOf("layout: long\n"), HasSubstr("names its tags below `tags:`"));
  EXPECT_THAT(ProblemOf("tag_column: t\ntags: []\n"),
              HasSubstr("'tag_column' is of long tables: add `layout: long`"));
  EXPECT_THAT(ProblemOf("layout: long\ntags:\n  - {name: a, column: x}\n  - {name: b, column: x}\n"),
              HasSubstr("'x' stands for two tags"));
  EXPECT_THAT(ProblemOf("layout: long\nweight_column: w\ntags:\n  - {name: a, kind: MULTI, weight_scale: 1, "
                        "separator: '|'}\n"),
              HasSubstr("leave 'separator' out"));
  EXPECT_THAT(ProblemOf("tags:\n  - {name: a, kind: MULTI, weight_scale: 1}\n"),
              HasSubstr("'weight_scale' needs `weight_separator:`"));
  EXPECT_THAT(ProblemOf("tags:\n  - {name: a, on_conflict: newest}\n"),
              HasSubstr("one of reject, first, last, max, min"));
}

TEST(TagSchema, ReadsTheFormatsOfFiles) {
  EXPECT_EQ(ParseTagSchema("format: ndjson\n", "s")->format.kind, TextKind::kNdjson);
  EXPECT_EQ(ParseTagSchema("format: csv\n", "s")->format.kind, TextKind::kDelimited);
  EXPECT_EQ(ParseTagSchema("trim: true\n", "s")->format.kind, TextKind::kByName);
  EXPECT_THAT(ProblemOf("format: parquet\n"), HasSubstr("'format' of a file is csv or ndjson"));
  EXPECT_THAT(ProblemOf("format: ndjson\ncolumns: [a]\n"), HasSubstr("NDJSON name their keys"));
  EXPECT_TRUE(ParseTagSchema("success_file: true\n", "s")->success_file);
}

TEST(TagSchema, HiveSaysSeveralKeysAtOnce) {
  const auto schema = ParseTagSchema(
      "hive: true\ncolumns: [id, a, b]\nmissing: [x]\ntags:\n  - {name: a, kind: MULTI}\n  - {name: b, kind: "
      "MULTI, separator: ';'}\n  - {name: c}\n",
      "s");
  ASSERT_THAT(schema, IsOk());
  EXPECT_EQ(schema->format.delimiter, "\x01");
  EXPECT_EQ(schema->format.quote, 0);
  EXPECT_EQ(schema->format.escape, '\\');
  EXPECT_THAT(schema->missing, ElementsAre("x", "\\N"));
  EXPECT_EQ(schema->tags[0].tag.separator(), "\x02");
  EXPECT_EQ(schema->tags[1].tag.separator(), ";");
  EXPECT_EQ(schema->tags[2].tag.separator(), "") << "the catalogue knows its kind";
  // What is said stays.
  const auto tabs = ParseTagSchema("hive: true\ndelimiter: tab\nescape: none\nmissing: []\n", "s");
  ASSERT_THAT(tabs, IsOk());
  EXPECT_EQ(tabs->format.delimiter, "\t");
  EXPECT_EQ(tabs->format.escape, 0);
  EXPECT_TRUE(tabs->missing.empty());
  const auto again = ParseTagSchema(WriteTagSchema(*schema), "again");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(WriteTagSchema(*again), WriteTagSchema(*schema));
}

}  // namespace
}  // namespace muster::loaders

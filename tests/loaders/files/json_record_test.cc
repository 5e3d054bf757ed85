#include "loaders/files/json_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/loaders/files/reference_json.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The cells of an object with the keys a, b, c, joined by bars, or `!` and what is wrong.
std::string Read(absl::string_view text, JsonRecord& record) {
  std::string padded(text);
  padded.resize(text.size() + kJsonPadding, '"');
  const auto broken = record.Read(absl::string_view(padded).substr(0, text.size()));
  return broken ? absl::StrCat("!", broken->message) : absl::StrJoin(record.cells(), "|");
}

std::string Read(absl::string_view text) {
  JsonRecord record({{.name = "a"}, {.name = "b", .single = true}, {.name = "c"}});
  return Read(text, record);
}

TEST(JsonRecord, GivesValuesAsTheirText) {
  EXPECT_EQ(Read(R"({"a":"x","b":"y","c":"z"})"), "x|y|z");
  EXPECT_EQ(Read(R"( { "c" : "z" , "a" : "x" } )"), "x||z");
  EXPECT_EQ(Read(R"({"a":0.10,"b":12345678901234567890123,"c":-1.5e+3})"),
            "0.10|12345678901234567890123|-1.5e+3");
  EXPECT_EQ(Read(R"({"a":true,"b":false,"c":null})"), "true|false|");
  EXPECT_EQ(Read(R"({"a":["x", 1.50 ,null,true] ,"b":1 })"), R"(["x", 1.50 ,null,true]|1|)");
  EXPECT_EQ(Read(R"({"a":[],"c":[ ]})"), "[]||[ ]");
  EXPECT_EQ(Read(R"({"a":"\"\\\/\n\u00e9\ud83d\ude00","b":"\t"})"), "\"\\/\n\xc3\xa9\xf0\x9f\x98\x80|\t|");
  EXPECT_EQ(Read("{}"), "||");
  EXPECT_EQ(Read("{\"a\":1}\r"), "1||");
  EXPECT_EQ(Read(R"({"a":"","b":" x "})"), "| x |");
}

TEST(JsonRecord, LeavesOutOtherKeysAndNamesThem) {
  JsonRecord record({{.name = "a"}});
  EXPECT_EQ(Read(R"({"x":{"a":[1,{"b":2}]},"a":1,"y":"z"})", record), "1");
  EXPECT_EQ(Read(R"({"a":2,"x":null,"w":[[]]})", record), "2");
  EXPECT_THAT(record.skipped(), ElementsAre("x", "y", "w"));
  EXPECT_FALSE(record.skipped_more());
  for (int i = 0; i < 200; ++i) Read(absl::StrCat("{\"k", i, "\":1}"), record);
  EXPECT_EQ(record.skipped().size(), 100u);
  EXPECT_TRUE(record.skipped_more());
}

TEST(JsonRecord, SaysWhichKeysNoObjectHad) {
  JsonRecord record({{.name = "a"}, {.name = "b"}, {.name = "c"}});
  Read(R"({"a":1})", record);
  Read(R"({"c":null})", record);
  EXPECT_THAT(record.unseen(), ElementsAre("b"));
}

TEST(JsonRecord, LearnsKeysWhenItIsGivenNone) {
  JsonRecord record({});
  EXPECT_EQ(Read(R"({"b":1,"a":2})", record), "1|2");
  EXPECT_EQ(Read(R"({"a":3,"c":4})", record), "|3|4");
  EXPECT_THAT(record.columns(), ElementsAre("b", "a", "c"));
  EXPECT_THAT(record.skipped(), IsEmpty());
}

TEST(JsonRecord, ComparesKeysInNormalForm) {
  JsonRecord record({{.name = "\xc3\xa9tat"}});
  EXPECT_EQ(Read("{\"e\xcc\x81tat\":1}", record), "1");
  EXPECT_EQ(Read("{\"\\u00e9tat\":2}", record), "2");
  EXPECT_EQ(Read("{\" \xc3\xa9tat \":3}", record), "3");
}

TEST(JsonRecord, SaysWhatIsNoRecord) {
  EXPECT_THAT(Read("[1,2]"), HasSubstr("!the line is no JSON object: it begins with '[1,2]'"));
  EXPECT_THAT(Read("id,a"), HasSubstr("no JSON object"));
  EXPECT_THAT(Read("null"), HasSubstr("no JSON object"));
  EXPECT_EQ(Read(R"({"a":1,"a":2})"), "!the key 'a' is there twice");
  EXPECT_EQ(Read(R"({"a":1,"a":null})"), "!the key 'a' is there twice");
  EXPECT_EQ(Read(R"({"a":1,"\u0061":1})"), "!the key 'a' is there twice");
  EXPECT_THAT(Read(R"({"a":{"x":1}})"), HasSubstr("!the key 'a' has an object as its value"));
  EXPECT_THAT(Read(R"({"a":["x",[1]]})"),
              HasSubstr("!the key 'a' has an array with an array or object in it"));
  EXPECT_THAT(Read(R"({"a":[{}]})"), HasSubstr("with an array or object in it"));
  EXPECT_THAT(Read(R"({"b":["x"]})"), HasSubstr("!the key 'b' has an array, and its tag is SINGLE"));
  EXPECT_THAT(Read(R"({"a":1} {"a":2})"), HasSubstr("more text follows the JSON object"));
  EXPECT_THAT(Read("{\"a\":\"\xff\"}"), HasSubstr("not UTF-8"));
  EXPECT_THAT(Read("{\"x\":\"\xe4\xb8\"}"), HasSubstr("not UTF-8"));
}

TEST(JsonRecord, LooksAtTheWholeObject) {
  for (const char* text : {R"({"a":1)",
                           R"({"a":1,})",
                           R"({"a":01})",
                           R"({"a":1.})",
                           R"({"a":.5})",
                           R"({"a":+1})",
                           R"({"a":tru})",
                           R"({"a":nul})",
                           R"({"a":nulls})",
                           R"({"a" 1})",
                           R"({"a":})",
                           R"({a:1})",
                           R"({"a":'x'})",
                           R"({"a":"x})",
                           R"({"a":"\x"})",
                           R"({"a":"\ud800"})",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"\n\"}",
                           R"({"a":[1,]})",
                           R"({"a":[1 2]})",
                           R"({"a":[1})",
                           R"({"a":1]})",
                           R"({"a":NaN})",
                           R"({"a":Infinity})",
                           R"({"a":--1})",
                           R"({"a":1e})",
                           R"({"a":0x10})",
                           R"({)",
                           R"({"a")",
                           R"({"x":tru,"a":1})",
                           R"({"x":[1,,2],"a":1})",
                           R"({"x":{"y":01},"a":1})",
                           R"({"a":{"x":tru}})",
                           R"({"a":[{"x":tru}]})",
                           R"({"a":1,,"b":2})",
                           R"({"a":1 "b":2})",
                           R"({"a":"x"y})",
                           R"({"a":1}})"}) {
    EXPECT_THAT(Read(text), testing::StartsWith("!")) << text;
  }
  std::string deep(200, '[');
  deep += std::string(200, ']');
  EXPECT_THAT(Read(absl::StrCat("{\"x\":", deep, "}")), testing::StartsWith("!"));
}

TEST(JsonRecord, NumbersAreThoseOfJson) {
  for (const char* text : {"0", "-0", "10", "0.0", "1.50", "1e5", "1E-05", "-12.5e+10"}) {
    EXPECT_TRUE(IsJsonNumber(text)) << text;
  }
  for (const char* text : {"", "-", "01", "1.", ".1", "+1", "1e", "1e+", "1x", "0x1", "1 ", "- 1", "NaN"}) {
    EXPECT_FALSE(IsJsonNumber(text)) << text;
  }
}

// Objects of random keys and values, some of them spoiled at random places: as another parser reads them.
TEST(JsonRecord, ReadsWhatAnotherParserReads) {
  const char* const values[] = {"1",
                                "-0.50",
                                "\"x\"",
                                "\"\"",
                                "true",
                                "null",
                                "[]",
                                "[1,\"y\"]",
                                "[null]",
                                "{\"k\":[1]}",
                                "[[1]]",
                                "1e3",
                                "{}",
                                "\"\\u4e0a\\n\"",
                                "\"\xe4\xb8\x8a\"",
                                "12345678901234567890"};
  const char* const keys[] = {"a", "b", "c", "x", "y"};
  const char* const spoilers[] = {"{", "}", "[", "]", ",", ":", "\"", "\\", "0", " ", "t", "\xff", ".", "\n"};
  std::mt19937 random(7);
  const auto below = [&random](size_t bound) { return random() % bound; };
  size_t read = 0, refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text = "{";
    const size_t count = below(5);
    for (size_t i = 0; i < count; ++i) {
      absl::StrAppend(&text,
                      i == 0          ? ""
                      : below(4) == 0 ? " , "
                                      : ",",
                      "\"", keys[below(std::size(keys))], "\":", values[below(std::size(values))]);
    }
    text += "}";
    for (size_t change = below(3); change > 0; --change) {
      const size_t at = below(text.size() + 1);
      if (below(2) == 0) {
        text.insert(at, spoilers[below(std::size(spoilers))]);
      } else {
        text.erase(at, 1);
      }
    }
    const std::string expected = ReferenceJson(text);
    const std::string got = Read(text);
    if (expected == "?") continue;
    if (expected == "!") {
      ++refused;
      ASSERT_THAT(got, testing::StartsWith("!")) << text;
    } else {
      ++read;
      ASSERT_EQ(got, expected) << text;
    }
  }
  EXPECT_GT(read, 10'000u);
  EXPECT_GT(refused, 10'000u);
}

}  // namespace
}  // namespace muster::loaders

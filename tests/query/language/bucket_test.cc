#include "query/language/bucket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(BucketTest, BucketsAreWholeNumbersUpToTheLast) {
  EXPECT_EQ(BucketOf("0"), 0u);
  EXPECT_EQ(BucketOf("9999"), 9'999u);
  for (const char* text : {"", "10000", "-1", "1.0", "1e3", " 1", "99999999999"})
    EXPECT_FALSE(BucketOf(text).has_value()) << text;
}

TEST(BucketTest, FormsAreReadAndPrinted) {
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"BUCKET('s', 0, 4999)", "BUCKET ('s', 0, 4999)"},
      {"bucket ( \"it's\" , 007,9999)", "BUCKET ('it\\'s', 7, 9999)"},
      {"BUCKET（‘上海’, 000, 0）", "BUCKET ('上海', 0, 0)"},
      {"BUCKET('s', 5,4) OR bucket AND `BUCKET` = 1", "BUCKET ('s', 5, 4) OR bucket AND BUCKET = 1"},
      {"NOT BUCKET('s', 1, 2) AS OF TODAY", "NOT (BUCKET ('s', 1, 2) AS OF TODAY)"}};
  for (const auto& [text, printed] : forms) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << text;
    EXPECT_EQ(Format(*result.expression), printed);
    EXPECT_THAT(CheckTree(*result.expression), IsEmpty()) << text;
  }
}

TEST(BucketTest, ASaltHasBytes) {
  const std::string longest(kMaxSaltBytes, 's');
  EXPECT_THAT(Parse(absl::StrCat("BUCKET('", longest, "', 0, 1)")), IsOk());
  const ParseResult longer = Parse(absl::StrCat("BUCKET('", longest, "s', 0, 1)"));
  ASSERT_THAT(longer.problems, SizeIs(1));
  EXPECT_EQ(longer.problems[0].reason, index::Reason::kLimit);
  EXPECT_EQ(longer.problems[0].about.limit, kMaxSaltBytes);
  EXPECT_EQ(longer.problems[0].span.offset, 7);
}

// Each slip is one problem at its place, and what follows is read.
TEST(BucketTest, SlipsAreSaidOnce) {
  const std::vector<std::pair<std::string, std::string>> slips = {
      {"BUCKET()", "BUCKET ("},
      {"BUCKET('s')", "a comma is expected here"},
      {"BUCKET('s', 0, 10000)", "There is no bucket 10000; write a whole number from 0 to 9999."},
      {"BUCKET('s', 0 4999)", "a comma is expected here"},
      {"BUCKET('s', 2026-01-01, 1)", "are two numbers"},
      {"BUCKET('s', 0, 4999, 5)", "`)` is expected here"}};
  for (const auto& [text, says] : slips) {
    const ParseResult result = Parse(text + " AND vip");
    ASSERT_THAT(result.problems, SizeIs(1)) << text;
    EXPECT_THAT(result.problems[0].message, HasSubstr(says)) << text;
  }
  const ParseResult both = Parse("BUCKET('s', 10000, 20000) AND vip");
  ASSERT_THAT(both.problems, SizeIs(2));
  EXPECT_EQ(both.problems[1].span.offset, 19);
  EXPECT_EQ(both.problems[1].span.length, 5);
}

TEST(BucketTest, TreesAreChecked) {
  Expression tree(Operator::kBucket);
  for (const char* text : {"s", "0", "1"}) tree.literals.emplace_back().text = text;
  EXPECT_THAT(CheckTree(tree), SizeIs(1)) << "the ends are texts";
  tree.literals[1].kind = tree.literals[2].kind = LiteralKind::kNumber;
  EXPECT_THAT(CheckTree(tree), IsEmpty());
  tree.literals[2].text = "-3";
  EXPECT_THAT(CheckTree(tree), SizeIs(1));
  tree.literals[0].kind = LiteralKind::kBoolean;
  EXPECT_THAT(CheckTree(tree), SizeIs(2));
  tree.literals.pop_back();
  EXPECT_THAT(CheckTree(tree), SizeIs(1));
}

}  // namespace
}  // namespace muster::query

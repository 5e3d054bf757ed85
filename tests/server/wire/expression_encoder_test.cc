#include "server/wire/expressions/expression_encoder.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "query/language/formatter.h"
#include "query/language/limits.h"
#include "query/language/parser.h"
#include "server/wire/expressions/expression_decoder.h"
#include "tests/matchers/status.h"
#include "tests/paths.h"

namespace muster::server {
namespace {

// The text's tree as a message and back is the tree that it was. False: it can't be parsed, or is too deep.
bool ComesBack(const std::string& text) {
  const query::ParseResult parsed = query::Parse(text);
  if (!parsed.ok() || DepthOf(*parsed.expression) > query::LanguageLimits().max_tree_depth) return false;
  const v1::Expression encoded = EncodeExpression(*parsed.expression);
  v1::Expression sent;
  EXPECT_TRUE(sent.ParseFromString(encoded.SerializeAsString())) << text;
  const absl::StatusOr<query::ExpressionPtr> decoded = DecodeExpression(sent, "tree");
  EXPECT_THAT(decoded, IsOk()) << text;
  if (!decoded.ok()) return true;
  EXPECT_EQ(query::Format(**decoded), query::Format(*parsed.expression)) << text;
  EXPECT_EQ(EncodeExpression(**decoded).SerializeAsString(), encoded.SerializeAsString()) << text;
  return true;
}

TEST(ExpressionEncoderTest, EveryOperatorAndLiteralComesBack) {
  for (const char* text : {"EVERYONE",
                           "NOBODY",
                           "vip",
                           "NOT vip",
                           "vip AND news",
                           "vip OR news OR NOT a",
                           "AT LEAST 2 OF (vip, news, vip)",
                           "AT LEAST 0 OF (vip)",
                           "city = 'x'",
                           "city != 'x'",
                           "age < 3",
                           "age <= -3.50",
                           "age > 007",
                           "age >= 3",
                           "vip = false",
                           "born = 1990-02-28",
                           "born >= TODAY",
                           "born < TODAY - 3 MONTHS",
                           "born < TODAY + 1 DAY",
                           "born < TODAY - 2 WEEKS",
                           "born < TODAY - 5 YEARS",
                           "age BETWEEN 1 AND 2",
                           "age NOT BETWEEN 1 AND 2",
                           "city IN ('x', \"y\", 3)",
                           "city NOT IN ('x')",
                           "hobby HAS ALL ('a', 'b')",
                           "BIRTHDAY (born) WITHIN 0 DAYS",
                           "BIRTHDAY (born) WITHIN 1 DAY",
                           "BIRTHDAY (born) WITHIN 366 DAYS",
                           "BIRTHDAY (born) = 02-29",
                           "a - b > 100",
                           "1.5 * a + b - -2 * c + 0.50 != -3",
                           "a + 5 BETWEEN -1 AND 2.5",
                           "`a b` - c NOT BETWEEN 0 AND 0",
                           "TODAY - born >= 365",
                           "last - 2026-01-31 < 30",
                           "BUCKET ('it\\'s', 0, 9999)",
                           "NOT BUCKET ('spring', 5000, 4999)",
                           "HAS city",
                           "city LIKE 'sh\\%a%'",
                           "city NOT LIKE '%_'",
                           "city ILIKE 'it\\'s'",
                           "city NOT ILIKE '\\\\%'",
                           "WEIGHT(hobby, 'a') >= 0.5",
                           "WEIGHT(hobby, 'a') BETWEEN 0.5 AND 0.9",
                           "SEGMENT 'mine'",
                           "LIST 'yours'",
                           "vip AS OF 2026-11-01",
                           "(vip OR news) AS OF TODAY - 1 DAY",
                           "`NOT` = 'a''b' AND 城市 = '上海'"}) {
    EXPECT_TRUE(ComesBack(text)) << text;
  }
}

TEST(ExpressionEncoderTest, EveryTextOfTheCorpusComesBack) {
  int came_back = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MUSTER_SOURCE_DIR "/tests/fuzz/corpus/parser")) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (ComesBack(text.str())) ++came_back;
  }
  EXPECT_GE(came_back, 20);
}

TEST(ExpressionEncoderTest, DepthCountsLevelsOfNodes) {
  EXPECT_EQ(DepthOf(*query::Parse("vip").expression), 1);
  EXPECT_EQ(DepthOf(*query::Parse("NOT vip").expression), 2);
  EXPECT_EQ(DepthOf(*query::Parse("vip AND news AND NOT (a OR b)").expression), 4);
}

}  // namespace
}  // namespace muster::server

// Unit tests of the language's parts: tokens, keywords, strings, names, literals, excerpts, lists of
// problems.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/language/excerpt.h"
#include "query/language/hints.h"
#include "query/language/keyword.h"
#include "query/language/leaf_text.h"
#include "query/language/lexer.h"
#include "query/language/literal_text.h"
#include "query/language/operator_words.h"
#include "query/language/problem_list.h"
#include "query/language/string_text.h"
#include "query/language/token_stream.h"

namespace muster::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// `name:age symbol:3 …`: kind and text of each token.
std::vector<std::string> TokensOf(std::string_view text, size_t* problems = nullptr) {
  ProblemList list;
  Lexer lexer(text, list);
  std::vector<std::string> tokens;
  for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
    constexpr const char* kKinds[] = {"end",    "name",   "quoted", "keyword",
                                      "string", "number", "date",   "symbol"};
    tokens.push_back(std::string(kKinds[static_cast<size_t>(token.kind)]) + ":" +
                     std::string(text.substr(static_cast<size_t>(token.span.offset),
                                             static_cast<size_t>(token.span.length))));
  }
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd) << "for ever";
  if (problems != nullptr) *problems = list.Take().size();
  return tokens;
}

TEST(LexerTest, CutsTextsIntoTokens) {
  EXPECT_THAT(TokensOf("age >= 18 AND `my tag` IN ('a''b', \"c\")"),
              ElementsAre("name:age", "symbol:>=", "number:18", "keyword:AND", "quoted:`my tag`",
                          "keyword:IN", "symbol:(", "string:'a''b'", "symbol:,", "string:\"c\"", "symbol:)"));
  EXPECT_THAT(TokensOf("joined<2026-01-31"), ElementsAre("name:joined", "symbol:<", "date:2026-01-31"));
  EXPECT_THAT(TokensOf("年龄＞＝18，（x！＝y）"),
              ElementsAre("name:年龄", "symbol:＞＝", "number:18", "symbol:，", "symbol:（", "name:x",
                          "symbol:！＝", "name:y", "symbol:）"))
      << "full-width twins";
  EXPECT_THAT(TokensOf("a.b = -1.50"), ElementsAre("name:a.b", "symbol:=", "symbol:-", "number:1.50"));
  EXPECT_THAT(TokensOf(" \t\n\xe3\x80\x80# all comment"), IsEmpty());
  EXPECT_THAT(TokensOf("x = ‘上海’"), ElementsAre("name:x", "symbol:=", "string:‘上海’"));
}

// Whatever the bytes, tokens ascend within the text, and there is an end.
TEST(LexerTest, AnyBytesAreTokensOrProblems) {
  uint32_t state = 1;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525 + 1013904223;
      const char* const pieces[] = {"'",   "`",          "\"", "-",  "1", "a", "\xff", "（",
                                    "AND", "2026-01-01", "#",  "\n", "!", "=", "年"};
      text += pieces[(state >> 16) % (sizeof(pieces) / sizeof(pieces[0]))];
    }
    ProblemList list;
    Lexer lexer(text, list);
    int32_t end = 0;
    for (Token token = lexer.Next(); token.kind != TokenKind::kEnd; token = lexer.Next()) {
      ASSERT_GE(token.span.offset, end) << text;
      ASSERT_GT(token.span.length, 0) << text;
      end = token.end();
      ASSERT_LE(static_cast<size_t>(end), text.size()) << text;
    }
  }
}

TEST(KeywordTest, FoldsAsciiOnly) {
  for (const Keyword keyword :
       {Keyword::kAnd, Keyword::kAs, Keyword::kBetween, Keyword::kEveryone, Keyword::kFalse, Keyword::kHas,
        Keyword::kIlike, Keyword::kIn, Keyword::kLike, Keyword::kNobody, Keyword::kNot, Keyword::kOr,
        Keyword::kToday, Keyword::kTrue}) {
    std::string lower(KeywordText(keyword));
    EXPECT_EQ(FindKeyword(lower), keyword);
    for (char& c : lower) c = static_cast<char>(c | 0x20);
    EXPECT_EQ(FindKeyword(lower), keyword) << lower;
    EXPECT_EQ(FindKeyword(lower + "s"), Keyword::kNone);
  }
  EXPECT_EQ(FindKeyword("\xc4\xb0N"), Keyword::kNone) << "a dotted capital I is no I";
  EXPECT_EQ(FindKeyword("BİRTHDAY"), Keyword::kNone);
  EXPECT_EQ(FindKeyword(""), Keyword::kNone);
  EXPECT_EQ(KeywordText(Keyword::kNone), "");
}

// The content of the string that the text is.
std::string ContentOf(std::string_view text) {
  ProblemList problems;
  const TokenStream tokens(text, problems);
  EXPECT_EQ(tokens.current().kind, TokenKind::kString) << text;
  EXPECT_TRUE(problems.empty()) << text;
  return StringContent(tokens, tokens.current());
}

TEST(StringTextTest, EscapesAreThreeAndADoubledQuote) {
  EXPECT_EQ(ContentOf("'a'"), "a");
  EXPECT_EQ(ContentOf("''"), "");
  EXPECT_EQ(ContentOf("'it''s'"), "it's");
  EXPECT_EQ(ContentOf(R"('it\'s')"), "it's");
  EXPECT_EQ(ContentOf(R"("say \"hi\"")"), "say \"hi\"");
  EXPECT_EQ(ContentOf(R"('a\\b')"), R"(a\b)");
  EXPECT_EQ(ContentOf(R"('a\nb\%')"), R"(a\nb\%)") << "anything else stays as written";
  EXPECT_EQ(ContentOf(R"("it''s")"), "it''s");
}

TEST(StringTextTest, WhatIsPrintedIsReadAgain) {
  for (const std::string content : {"", "a", "it's", "\\", "\\'", "''", "a\\\\'b", "\"", "上海'", "\\n"}) {
    EXPECT_EQ(ContentOf(StringText(content)), content) << StringText(content);
  }
}

std::string PatternIn(std::string_view text) {
  ProblemList problems;
  const TokenStream tokens(text, problems);
  return PatternContent(tokens, tokens.current());
}

TEST(StringTextTest, PatternsKeepTheirEscapesAndLoseThoseOfQuotes) {
  EXPECT_EQ(PatternIn("'ab%'"), "ab%");
  EXPECT_EQ(PatternIn("'ab%%'"), "ab%");
  EXPECT_EQ(PatternIn("''"), "");
  EXPECT_EQ(PatternIn(R"('50\%\_\\%')"), R"(50\%\_\\%)");
  EXPECT_EQ(PatternIn(R"('it\'s _')"), "it's _");
  EXPECT_EQ(PatternIn("'it''s'"), "it's");
  EXPECT_EQ(PatternIn(R"("say \"%\"")"), "say \"%\"");
  EXPECT_EQ(PatternIn(R"('a\b')"), R"(a\\b)") << "any other backslash stands for itself";
  EXPECT_EQ(PatternIn(R"('\\\'%')"), R"(\\'%)");
}

TEST(StringTextTest, APatternThatIsPrintedIsReadAgain) {
  for (const std::string pattern : {"", "%", "_", "it's", R"(\\)", R"(\\'\%)", R"(%\_\\_')", "上_%"}) {
    EXPECT_EQ(PatternIn(PatternText(pattern)), pattern) << PatternText(pattern);
  }
}

TEST(LeafTextTest, NamesStandBareWhereTheyCan) {
  for (const char* bare : {"age", "a.b", "_x9", "年龄", "last", "segment"}) EXPECT_EQ(NameText(bare), bare);
  EXPECT_EQ(NameText("my tag"), "`my tag`");
  EXPECT_EQ(NameText("a-b"), "`a-b`");
  EXPECT_EQ(NameText("9lives"), "`9lives`");
  EXPECT_EQ(NameText("and"), "`and`");
  EXPECT_EQ(NameText("a..b"), "`a..b`");
  EXPECT_EQ(NameText("a."), "`a.`");
  EXPECT_EQ(NameText("a`b"), "`a``b`");
}

TEST(LiteralTextTest, DatesMustExist) {
  for (const char* date : {"2026-01-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"})
    EXPECT_EQ(WhyNotADate(date), "") << date;
  for (const char* date : {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-01-00",
                           "0000-01-01", "2026-1-1", "20260101", "2026-01-01 ", ""})
    EXPECT_NE(WhyNotADate(date), "") << date;
}

TEST(ExcerptTest, IsShortAndOneLine) {
  EXPECT_EQ(Excerpt("short"), "short");
  EXPECT_EQ(Excerpt("a\nb\tc\x7f"), "a b c ");
  EXPECT_EQ(Excerpt("a\xff"
                    "b"),
            "a?b");
  EXPECT_EQ(Excerpt(std::string(41, 'x')), std::string(41, 'x'));
  EXPECT_EQ(Excerpt(std::string(42, 'x')), std::string(40, 'x') + "…");
  EXPECT_EQ(Excerpt("'" + std::string(60, 'x') + "'"), "'" + std::string(39, 'x') + "…'");
  std::string wide, cut;
  for (int i = 0; i < 50; ++i) wide += "上";
  for (int i = 0; i < 40; ++i) cut += "上";
  EXPECT_EQ(Excerpt(wide), cut + "…");
}

TEST(OperatorWordsTest, EveryWordHasAMend) {
  EXPECT_THAT(MendOfOperatorWord("contains"), HasSubstr("LIKE '%b%'"));
  EXPECT_THAT(MendOfOperatorWord("Gte"), HasSubstr("write `>=`"));
  EXPECT_THAT(MendOfOperatorWord("大于"), HasSubstr("write `>`"));
  EXPECT_THAT(MendOfOperatorWord("xor"), HasSubstr("AND NOT (a AND b)"));
  EXPECT_EQ(MendOfOperatorWord("age"), "");
  EXPECT_EQ(MendOfOperatorWord(""), "");
}

TEST(HintsTest, AKeywordThatRunsIntoAName) {
  EXPECT_NE(KeywordWithoutSpace("AND性别"), "");
  EXPECT_NE(KeywordWithoutSpace("not会员"), "");
  EXPECT_EQ(KeywordWithoutSpace("android"), "");
  EXPECT_EQ(KeywordWithoutSpace("性别"), "");
  EXPECT_EQ(KeywordWithoutSpace("AND"), "");
}

TEST(ProblemListTest, OneAPlaceByPlaceAndNoMoreThanTwenty) {
  ProblemList list;
  list.Add(index::Reason::kSyntax, {9, 1, -1}, "later");
  list.Add(index::Reason::kSyntax, {2, 1, -1}, "first");
  list.Add(index::Reason::kSyntax, {2, 1, -1}, "its consequence");
  EXPECT_FALSE(list.stopped());
  std::vector<Problem> taken = list.Take();
  ASSERT_THAT(taken, SizeIs(2));
  EXPECT_EQ(taken[0].message, "first");
  EXPECT_EQ(taken[1].message, "later");
  ProblemList full;
  for (int i = 0; i < 100; ++i) full.Add(index::Reason::kSyntax, {i, 1, -1}, "wrong");
  EXPECT_TRUE(full.stopped());
  EXPECT_THAT(full.Take(), SizeIs(kMaxProblems));
  ProblemList limit;
  limit.AddAndStop(index::Reason::kLimit, {0, 1, -1}, "too long");
  EXPECT_TRUE(limit.stopped());
}

TEST(TokenStreamTest, WordsMeanSomethingWhereTheyAreTaken) {
  ProblemList problems;
  TokenStream tokens("at least 3 of (a,b)", problems);
  EXPECT_TRUE(tokens.IsWord(tokens.current(), "AT"));
  EXPECT_FALSE(tokens.TakeWord("LEAST"));
  EXPECT_TRUE(tokens.TakeWord("AT"));
  EXPECT_TRUE(tokens.TakeWord("LEAST"));
  EXPECT_EQ(tokens.Described(), "`3`");
  tokens.Advance();
  EXPECT_TRUE(tokens.TakeWord("OF"));
  EXPECT_TRUE(tokens.Take(Symbol::kOpen));
  EXPECT_TRUE(tokens.Touching());
  EXPECT_FALSE(tokens.Take(Keyword::kAnd));
  for (int i = 0; i < 20; ++i) tokens.Advance();
  EXPECT_EQ(tokens.Described(), "the end");
  EXPECT_EQ(tokens.current().kind, TokenKind::kEnd);
}

}  // namespace
}  // namespace muster::query

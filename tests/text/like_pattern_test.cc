#include "text/like_pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text/utf8.h"

namespace muster {
namespace {

bool Matches(std::string_view pattern, std::string_view text) {
  const auto parsed = LikePattern::Parse(pattern, LetterCase::kDiffers);
  EXPECT_TRUE(parsed.has_value()) << pattern;
  return parsed.has_value() && parsed->Matches(text);
}

bool MatchesFolded(std::string_view pattern, std::string_view text) {
  return LikePattern::Parse(pattern, LetterCase::kFolded)->Matches(text);
}

// The definition, tried in all ways.
bool IsLike(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%')
    return IsLike(pattern.substr(1), text) || (!text.empty() && IsLike(pattern, text.substr(1)));
  const bool escapes = pattern.size() > 1 && pattern[0] == '\\' &&
                       (pattern[1] == '\\' || pattern[1] == '%' || pattern[1] == '_');
  const std::string_view rest = pattern.substr(escapes ? 2 : 1);
  if (text.empty()) return false;
  const bool same = !escapes && pattern[0] == '_' ? true : pattern[escapes ? 1 : 0] == text[0];
  return same && IsLike(rest, text.substr(1));
}

// All texts over an alphabet up to a length.
std::vector<std::string> AllTexts(std::string_view alphabet, size_t longest) {
  std::vector<std::string> texts = {""};
  for (size_t begin = 0; texts.back().size() < longest;) {
    const size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

TEST(LikePatternTest, EveryShortPatternMatchesWhatTheDefinitionSays) {
  const std::vector<std::string> texts = AllTexts("ab%\\", 4);
  for (const std::string& pattern : AllTexts("ab%_\\", 5)) {
    const LikePattern parsed = *LikePattern::Parse(pattern, LetterCase::kDiffers);
    const LikePattern canonical = *LikePattern::Parse(CanonicalPattern(pattern), LetterCase::kDiffers);
    size_t matched = 0;
    for (const std::string& text : texts) {
      const bool is_like = IsLike(pattern, text);
      ASSERT_EQ(parsed.Matches(text), is_like) << pattern << " and " << text;
      ASSERT_EQ(canonical.Matches(text), is_like) << pattern << " and " << text;
      matched += is_like ? 1 : 0;
      if (!is_like) continue;
      ASSERT_EQ(text.substr(0, parsed.prefix().size()), parsed.prefix()) << pattern;
    }
    if (parsed.matches_all()) {
      ASSERT_EQ(matched, texts.size()) << pattern;
    }
    if (parsed.is_prefix()) {
      for (const std::string& text : texts)
        ASSERT_EQ(parsed.Matches(text), text.rfind(parsed.prefix(), 0) == 0) << pattern << " and " << text;
    }
  }
}

TEST(LikePatternTest, TheCanonicalFormIsItsOwn) {
  for (const std::string& pattern : AllTexts("a%_\\", 6)) {
    const std::string canonical = CanonicalPattern(pattern);
    ASSERT_EQ(CanonicalPattern(canonical), canonical) << pattern;
  }
  EXPECT_EQ(CanonicalPattern(R"(a\b\%\)"), R"(a\\b\%\\)");
  EXPECT_EQ(CanonicalPattern(R"(%%%a\%%%)"), R"(%a\%%)");
}

TEST(LikePatternTest, AnUnderscoreIsOneCodePoint) {
  EXPECT_TRUE(Matches("_海", "上海"));
  EXPECT_TRUE(Matches("____", "上海浦东"));
  EXPECT_FALSE(Matches("___", "上海浦东"));
  EXPECT_TRUE(Matches("%_東", "浦東"));
  EXPECT_FALSE(Matches("%_東", "東"));
  EXPECT_TRUE(Matches("_", "😀"));
}

TEST(LikePatternTest, CaseIsFoldedSimplyOnBothSides) {
  EXPECT_TRUE(MatchesFolded("éCOLE%", "École normale"));
  EXPECT_TRUE(MatchesFolded("σας", "ΣΑΣ"));
  EXPECT_TRUE(MatchesFolded("%ẞ", "Strauß")) << "simple folding: one code point for one";
  EXPECT_FALSE(MatchesFolded("strasse", "straße"));
  EXPECT_FALSE(Matches("abc", "ABC"));
  EXPECT_TRUE(MatchesFolded("K", "\u212A")) << "the Kelvin sign";
  EXPECT_EQ(LikePattern::Parse("abc%", LetterCase::kFolded)->prefix(), "");
  EXPECT_FALSE(LikePattern::Parse("%", LetterCase::kFolded)->is_prefix());
  EXPECT_TRUE(LikePattern::Parse("%", LetterCase::kFolded)->matches_all());
}

TEST(LikePatternTest, LongPatternsEndSoon) {
  std::string pattern = "%";
  for (int i = 0; i < 100; ++i) pattern += "a%";
  EXPECT_TRUE(Matches(pattern, std::string(100, 'a')));
  EXPECT_FALSE(Matches(pattern + "b", std::string(400, 'a')));
  EXPECT_FALSE(Matches(std::string(1 << 20, '_'), "short"));
}

TEST(LikePatternTest, ItsTextHasNoSigns) {
  EXPECT_EQ(TextOfPattern(R"(%a\%_b\\%)"), "a%b\\");
  EXPECT_FALSE(LikePattern::Parse("a\\%", LetterCase::kDiffers)->has_wildcards());
  EXPECT_TRUE(LikePattern::Parse("a_", LetterCase::kDiffers)->has_wildcards());
  EXPECT_TRUE(LikePattern::Parse("a%", LetterCase::kDiffers)->has_wildcards());
}

TEST(LikePatternTest, WhatIsNotUtf8IsNoPattern) {
  EXPECT_FALSE(LikePattern::Parse("a\xff", LetterCase::kDiffers).has_value());
}

}  // namespace
}  // namespace muster

#include "text/shortened.h"

#include <gtest/gtest.h>

#include <string>

#include "text/display_width.h"
#include "text/utf8.h"

namespace muster {
namespace {

size_t CodePointsOf(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += ReadCodePoint(text, at).bytes) ++count;
  return count;
}

TEST(Shortened, WhatFitsStays) {
  EXPECT_EQ(Shortened("上海", {}), "上海");
  EXPECT_EQ(Shortened("上海", {.bytes = 6}), "上海");
  EXPECT_EQ(Shortened("上海", {.code_points = 2}), "上海");
  EXPECT_EQ(Shortened("上海", {.columns = 4}), "上海");
  EXPECT_EQ(Shortened("", {.columns = 1}), "");
}

TEST(Shortened, WhatDoesNotIsCutBetweenCodePoints) {
  EXPECT_EQ(Shortened("上海市", {.bytes = 8}), "上…");
  EXPECT_EQ(Shortened("上海市", {.bytes = 3}), "…");
  EXPECT_EQ(Shortened("上海市", {.code_points = 2}), "上…");
  EXPECT_EQ(Shortened("上海市", {.columns = 4}), "上…");
  EXPECT_EQ(Shortened("上海市", {.columns = 5}), "上海…");
  EXPECT_EQ(Shortened("ab\xff\xfe", {.code_points = 3}), "ab…");
}

// A mark stays with the letter that it combines with.
TEST(Shortened, MarksTakeNoColumn) {
  EXPECT_EQ(Shortened("cafe\u0301s", {.columns = 5}), "cafe\u0301s");
  EXPECT_EQ(Shortened("cafe\u0301s", {.columns = 4}), "caf…");
  EXPECT_EQ(Shortened("e\u0301\u0301abc", {.columns = 2}), "e\u0301\u0301…");
}

// For every bound: the answer fits, and one code point more of the text would not.
TEST(Shortened, TakesAsMuchAsFits) {
  const std::string text = "a上é海\U0001F600b市zz";
  for (size_t bound = 3; bound <= text.size(); ++bound) {
    const std::string bytes = Shortened(text, {.bytes = bound});
    EXPECT_LE(bytes.size(), bound);
    const std::string points = Shortened(text, {.code_points = bound});
    EXPECT_LE(CodePointsOf(points), bound);
    const std::string columns = Shortened(text, {.columns = bound});
    EXPECT_LE(DisplayWidth(columns), bound);
    for (const std::string& shown : {bytes, points, columns}) {
      if (shown == text) continue;
      const size_t kept = shown.size() - std::string("…").size();
      ASSERT_EQ(shown, text.substr(0, kept) + "…");
      const std::string more = text.substr(0, kept + ReadCodePoint(text, kept).bytes) + "…";
      const bool fits = shown == bytes    ? more.size() <= bound
                        : shown == points ? CodePointsOf(more) <= bound
                                          : DisplayWidth(more) <= bound;
      EXPECT_FALSE(fits) << bound << ": " << shown;
    }
  }
}

TEST(Shortened, TheEndStaysWhenTheBeginningGoes) {
  EXPECT_EQ(ShortenedToEnd("上海市", 6), "上海市");
  EXPECT_EQ(ShortenedToEnd("上海市", 5), "…海市");
  EXPECT_EQ(ShortenedToEnd("上海市", 4), "…市");
  EXPECT_EQ(ShortenedToEnd("上海市", 1), "…");
  EXPECT_EQ(ShortenedToEnd("ae\u0301bc", 3), "…bc");
  EXPECT_EQ(ShortenedToEnd("", 1), "");
}

}  // namespace
}  // namespace muster

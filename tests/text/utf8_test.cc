#include "text/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace muster {
namespace {

TEST(Utf8, CodePointsAreReadStrictly) {
  EXPECT_EQ(ReadCodePoint("a上", 1).value, U'上');
  EXPECT_EQ(ReadCodePoint("a上", 1).bytes, 3u);
  EXPECT_EQ(ReadCodePoint("\U0001F600", 0).value, U'\U0001F600');
  EXPECT_EQ(ReadCodePoint("\U0010FFFF", 0).bytes, 4u);
  EXPECT_EQ(ReadCodePoint(std::string_view("\0", 1), 0).value, U'\0');
  for (const char* bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf8\x88\x80\x80", "\xe4\xb8"}) {
    const CodePoint c = ReadCodePoint(bad, 0);
    EXPECT_FALSE(c.valid) << bad;
    EXPECT_EQ(c.bytes, 1u) << bad;
    EXPECT_EQ(c.value, static_cast<unsigned char>(bad[0])) << bad;
  }
}

TEST(Utf8, AWholeTextIsValidOrNot) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsValidUtf8("上海 \U0001F600"));
  for (const char* bad :
       {"\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb8", "\xe4\xb8\xe4", "\xe9",
        "\xe9\x41\x80", "\xe5\x80\x41", "\xc3", "\xc3\x41", "\xc3\xc3", "\xc1\x80"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << bad;
  }
}

TEST(Utf8, BytesThatAreNoneAreReplaced) {
  EXPECT_EQ(MendUtf8("上海"), "上海");
  EXPECT_EQ(MendUtf8("a\xffz\xe4\xb8"), "a\uFFFDz\uFFFD\uFFFD");
  EXPECT_EQ(MendUtf8(""), "");
}

// At every place of a text of all lengths of code points.
TEST(Utf8, ATextIsCutBetweenCodePoints) {
  const std::string text = "aé上\U0001F600z";
  size_t whole = 0;
  for (size_t bytes = 0; bytes <= text.size(); ++bytes) {
    if (bytes == whole + (whole < text.size() ? ReadCodePoint(text, whole).bytes : 1)) whole = bytes;
    EXPECT_EQ(BytesOfWholeCodePoints(std::string_view(text).substr(0, bytes)), whole) << bytes;
  }
  EXPECT_EQ(BytesOfWholeCodePoints("\x80\x80\x80\x80\x80"), 5u);  // no beginning of anything
}

TEST(Utf8, CodePointsAreCountedInBytes) {
  EXPECT_EQ(BytesOfCodePoints("上海x", 0), 0u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 2), 6u);
  EXPECT_EQ(BytesOfCodePoints("上海x", 9), 7u);
  EXPECT_EQ(BytesOfCodePoints("\xffx", 1), 1u);
}

}  // namespace
}  // namespace muster

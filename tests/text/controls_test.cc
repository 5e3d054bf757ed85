#include "text/controls.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

// UTF-8 of a code point below U+10000.
std::string Utf8(unsigned code) {
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
  return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
          static_cast<char>(0x80 | (code & 0x3f))};
}

TEST(Controls, EveryCodePointIsWhatItIs) {
  for (unsigned code = 0; code < 0x10000; ++code) {
    if (code >= 0xd800 && code <= 0xdfff) continue;  // surrogates have no UTF-8
    const bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const bool turns = code == 0x61c || code == 0x200e || code == 0x200f ||
                       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    const bool unseen = control || turns || code == 0xa0 || code == 0xad || code == 0x2007 ||
                        code == 0x200b || code == 0x2028 || code == 0x2029 || code == 0x202f ||
                        (code >= 0x2060 && code <= 0x206f && code != 0x2065) || code == 0x180e ||
                        code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
    const std::string text = "a" + Utf8(code) + "b";
    ASSERT_EQ(IsUnseen(code), unseen) << code;
    ASSERT_EQ(IsObeyed(code), control || turns || code == 0x2028 || code == 0x2029) << code;
    ASSERT_EQ(HasControlCharacter(text), control) << code;
    ASSERT_EQ(HasDirectionControl(text), turns) << code;
    ASSERT_EQ(EscapeUnseen(text) != text, unseen) << code;
  }
}

TEST(Controls, WhatIsUnseenIsShownByItsNumber) {
  EXPECT_EQ(EscapeUnseen("a\\\t\x1b"), "a\\\\\\t\\u001b");
  EXPECT_EQ(EscapeUnseen("a\\b \"'"), "a\\b \"'");
  EXPECT_EQ(EscapeUnseen("a\u202eb\u061c\u2069"), "a\\u202eb\\u061c\\u2069");
  EXPECT_EQ(EscapeUnseen("a\U000e0041"), "a\\U000e0041");
  EXPECT_EQ(EscapeUnseen("上\xc9\\ a"), "\\xe4\\xb8\\x8a\\xc9\\\\ a");
  EXPECT_EQ(EscapeUnseen("שלום"), "שלום");
  EXPECT_EQ(EscapeUnseen(""), "");
  EXPECT_EQ(EscapeUnseen("a\U000e0041b"), "a\\U000e0041b");
}

TEST(Controls, BetweenQuotesQuotesAndBackslashesAreEscapedToo) {
  EXPECT_EQ(EscapeQuoted("say \"hi\" \\ it's"), "say \\\"hi\\\" \\\\ it's");
  EXPECT_EQ(EscapeQuoted("a\nb\\"), "a\\nb\\\\");
  EXPECT_EQ(EscapeQuoted("上海"), "上海");
}

}  // namespace
}  // namespace muster

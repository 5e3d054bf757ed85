#include "text/normal_form.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace muster {
namespace {

TEST(NormalFormTest, ComposesToOneForm) {
  EXPECT_EQ(NormalizeNfc("plain"), "plain");
  EXPECT_EQ(NormalizeNfc(""), "");
  EXPECT_EQ(NormalizeNfc("cafe\u0301"), "caf\u00e9");
  EXPECT_EQ(NormalizeNfc("caf\u00e9"), "caf\u00e9");
  EXPECT_EQ(NormalizeNfc("上海"), "上海");
  // Form C, not KC: full-width letters stay what they are.
  EXPECT_EQ(NormalizeNfc("Ａ"), "Ａ");
  EXPECT_EQ(NormalizeNfc(std::string_view("a\0\u00e9", 4)), std::string("a\0\u00e9", 4));
}

std::string Utf8Of(uint32_t code_point) {
  std::string text;
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xc0 | code_point >> 6);
    text += static_cast<char>(0x80 | (code_point & 0x3f));
  } else {
    text += static_cast<char>(0xe0 | code_point >> 12);
    text += static_cast<char>(0x80 | (code_point >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code_point & 0x3f));
  }
  return text;
}

// A full-width letter sends a whole text the long way round, and has no part in anything else.
TEST(NormalFormTest, TheShortWayAndTheLongOneAgreeOnEveryCodePoint) {
  const std::string full_width = "Ａ";
  for (uint32_t code_point = 0; code_point < 0x10000; ++code_point) {
    if (code_point >= 0xd800 && code_point < 0xe000) continue;  // halves of pairs
    for (const std::string before : {"", "a"}) {
      const std::string text = before + Utf8Of(code_point);
      const std::optional<std::string> normal = NormalizeNfc(text);
      ASSERT_TRUE(normal.has_value()) << code_point;
      ASSERT_EQ(NormalizeNfc(full_width + text), full_width + *normal) << code_point;
    }
  }
}

TEST(NormalFormTest, RefusesWhatIsNotUtf8) {
  for (const char* bad :
       {"\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb8", "\xe4\xb8\xe4", "\xe9",
        "\xe9\x41\x80", "\xe5\x80\x41", "\xc3", "\xc3\x41", "\xc3\xc3", "\xc1\x80"}) {
    EXPECT_EQ(NormalizeNfc(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(InNormalForm("cafe\u0301"), "caf\u00e9");
  EXPECT_EQ(InNormalForm("e\u0301\xff"), "e\u0301\xff");
}

TEST(NormalFormTest, FoldsCase) {
  EXPECT_EQ(FoldCase("Straße ÉCOLE 上海"), "strasse école 上海");
  EXPECT_EQ(FoldCase("e\u0301"), FoldCase("\u00c9"));
  EXPECT_EQ(FoldCase("ΣΑΣ"), FoldCase("σας"));
  EXPECT_EQ(FoldCase(""), "");
  EXPECT_EQ(FoldCase("\xff"), std::nullopt);
}

}  // namespace
}  // namespace muster

#include "index/text/unicode.h"

#include <gtest/gtest.h>

namespace muster::index {
namespace {

TEST(UnicodeTest, ComposesToOneForm) {
  EXPECT_EQ(NormalizeNfc("plain"), "plain");
  EXPECT_EQ(NormalizeNfc(""), "");
  EXPECT_EQ(NormalizeNfc("cafe\u0301"), "caf\u00e9");
  EXPECT_EQ(NormalizeNfc("caf\u00e9"), "caf\u00e9");
  EXPECT_EQ(NormalizeNfc("上海"), "上海");
  // Form C, not KC: full-width letters stay what they are.
  EXPECT_EQ(NormalizeNfc("Ａ"), "Ａ");
  EXPECT_EQ(NormalizeNfc(std::string_view("a\0\u00e9", 4)), std::string("a\0\u00e9", 4));
}

TEST(UnicodeTest, RefusesWhatIsNotUtf8) {
  for (const char* bad : {"\xff", "a\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xb8"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << bad;
    EXPECT_EQ(NormalizeNfc(bad), std::nullopt) << bad;
  }
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsValidUtf8("上海 \U0001F600"));
}

}  // namespace
}  // namespace muster::index

#include "text/tag_name.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace muster {
namespace {

TEST(TagName, TakesLettersOfAnyScriptDigitsAndFourSigns) {
  for (const int32_t good : std::initializer_list<int32_t>{'a', 'Z', '7', '_', '.', '-', ' ', 0xE9, 0x57CE,
                                                           0x301, 0x660, 0x1F1, 0x20000})
    EXPECT_TRUE(MayStandInTagName(good)) << good;
  for (const int32_t bad : std::initializer_list<int32_t>{0, '\n', '/', '`', '\'', ',', 0x85, 0xB2, 0x2028,
                                                          0x3000, 0xFF08, 0x1F600, -1})
    EXPECT_FALSE(MayStandInTagName(bad)) << bad;
}

}  // namespace
}  // namespace muster

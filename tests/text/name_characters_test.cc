#include "text/name_characters.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace muster {
namespace {

TEST(NameCharacters, TakesLettersOfAnyScriptDigitsAndFourSigns) {
  for (const char32_t good : std::initializer_list<char32_t>{'a', 'Z', '7', '_', '.', '-', ' ', 0xE9, 0x57CE,
                                                             0x301, 0x660, 0x1F1, 0x20000})
    EXPECT_TRUE(MayStandInName(good)) << static_cast<unsigned>(good);
  for (const char32_t bad : std::initializer_list<char32_t>{0, '\n', '/', '`', '\'', ',', 0x85, 0xB2, 0x2028,
                                                            0x3000, 0xFF08, 0x1F600})
    EXPECT_FALSE(MayStandInName(bad)) << static_cast<unsigned>(bad);
}

}  // namespace
}  // namespace muster

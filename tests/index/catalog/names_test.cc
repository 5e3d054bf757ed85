// The rules for names (docs/semantics.md, rules 3 and 29), and names that look alike.
#include "index/catalog/names.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Names, Populations) {
  for (const char* name : {"a", "customers-2_x", "0"}) EXPECT_THAT(CheckPopulationName(name), IsOk()) << name;
  EXPECT_THAT(CheckPopulationName(std::string(63, 'p')), IsOk());
  for (const std::string& name : {std::string(), std::string(64, 'p'), std::string("A"), std::string("a b"),
                                  std::string("../x"), std::string("ä")}) {
    const absl::Status status = CheckPopulationName(name);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << name;
    EXPECT_EQ(ReasonOf(status), Reason::kBadName);
  }
}

TEST(Names, Tags) {
  for (const char* name : {"城市", "last seen", "a.b-c_1", "ชื่อ", "É", "नाम"})
    EXPECT_THAT(NormalTagName(name), IsOk()) << name;
  EXPECT_EQ(*NormalTagName("e\xcc\x81"), "\xc3\xa9");
  EXPECT_THAT(NormalTagName(std::string(128, 't')), IsOk());
  for (const std::string& name :
       {std::string(), std::string(129, 't'), std::string(" a"), std::string("a "), std::string("a\nb"),
        std::string("a\u202eb"), std::string("a\u2066b"), std::string("a\u200e"), std::string("\u061ca"),
        std::string("a/b"), std::string("a`b"), std::string("\xff"), std::string("a\0b", 3)}) {
    EXPECT_THAT(NormalTagName(name), StatusIs(absl::StatusCode::kInvalidArgument)) << name;
  }
}

TEST(Names, Labels) {
  EXPECT_THAT(CheckLabel("2026-01-01 orders №7"), IsOk());
  EXPECT_THAT(CheckLabel(std::string(200, 'l')), IsOk());
  for (const std::string& label :
       {std::string(), std::string(201, 'l'), std::string("a\tb"), std::string("\xc2\x85"),
        std::string("\xff"), std::string("a\u202eb"), std::string("a\u2066b"), std::string("\u200fa")}) {
    EXPECT_THAT(CheckLabel(label), ::testing::Not(IsOk())) << label;
  }
  EXPECT_THAT(CheckLabel("a\u00a0b"), IsOk());  // a no-break space is no control character
  // Long ones are cut between characters.
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "城";
  const absl::Status cut = CheckLabel(wide);
  EXPECT_EQ(std::string(cut.message()).substr(0, 7 + 60 + 3), "label '" + wide.substr(0, 60) + "…");
  EXPECT_LT(CheckLabel("a" + wide).message().size(), 200u);
}

TEST(Names, Segments) {
  for (const char* name : {"loyal", "双十一 VIP", "a/b (2026)"}) EXPECT_EQ(*NormalSegmentName(name), name);
  EXPECT_EQ(*NormalSegmentName("e\xcc\x81"), "\xc3\xa9");
  EXPECT_THAT(NormalSegmentName(std::string(200, 's')), IsOk());
  for (const std::string& name : {std::string(), std::string(201, 's'), std::string(" "), std::string(" a"),
                                  std::string("a "), std::string("\u3000a"), std::string("a\u00a0"),
                                  std::string("a\nb"), std::string("a\u202eb"), std::string("\xff")}) {
    EXPECT_THAT(NormalSegmentName(name), StatusIs(absl::StatusCode::kInvalidArgument)) << name;
  }
}

TEST(Names, Notes) {
  EXPECT_EQ(NormalTagNote(" what it means\n"), "what it means");
  EXPECT_EQ(NormalTagNote("шалом שלום"), "шалом שלום");
  EXPECT_EQ(NormalTagNote(""), "");
  EXPECT_TRUE(NormalTagNote(std::string(4096, 'n')).has_value());
  for (const std::string& note :
       {std::string(4097, 'n'), std::string("a\nb"), std::string("\x1b]52;c;eA==\x07"),
        std::string("a\u009bb"), std::string("\xff"), std::string("a\u202eb"), std::string("a\u2069b"),
        std::string("a\0b", 3)}) {
    EXPECT_EQ(NormalTagNote(note), std::nullopt) << note;
  }
}

}  // namespace
}  // namespace muster::index

// What cells mean (SEMANTICS rules 16 and 17): every kind, every format, every rejection.
#include "index/loading/cell_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/catalog/civil_text.h"
#include "index/status_reason.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Reads single cells of one tag.
class OneTag {
 public:
  explicit OneTag(TagKind kind) : values_([](std::string_view) { return std::nullopt; }, 0) {
    tag.name = "t";
    tag.kind = kind;
    tag_spec.name = "t";
  }

  // The column that one record makes; `why` gets the rejection.
  TypedColumn Read(std::string_view cell) {
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
    absl::StatusOr<CellReader> reader = CellReader::Make(tag, tag_spec, spec, zone, &values_);
    EXPECT_TRUE(reader.ok()) << reader.status();
    const std::vector<uint32_t> ends = {static_cast<uint32_t>(cell.size())};
    RejectionLog log;
    BatchRejections rejections(1, {}, 1, log);
    TypedColumn column;
    EXPECT_TRUE(reader->Read({cell, ends}, rejections, column).ok());
    why = log.first().empty() ? "" : log.first()[0].message;
    reason = log.first().empty() ? Rejection::kRagged : log.first()[0].reason;
    return column;
  }
  // The number of a cell that must be one.
  int64_t Number(std::string_view cell) {
    const TypedColumn column = Read(cell);
    EXPECT_EQ(column.numbers.size(), 1u) << cell << ": " << why;
    return column.numbers.empty() ? -999 : column.numbers[0];
  }
  std::string Refusal(std::string_view cell) {
    const TypedColumn column = Read(cell);
    EXPECT_EQ(column.size(), 0u) << cell;
    return why;
  }

  Tag tag;
  LoadTagSpec tag_spec;
  LoadSpec spec;
  std::string why;
  Rejection reason = Rejection::kRagged;

 private:
  ValueInterner values_;
};

TEST(CellReader, Numbers) {
  OneTag number(TagKind::kNumber);
  number.tag.scale = 2;
  for (const auto& [cell, scaled] :
       std::vector<std::pair<std::string, int64_t>>{{"12", 1200},
                                                    {"-12.5", -1250},
                                                    {"+.5", 50},
                                                    {".50", 50},
                                                    {" 7.1000 ", 710},
                                                    {"-0", 0},
                                                    {"0012", 1200},
                                                    {"92233720368547758.07", kMaxNumber},
                                                    {"-92233720368547758.07", kMinNumber}}) {
    EXPECT_EQ(number.Number(cell), scaled) << cell;
  }
  EXPECT_THAT(number.Refusal("1.234"), HasSubstr("scale of 2"));
  EXPECT_THAT(number.Refusal("92233720368547758.08"), HasSubstr("out of range"));
  for (const char* cell : {"1e3", "1.", "0x10", "1,5", "--1", "1 2", "NaN", "１"}) {
    EXPECT_THAT(number.Refusal(cell), HasSubstr("is not a number")) << cell;
    EXPECT_EQ(number.reason, Rejection::kBadCell);
  }
  EXPECT_THAT(number.Refusal("x"), ::testing::StartsWith("tag 't': 'x' is not"));
}

TEST(CellReader, Flags) {
  OneTag flag(TagKind::kFlag);
  for (const char* cell : {"true", "YES", "y", "T", "1"})
    EXPECT_THAT(flag.Read(cell).values, ElementsAre(kTrueValue));
  for (const char* cell : {"False", "no", "N", "f", "0"})
    EXPECT_THAT(flag.Read(cell).values, ElementsAre(kOwnValue));
  EXPECT_THAT(flag.Refusal("maybe"), HasSubstr("is not a flag"));
}

TEST(CellReader, Dates) {
  OneTag date(TagKind::kDate);
  EXPECT_EQ(date.Number("1900-01-01"), 0);
  EXPECT_EQ(date.Number("1899-12-31"), -1);
  EXPECT_THAT(date.Refusal("2026-02-29"), HasSubstr("not a date that exists"));
  EXPECT_THAT(date.Refusal("2026-1-1"), HasSubstr("YYYY-MM-DD"));
  date.tag_spec.format = "yyyymmdd";
  EXPECT_EQ(date.Number("19000102"), 1);
  EXPECT_THAT(date.Refusal("1900-01-02"), HasSubstr("YYYYMMDD"));
  // 1970-01-01T23:30Z is already the second in Berlin.
  date.tag_spec.format = "epoch_s";
  EXPECT_EQ(DateNumberText(date.Number("84600")), "1970-01-02");
  date.tag_spec.format = "epoch_ms";
  EXPECT_EQ(DateNumberText(date.Number("-1")), "1970-01-01");
  EXPECT_THAT(date.Refusal("99999999999999999"), HasSubstr("milliseconds since 1970"));
}

TEST(CellReader, Timestamps) {
  OneTag time(TagKind::kTimestamp);
  EXPECT_EQ(time.Number("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(time.Number("1970-01-01 01:00:00.000001"), 1);  // Berlin
  EXPECT_EQ(time.Number("1970-01-01T00:00:00-01:30"), int64_t{90} * 60 * 1'000'000);
  // The gap takes the later instant, the overlap the earlier.
  EXPECT_EQ(time.Number("2026-03-29 02:30:00"), time.Number("2026-03-29T01:30:00Z"));
  EXPECT_EQ(time.Number("2026-10-25 02:30:00"), time.Number("2026-10-25T00:30:00Z"));
  EXPECT_THAT(time.Refusal("2026-01-01"), HasSubstr("not a time that exists"));
  EXPECT_THAT(time.Refusal("2026-01-01T00:00:00.1234567Z"), HasSubstr("not a time"));
  time.tag_spec.format = "epoch_ms";
  EXPECT_EQ(time.Number("1500"), 1'500'000);
  EXPECT_EQ(time.Number("1500.5"), 1'500'500);
  time.tag_spec.format = "epoch_us";
  EXPECT_THAT(time.Refusal("1.5"), HasSubstr("microseconds"));
}

TEST(CellReader, Singles) {
  OneTag single(TagKind::kSingle);
  EXPECT_THAT(single.Read(" a ").values, ElementsAre(1));
  EXPECT_EQ(single.Read("").size(), 0u);
  EXPECT_EQ(single.Read(" \t").size(), 0u);
  EXPECT_EQ(single.Refusal(""), "");
  single.spec.trim = false;
  single.spec.missing = {"?"};
  EXPECT_EQ(single.Read("?").size(), 0u);
  EXPECT_EQ(single.why, "");
  EXPECT_EQ(single.Read(" ").size(), 1u);
  EXPECT_THAT(single.Refusal(std::string(401, 'x')), HasSubstr("400 bytes"));
  EXPECT_THAT(single.Refusal("a\xff"), HasSubstr("not UTF-8"));
  EXPECT_EQ(single.reason, Rejection::kBadText);
  EXPECT_THAT(single.Refusal(std::string_view("a\0b", 3)), HasSubstr("NUL"));
  EXPECT_EQ(single.Read(std::string(400, 'x')).size(), 1u);
}

TEST(CellReader, OneValueHoweverItsAccentIsWritten) {
  OneTag single(TagKind::kSingle);
  ValueInterner values([](std::string_view) { return std::nullopt; }, 5);
  absl::StatusOr<CellReader> reader =
      CellReader::Make(single.tag, single.tag_spec, single.spec, absl::UTCTimeZone(), &values);
  ASSERT_TRUE(reader.ok());
  const std::string text =
      "e\xcc\x81\xc3\xa9"
      "e\xcc\x81"
      "z";
  const std::vector<uint32_t> ends = {3, 5, 8, 9};
  RejectionLog log;
  BatchRejections rejections(4, {}, 1, log);
  TypedColumn column;
  ASSERT_TRUE(reader->Read({text, ends}, rejections, column).ok());
  EXPECT_THAT(column.values, ElementsAre(6, 6, 6, 7));
  ASSERT_EQ(values.fresh().size(), 2u);
  EXPECT_EQ(values.fresh()[0].first, "\xc3\xa9");
}

TEST(CellReader, Lists) {
  OneTag multi(TagKind::kMulti);
  multi.tag_spec.separator = "|";
  EXPECT_THAT(multi.Read("b| a ||b").values, ElementsAre(1, 2));
  EXPECT_EQ(multi.Read("|").size(), 0u);
  multi.tag.weighted = true;
  multi.tag.weight_scale = 1;
  multi.tag_spec.weight_separator = ":";
  const TypedColumn column = multi.Read("b:0.5|a|x:y:-2");
  EXPECT_THAT(column.values, ElementsAre(1, 2, 3));
  EXPECT_THAT(column.numbers, ElementsAre(5, 10, -20));
  EXPECT_THAT(multi.Read("b:1|b").numbers, ElementsAre(10));
  EXPECT_THAT(multi.Refusal("b:1|b:2"), HasSubstr("two weights"));
  EXPECT_EQ(multi.reason, Rejection::kContradiction);
  EXPECT_THAT(multi.Refusal("b:0.25"), HasSubstr("scale of 1"));
  EXPECT_THAT(multi.Refusal("b:x"), HasSubstr("'x'"));
  EXPECT_THAT(multi.Refusal(":1"), HasSubstr("without a value"));
}

TEST(CellReader, Clearing) {
  OneTag number(TagKind::kNumber);
  number.tag_spec.clear = "-";
  EXPECT_THAT(number.Read(" - ").cleared, ElementsAre(0));
  number.spec.mode = LoadMode::kReplace;
  const TypedColumn column = number.Read("-");
  EXPECT_TRUE(column.cleared.empty() && column.records.empty());
  EXPECT_EQ(number.why, "");
}

TEST(CellReader, SpecsThatDontFit) {
  const auto refuse = [](OneTag& one) {
    const absl::Status status =
        CellReader::Make(one.tag, one.tag_spec, one.spec, absl::UTCTimeZone(), nullptr).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), Reason::kBadRequest);
    return std::string(status.message());
  };
  OneTag number(TagKind::kNumber);
  number.tag_spec.format = "iso8601";
  EXPECT_THAT(refuse(number), HasSubstr("only DATE and TIMESTAMP"));
  number.tag_spec.format = "";
  number.tag_spec.separator = "|";
  EXPECT_THAT(refuse(number), HasSubstr("only a MULTI tag"));
  OneTag multi(TagKind::kMulti);
  multi.tag_spec.weight_separator = ":";
  EXPECT_THAT(refuse(multi), HasSubstr("without weights"));
  multi.tag.weighted = true;
  multi.tag_spec.separator = ":";
  EXPECT_THAT(refuse(multi), HasSubstr("both ':'"));
}

}  // namespace
}  // namespace muster::index

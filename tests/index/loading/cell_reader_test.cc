// What cells mean (docs/semantics.md, rules 16 and 17): every kind, every format, every rejection.
#include "index/loading/intake/cell_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"
#include "text/civil_text.h"
#include "text/decimal.h"

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
    spec.population = "shop";
  }

  // The column that one record makes; `why` gets the rejection.
  TypedColumn Read(std::string_view cell) {
    absl::TimeZone zone;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
    absl::StatusOr<CellReader> reader = CellReader::Make(tag, tag_spec, spec, zone, &values_);
    EXPECT_THAT(reader, IsOk());
    const std::vector<uint32_t> ends = {static_cast<uint32_t>(cell.size())};
    RejectionLog log;
    BatchRejections rejections(1, {}, 1, log);
    TypedColumn column;
    EXPECT_THAT(reader->Read({cell, ends}, rejections, column), IsOk());
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
                                                    {"92233720368547758.07", kScaledMax},
                                                    {"-92233720368547758.07", kScaledMin}}) {
    EXPECT_EQ(number.Number(cell), scaled) << cell;
  }
  EXPECT_THAT(number.Refusal("1.234"), HasSubstr("scale of 2; round it, or write `scale: 3` in the schema"));
  number.tag.id = 7;  // it is there already
  EXPECT_THAT(number.Refusal("1.23450"),
              HasSubstr("widen the tag with `muster tags set t --scale 4 -p shop`"));
  number.tag.name = "total amount";
  EXPECT_THAT(number.Refusal("1.234"), HasSubstr("`muster tags set 'total amount' --scale 3 -p shop`"));
  EXPECT_THAT(number.Refusal("1." + std::string(18, '0') + "1"), HasSubstr("at most 18: round it"));
  number.tag.name = "t";
  EXPECT_THAT(number.Refusal("92233720368547758.08"), HasSubstr("out of range"));
  for (const char* cell : {"1e3", "1.", "0x10", "1,5", "--1", "1 2", "NaN", "１"}) {
    EXPECT_THAT(number.Refusal(cell), HasSubstr("is not a number")) << cell;
    EXPECT_EQ(number.reason, Rejection::kBadCell);
  }
  EXPECT_THAT(number.Refusal("x"), ::testing::StartsWith("tag 't': 'x' is not"));
}

TEST(CellReader, NumbersWithADecimalComma) {
  OneTag number(TagKind::kNumber);
  number.tag.scale = 2;
  EXPECT_THAT(number.Refusal("1,5"), HasSubstr("`decimal: \",\"`"));
  EXPECT_THAT(number.Refusal("1,000"), ::testing::Not(HasSubstr("decimal:")));
  number.tag_spec.decimal_point = ',';
  for (const auto& [cell, scaled] :
       std::vector<std::pair<std::string, int64_t>>{{"1,5", 150},
                                                    {"-12,50", -1250},
                                                    {"+,5", 50},
                                                    {"12", 1200},
                                                    {"92233720368547758,07", kScaledMax}}) {
    EXPECT_EQ(number.Number(cell), scaled) << cell;
  }
  EXPECT_THAT(number.Refusal("1.5"), HasSubstr("a comma where needed"));
  EXPECT_THAT(number.Refusal("1.000,5"), HasSubstr("not a number"));
  EXPECT_THAT(number.Refusal("1,255"), HasSubstr("after the comma than the tag's scale of 2"));
  OneTag multi(TagKind::kMulti);
  multi.tag.weighted = true;
  multi.tag.weight_scale = 2;
  multi.tag_spec.separator = "|";
  multi.tag_spec.weight_separator = ":";
  multi.tag_spec.decimal_point = ',';
  EXPECT_THAT(multi.Read("a:0,25|b").numbers, ElementsAre(25, 100));
  EXPECT_THAT(multi.Refusal("a:0.25"), HasSubstr("'0.25'"));
}

// One unit inside and one outside both ends of what 64 bits hold, at every scale.
TEST(CellReader, TheBoundOfNumbersIsThatOfWhatIsStored) {
  OneTag number(TagKind::kNumber);
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    number.tag.scale = scale;
    for (const int64_t end : {kScaledMax, kScaledMin}) {
      std::string text = DecimalText(end, scale);
      EXPECT_EQ(number.Number(text), end) << text;
      text.back() = '8';  // both ends have a 7 there
      EXPECT_THAT(number.Refusal(text), HasSubstr("out of range")) << text;
    }
    // As the schema may have it with another scale: the same digits, one place further left.
    const std::string digits(static_cast<size_t>(19 - scale), '9');
    EXPECT_THAT(number.Refusal(digits + "0"), HasSubstr("out of range")) << digits;
  }
}

// A schema that is written with a blank too many, or in another normal form than its reader sees.
TEST(CellReader, MissingAndClearTextsAreReadAsCellsAre) {
  OneTag single(TagKind::kSingle);
  single.spec.missing = {" NULL ", "  ", "e\u0301"};
  single.tag_spec.missing = {"\tn/a"};
  single.tag_spec.clear = " - ";
  single.spec.mode = LoadMode::kMerge;
  for (const char* cell : {"NULL", " NULL", "n/a", "é", "e\u0301"})
    EXPECT_EQ(single.Read(cell).size(), 0u) << cell;
  EXPECT_THAT(single.Read("-").cleared, ElementsAre(0u));
  EXPECT_EQ(single.Read("x").size(), 1u);
  single.spec.trim = false;
  EXPECT_EQ(single.Read("NULL").size(), 1u);
  EXPECT_EQ(single.Read(" NULL ").size(), 0u);
  single.spec.trim = true;
  single.tag_spec.clear = "n/a ";
  EXPECT_THAT(
      CellReader::Make(single.tag, single.tag_spec, single.spec, absl::UTCTimeZone(), nullptr).status(),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CellReader, Flags) {
  OneTag flag(TagKind::kFlag);
  for (const char* cell : {"true", "YES", "y", "T", "1"})
    EXPECT_THAT(flag.Read(cell).values, ElementsAre(kTrueValue));
  for (const char* cell : {"False", "no", "N", "f", "0"})
    EXPECT_THAT(flag.Read(cell).values, ElementsAre(kOwnValue));
  EXPECT_THAT(flag.Refusal("maybe"), HasSubstr("is not a flag"));
  EXPECT_THAT(flag.Refusal("maybe"), HasSubstr("`missing:`"));
}

TEST(CellReader, Dates) {
  OneTag date(TagKind::kDate);
  EXPECT_EQ(date.Number("1900-01-01"), 0);
  EXPECT_EQ(date.Number("1899-12-31"), -1);
  EXPECT_THAT(date.Refusal("2026-02-29"), HasSubstr("names a day that no calendar has"));
  EXPECT_THAT(date.Refusal("2026-02-29"), HasSubstr("`missing:`"));
  EXPECT_THAT(date.Refusal("2026-01-31T10:00:00"), HasSubstr("has a time of day"));
  EXPECT_THAT(date.Refusal("0000-01-31"), HasSubstr("in the years 0001 to 9999"));
  EXPECT_THAT(date.Refusal("2026-02-29"), testing::Not(HasSubstr("`format:`")));
  EXPECT_THAT(date.Refusal("2026-1-1"), HasSubstr("YYYY-MM-DD"));
  EXPECT_THAT(date.Refusal("31.01.2026"), HasSubstr("say it with `format:`"));
  date.tag_spec.format = "yyyymmdd";
  EXPECT_EQ(date.Number("19000102"), 1);
  EXPECT_THAT(date.Refusal("1900-01-02"), HasSubstr("YYYYMMDD"));
  // 1970-01-01T23:30Z is already the second in Berlin.
  date.tag_spec.format = "epoch_s";
  EXPECT_EQ(DateNumberText(date.Number("84600")), "1970-01-02");
  date.tag_spec.format = "epoch_ms";
  EXPECT_EQ(DateNumberText(date.Number("-1")), "1970-01-01");
  EXPECT_THAT(date.Refusal("99999999999999999"), HasSubstr("milliseconds since 1970"));
  date.tag_spec.format = "%d/%m/%Y";
  EXPECT_EQ(date.Number("2/1/1900"), 1);
  EXPECT_THAT(date.Refusal("1900-01-02"), HasSubstr("not a date that exists, as %d/%m/%Y"));
}

// The day that is stored is the zone's: it, and not the instant's day in UTC, must lie in the years.
TEST(CellReader, TheBoundOfDatesIsThatOfWhatIsStored) {
  OneTag date(TagKind::kDate);
  constexpr int64_t kLocalMeanTime = 53 * 60 + 28;  // Berlin's offset until 1893
  constexpr int64_t kWinterTime = 3600;             // Berlin's, in December 9999
  const int64_t first = absl::CivilSecond(1, 1, 1) - absl::CivilSecond(1970, 1, 1) - kLocalMeanTime;
  const int64_t last =
      absl::CivilSecond(9999, 12, 31, 23, 59, 59) - absl::CivilSecond(1970, 1, 1) - kWinterTime;
  for (const auto& [format, unit] :
       std::vector<std::pair<std::string, int64_t>>{{"epoch_s", 1}, {"epoch_ms", 1000}}) {
    date.tag_spec.format = format;
    EXPECT_EQ(DateNumberText(date.Number(std::to_string(first * unit))), "0001-01-01");
    EXPECT_THAT(date.Refusal(std::to_string(first * unit - 1)), HasSubstr("years 0001 to 9999"));
    EXPECT_EQ(DateNumberText(date.Number(std::to_string((last + 1) * unit - 1))), "9999-12-31");
    EXPECT_THAT(date.Refusal(std::to_string((last + 1) * unit)), HasSubstr("years 0001 to 9999"));
    EXPECT_THAT(date.Refusal(std::string(19, '9')), HasSubstr("years 0001 to 9999"));
    EXPECT_THAT(date.Refusal("-" + std::string(25, '9')), HasSubstr("years 0001 to 9999"));
  }
}

TEST(CellReader, TheBoundOfTimestampsIsThatOfWhatIsStored) {
  OneTag time(TagKind::kTimestamp);
  const int64_t first = (absl::CivilSecond(1, 1, 1) - absl::CivilSecond(1970, 1, 1));
  const int64_t end = (absl::CivilSecond(10000, 1, 1) - absl::CivilSecond(1970, 1, 1));
  for (const auto& [format, unit] : std::vector<std::pair<std::string, int64_t>>{
           {"epoch_s", 1}, {"epoch_ms", 1000}, {"epoch_us", 1'000'000}}) {
    time.tag_spec.format = format;
    EXPECT_EQ(time.Number(std::to_string(first * unit)), first * 1'000'000);
    EXPECT_THAT(time.Refusal(std::to_string(first * unit - 1)), HasSubstr("outside the years"));
    EXPECT_EQ(time.Number(std::to_string(end * unit - 1)), end * 1'000'000 - 1'000'000 / unit);
    EXPECT_THAT(time.Refusal(std::to_string(end * unit)), HasSubstr("outside the years"));
    EXPECT_THAT(time.Refusal("9" + std::string(24, '9')), HasSubstr("years 0001 to 9999"));
  }
  time.tag_spec.format = "%d/%m/%Y %H:%M:%S %z";
  EXPECT_EQ(time.Number("01/01/0001 14:00:00 +1400"), first * 1'000'000);
  EXPECT_THAT(time.Refusal("01/01/0001 13:59:59 +1400"), HasSubstr("outside the years"));
  EXPECT_THAT(time.Refusal("1/1/2026"), HasSubstr("as %d/%m/%Y %H:%M:%S %z"));
}

TEST(CellReader, Timestamps) {
  OneTag time(TagKind::kTimestamp);
  EXPECT_EQ(time.Number("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(time.Number("1970-01-01 01:00:00.000001"), 1);  // Berlin
  EXPECT_EQ(time.Number("1970-01-01T00:00:00-01:30"), int64_t{90} * 60 * 1'000'000);
  // The gap takes the later instant, the overlap the earlier.
  EXPECT_EQ(time.Number("2026-03-29 02:30:00"), time.Number("2026-03-29T01:30:00Z"));
  EXPECT_EQ(time.Number("2026-10-25 02:30:00"), time.Number("2026-10-25T00:30:00Z"));
  EXPECT_EQ(time.Number("2026-07-01"), time.Number("2026-06-30T22:00:00Z"));
  for (const char* const cell : {"2026-13-01", "2026-02-30 10:00:00", "2026-02-30T10:00:00Z"})
    EXPECT_THAT(time.Refusal(cell), HasSubstr("names a day that no calendar has")) << cell;
  EXPECT_THAT(time.Refusal("2026-01-31 25:00:00"), HasSubstr("not a time that exists"));
  EXPECT_THAT(time.Refusal("1/31/2026 6:30 PM"), HasSubstr("say it with `format:`"));
  EXPECT_THAT(time.Refusal("2026-01-01T00:00:00.1234567Z"), HasSubstr("finer than microseconds"));
  EXPECT_THAT(time.Refusal("9999-12-31T23:59:59-12:00"), HasSubstr("outside the years 0001 to 9999"));
  EXPECT_THAT(time.Refusal("0001-01-01T00:00:00+14:00"), HasSubstr("outside the years 0001 to 9999"));
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
  ASSERT_THAT(reader, IsOk());
  const std::string text =
      "e\xcc\x81\xc3\xa9"
      "e\xcc\x81"
      "z";
  const std::vector<uint32_t> ends = {3, 5, 8, 9};
  RejectionLog log;
  BatchRejections rejections(4, {}, 1, log);
  TypedColumn column;
  ASSERT_THAT(reader->Read({text, ends}, rejections, column), IsOk());
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

TEST(CellReader, MissingTextsInLists) {
  OneTag multi(TagKind::kMulti);
  multi.tag_spec.separator = "|";
  multi.spec.missing = {"NULL", "\\N"};
  EXPECT_THAT(multi.Read("NULL|a| \\N |b").values, ElementsAre(1, 2));
  EXPECT_EQ(multi.Read("NULL|\\N").size(), 0u);
  EXPECT_EQ(multi.why, "");
  multi.tag.weighted = true;
  multi.tag_spec.weight_separator = ":";
  EXPECT_THAT(multi.Read("NULL:3|a:2").numbers, ElementsAre(2));
  EXPECT_THAT(multi.Read("[\"NULL\",\"b:4\",\"\\\\N\"]").numbers, ElementsAre(4));
}

TEST(CellReader, JsonArraysAreLists) {
  OneTag multi(TagKind::kMulti);
  for (const char* separator : {"", ",", "|"}) {
    multi.tag_spec.separator = separator;
    EXPECT_EQ(multi.Read("[]").size(), 0u);
    EXPECT_EQ(multi.Read(" [ ] ").size(), 0u);
    EXPECT_EQ(multi.why, "");
    EXPECT_EQ(multi.Read("[null, \"\", \"  \"]").size(), 0u);
    EXPECT_EQ(multi.why, "");
    EXPECT_EQ(multi.Read("[\"a\",\"b\", \"a\", \" b \"]").size(), 2u);
    EXPECT_EQ(multi.Read("[\"x,y|z\"]").size(), 1u);
  }
  EXPECT_THAT(multi.Refusal("[[\"a\"]]"), HasSubstr("JSON array with an array"));
  EXPECT_THAT(multi.Refusal("[\"a\",{\"b\":1}]"), HasSubstr("array or object in it"));
  EXPECT_THAT(multi.Refusal("[\"a\\u0000\"]"), HasSubstr("NUL"));
  EXPECT_EQ(multi.reason, Rejection::kBadText);
  EXPECT_THAT(multi.Refusal("[\"" + std::string(401, 'x') + "\"]"), HasSubstr("400 bytes"));
  multi.tag_spec.separator = "|";
  multi.tag.weighted = true;
  multi.tag.weight_scale = 1;
  multi.tag_spec.weight_separator = ":";
  EXPECT_THAT(multi.Read("[\"p:0.5\",\"q\"]").numbers, ElementsAre(5, 10));
}

// What a cell with a bracket gives, as texts: elements as they are written, or the cell as any other text.
TEST(CellReader, ElementsAndWhatIsNoArray) {
  const auto values_of = [](const std::string& cell) {
    OneTag one(TagKind::kMulti);
    one.tag_spec.separator = "|";
    ValueInterner values([](std::string_view) { return std::nullopt; }, 0);
    absl::StatusOr<CellReader> reader =
        CellReader::Make(one.tag, one.tag_spec, one.spec, absl::UTCTimeZone(), &values);
    const std::vector<uint32_t> ends = {static_cast<uint32_t>(cell.size())};
    RejectionLog log;
    BatchRejections rejections(1, {}, 1, log);
    TypedColumn column;
    EXPECT_THAT(reader->Read({cell, ends}, rejections, column), IsOk());
    std::vector<std::string> texts;
    for (const auto& [text, id] : values.fresh()) texts.emplace_back(text);
    if (log.count() > 0) texts = {"rejected"};
    return texts;
  };
  EXPECT_THAT(values_of("[1, 1.50, 12345678901234567890, -0, true, false]"),
              ElementsAre("1", "1.50", "12345678901234567890", "-0", "true", "false"));
  EXPECT_THAT(values_of("[\"\\u4e0a\\u6d77\", \"a\\\"b\", \"c\\\\d\"]"), ElementsAre("上海", "a\"b", "c\\d"));
  for (const char* text :
       {"[a,b]", "[", "]", "[]x", "[\"a\"", "[\"a\",]", "[\"a\"] b", "[1 2]", "[01]", "['a']", "[nul]",
        "[tru]", "[1.]", "[\"a\" \"b\"]", "[\"a\"],[\"b\"]", "[,]", "[\"\\x\"]", "(\"a\")", "[\"a\"]]"}) {
    EXPECT_THAT(values_of(text), ElementsAre(text)) << text;
  }
  EXPECT_THAT(values_of("[a|b]"), ElementsAre("[a", "b]"));
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
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(ReasonOf(status), Reason::kBadRequest);
    return std::string(status.message());
  };
  OneTag number(TagKind::kNumber);
  number.tag_spec.format = "iso8601";
  EXPECT_THAT(refuse(number), HasSubstr("only DATE and TIMESTAMP"));
  number.tag_spec.format = "";
  number.tag_spec.separator = "|";
  EXPECT_THAT(refuse(number), HasSubstr("only a MULTI tag"));
  OneTag date(TagKind::kDate);
  date.tag_spec.format = "%H:%M";
  EXPECT_THAT(refuse(date), HasSubstr("'%H:%M' is no pattern for times: it must name a year"));
  date.tag_spec.format = "dd.mm.yyyy";
  EXPECT_THAT(refuse(date), HasSubstr("a pattern such as %d/%m/%Y"));
  date.tag_spec = {"t", TagKind::kDate};
  date.tag_spec.decimal_point = ',';
  EXPECT_THAT(refuse(date), HasSubstr("only NUMBER tags and weights"));
  OneTag multi(TagKind::kMulti);
  multi.tag_spec.weight_separator = ":";
  EXPECT_THAT(refuse(multi), HasSubstr("without weights"));
  multi.tag.weighted = true;
  multi.tag_spec.separator = ":";
  EXPECT_THAT(refuse(multi), HasSubstr("both ':'"));
  multi.tag_spec.separator = ",";
  multi.tag_spec.decimal_point = ',';
  EXPECT_THAT(refuse(multi), HasSubstr("separator and decimal point"));
}

}  // namespace
}  // namespace muster::index

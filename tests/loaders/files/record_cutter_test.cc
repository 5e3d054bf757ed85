#include "loaders/files/record_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/loaders/files/reference_cutter.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const TextFormat kComma = {.delimiter = ","};

CutText Cut(const std::string& text, const TextFormat& format = kComma) {
  const CutText whole = CutInPieces(text, format, text.size() + 1);
  EXPECT_EQ(CutInPieces(text, format, 1), whole) << text;
  EXPECT_EQ(CutInPieces(text, format, 67), whole) << text;
  return whole;
}

TEST(RecordCutter, LinesEndWithLfOrCrlfAndAreCountedAsEditorsDo) {
  EXPECT_THAT(Cut("a,b\r\n\r\n\n1,\"p\nq\"\r\n2,x"), ElementsAre("1|a|b", "4|1|p\\nq", "6|2|x"));
  EXPECT_THAT(Cut("a,b\n,\n"), ElementsAre("1|a|b", "2||"));
  EXPECT_THAT(Cut("a,b\r"), ElementsAre("1|a|b"));
  EXPECT_THAT(Cut(""), ElementsAre());
  EXPECT_THAT(Cut("\"\"\n"), ElementsAre("1|"));
  EXPECT_THAT(Cut("a,"), ElementsAre("1|a|"));
}

TEST(RecordCutter, ABareCarriageReturnEndsNothingAndSpoilsItsRecord) {
  EXPECT_THAT(Cut("1,x\ry,z\n2,w\n"), ElementsAre("1!", "2|2|w"));
  EXPECT_THAT(Cut("1,\"x\ry\"\n2,w\n"), ElementsAre("1|1|x\\ry", "2|2|w"));
}

TEST(RecordCutter, AByteOrderMarkThatBeginsARecordIsNoText) {
  const std::string mark(kUtf8Mark);
  EXPECT_THAT(Cut(mark + "1,x\n" + mark + "2," + mark + "y\n" + mark + "\"3,4\",z\n"),
              ElementsAre("1|1|x", "2|2|\\357\\273\\277y", "3|3,4|z"));
  EXPECT_THAT(Cut(mark + "\n" + mark), ElementsAre());
  EXPECT_THAT(Cut("1,\"x\n" + mark + "2\"\n"), ElementsAre("1|1|x\\n\\357\\273\\2772"));
}

TEST(RecordCutter, SaysWhatABackslashBeforeAQuoteMayMean) {
  struct Why : CutSink {
    bool TakeCut(const CutRecord&) override { return true; }
    bool TakeUncut(uint64_t, const std::string& why) override {
      text = why;
      return true;
    }
    std::string text;
  };
  const std::string text = "1,\"a\\\"b\"\n";
  RecordCutter cutter(kComma, 1);
  std::copy_n(text.data(), text.size(), cutter.Room().data());
  cutter.Add(text.size());
  Why sink;
  ASSERT_THAT(cutter.Cut(true, sink), IsOk());
  EXPECT_THAT(sink.text, HasSubstr("--escape '\\'"));
}

TEST(RecordCutter, AQuoteOpensACellOnlyAtItsBegin) {
  EXPECT_THAT(Cut("5\" pipe,a\"b\"c\n"), ElementsAre("1|5\\\" pipe|a\\\"b\\\"c"));
  EXPECT_THAT(Cut("\"say \"\"hi\"\"\",\"\"\"\"\n"), ElementsAre("1|say \\\"hi\\\"|\\\""));
  EXPECT_THAT(Cut(" \"x,y\"\t, z\n"), ElementsAre("1|x,y| z"));
  EXPECT_THAT(Cut(" \"x,y\" ,z\n", {.delimiter = ",", .keep_white_space = true}),
              ElementsAre("1| \\\"x|y\\\" |z"));
}

TEST(RecordCutter, TextBehindAClosingQuoteSpoilsItsRecordAlone) {
  EXPECT_THAT(Cut("1,\"x\"y\n2,z\n"), ElementsAre("1!", "2|2|z"));
  EXPECT_THAT(Cut("1,\"He said \"hi\", then\",left\n2,z\n"), ElementsAre("1!", "2|2|z"));
  EXPECT_THAT(Cut("1,\"x\"y"), ElementsAre("1!"));
  // Where quotes have gone wrong none opens in the rest of the line, which would take others with it.
  EXPECT_THAT(Cut("1,\"say \"hi, \"you\"\",x\n2,z\n"), ElementsAre("1!", "2|2|z"));
  EXPECT_THAT(Cut("1,\"x\"y,\"z\n2,w\n3,v\n"), ElementsAre("1!", "2|2|w", "3|3|v"));
}

TEST(RecordCutter, AStrayQuoteTakesNoLineWithItThatCanBeRead) {
  EXPECT_THAT(Cut("1,a\n2,\"broken\n3,\"fine\"\n4,d\n"), ElementsAre("1|1|a", "2!", "3|3|fine", "4|4|d"));
  EXPECT_THAT(Cut("1,\"a\nb\",\"broken\n3,\"fine\"\n4,d\n"), ElementsAre("1!", "3|3|fine", "4|4|d"));
  // Each line opens what the next one closes.
  EXPECT_THAT(Cut("1,\"a\n2,\"b\n3,\"c\"\n"), ElementsAre("1!", "2!", "3|3|c"));
}

TEST(RecordCutter, AQuoteThatIsNeverClosedIsAnErrorWithItsLine) {
  EXPECT_THAT(Cut("1,a\n2,\"never\n3,c\n"), ElementsAre("1|1|a", "error in line 2"));
  EXPECT_THAT(Cut("1,\"a\nb\",\"never\n3,c\n"), ElementsAre("error in line 2"));
}

TEST(RecordCutter, WithoutAQuoteItIsText) {
  EXPECT_THAT(Cut("1\tO\"Neil\n2\t\"q\n", {.delimiter = "\t", .quote = 0}),
              ElementsAre("1|1|O\\\"Neil", "2|2|\\\"q"));
}

TEST(RecordCutter, AnEscapeTakesTheMeaningFromTheNextCharacter) {
  const TextFormat hive = {.delimiter = "\t", .quote = 0, .escape = '\\'};
  EXPECT_THAT(Cut("1\ta\\\tb\n2\tc\\\nd\n4\t\\\\e\n", hive),
              ElementsAre("1|1|a\\tb", "2|2|c\\nd", "4|4|\\\\e"));
  EXPECT_THAT(Cut("1\ta\\nb\\tc\n2\t\\N\n3\t\\x\n", hive),
              ElementsAre("1|1|a\\nb\\tc", "2|2|\\\\N", "3|3|x"));
  const TextFormat mysql = {.delimiter = ",", .escape = '\\'};
  EXPECT_THAT(Cut("1,\"say \\\"hi\\\", \"\"ho\"\"\"\n2,\\\"x\n", mysql),
              ElementsAre("1|1|say \\\"hi\\\", \\\"ho\\\"", "2|2|\\\"x"));
}

TEST(RecordCutter, DelimitersMayHaveSeveralBytes) {
  const TextFormat bars = {.delimiter = "||"};
  EXPECT_THAT(Cut("a||b|c||\"d||e\"\r\n||||\n", bars), ElementsAre("1|a|b|c|d||e", "2|||"));
  EXPECT_THAT(Cut("a。b。\n", {.delimiter = "。"}), ElementsAre("1|a|b|"));
}

TEST(RecordCutter, DropsARecordThatIsTooLongAndNothingElse) {
  const std::string commas(kMaxRecordBytes + 1000, ',');
  EXPECT_THAT(CutInPieces("a,b\n1" + commas + "\n2,x\n", kComma, commas.size()),
              ElementsAre("1|a|b", "2!", "3|2|x"));
  EXPECT_THAT(CutInPieces("a,b\n1" + commas, kComma, commas.size()), ElementsAre("1|a|b", "2!"));
  const std::string text(kMaxRecordBytes + 1000, 'x');
  EXPECT_THAT(CutInPieces("a,b\n1,\"" + text + "\"\n2,x\n", kComma, text.size()),
              ElementsAre("1|a|b", "error in line 2"));
}

TEST(RecordCutter, CountsCellsBeyondThoseThatItKeeps) {
  class Counts : public CutSink {
   public:
    bool TakeCut(const CutRecord& record) override {
      kept = record.cells.size();
      found = record.found;
      return true;
    }
    bool TakeUncut(uint64_t, const std::string&) override { return true; }
    size_t kept = 0, found = 0;
  };
  Counts counts;
  RecordCutter cutter(kComma, 1);
  const std::string text = std::string(200'000, ',') + "\n";
  std::copy_n(text.data(), text.size(), cutter.Room().data());
  cutter.Add(text.size());
  ASSERT_THAT(cutter.Cut(true, counts), IsOk());
  EXPECT_EQ(counts.kept, kMaxCells);
  EXPECT_EQ(counts.found, 200'001u);
}

// The formats that differ in which bytes mean something.
std::vector<TextFormat> Formats() {
  return {kComma,
          {.delimiter = ",", .keep_white_space = true},
          {.delimiter = ",", .quote = 0},
          {.delimiter = ",", .escape = '\\'},
          {.delimiter = ",", .quote = 0, .escape = '\\'},
          {.delimiter = ",,", .quote = '\''},
          {.delimiter = ", ", .escape = '\\', .keep_white_space = true}};
}

TEST(RecordCutter, EveryShortTextIsCutAsTheReferenceCutsIt) {
  constexpr char kBytes[] = {'a', ',', '"', '\n', '\r', '\\', ' '};
  constexpr size_t kLongest = 5;
  for (const TextFormat& format : Formats()) {
    for (size_t length = 0; length <= kLongest; ++length) {
      std::vector<size_t> digits(length, 0);
      std::string text(length, kBytes[0]);
      for (bool more = true; more;) {
        ASSERT_EQ(CutInPieces(text, format, 256), ReferenceCutter(text, format).Cut())
            << absl::CEscape(text) << " divided by '" << format.delimiter << "'";
        more = false;
        for (size_t i = 0; i < length && !more; ++i) {
          digits[i] = (digits[i] + 1) % std::size(kBytes);
          text[i] = kBytes[digits[i]];
          more = digits[i] != 0;
        }
      }
    }
  }
}

TEST(RecordCutter, LongRandomTextsAreCutAsTheReferenceCutsThem) {
  const char* const pieces[] = {"a",
                                "text of some length that fills blocks ",
                                "\xef\xbb\xbf",
                                "\n\xef\xbb\xbf",
                                ",",
                                ",",
                                ",,",
                                "\"",
                                "\"\"",
                                "\n",
                                "\n",
                                "\r\n",
                                "\r",
                                " ",
                                "\\",
                                "\\N",
                                "'",
                                ", "};
  for (uint32_t seed = 0; seed < 4'000; ++seed) {
    std::mt19937 random(seed);
    const auto formats = Formats();
    const TextFormat& format = formats[random() % formats.size()];
    std::string text;
    const size_t length = random() % 300;
    // Few quotes in some texts, so that lines get long between them.
    const size_t plain = random() % 20;
    for (size_t i = 0; i < length; ++i) {
      text += random() % 20 < plain ? "x" : pieces[random() % std::size(pieces)];
    }
    const CutText expected = ReferenceCutter(text, format).Cut();
    ASSERT_EQ(CutInPieces(text, format, 1 + random() % 200), expected) << "seed " << seed;
    ASSERT_EQ(CutInPieces(text, format, text.size() + 1), expected) << "seed " << seed;
  }
}

TEST(RecordCutter, StopsBehindARecordWhenItsSinkSaysSo) {
  class OneByOne : public CutSink {
   public:
    bool TakeCut(const CutRecord& record) override {
      lines.push_back(record.line);
      return false;
    }
    bool TakeUncut(uint64_t line, const std::string&) override {
      lines.push_back(line);
      return false;
    }
    std::vector<uint64_t> lines;
  };
  OneByOne sink;
  RecordCutter cutter(kComma, 1);
  const std::string text = "a\n\"b\"x\n\"c\nd\"e\nf\n";
  std::copy_n(text.data(), text.size(), cutter.Room().data());
  cutter.Add(text.size());
  for (size_t calls = 1; calls <= 5; ++calls) {
    ASSERT_THAT(cutter.Cut(true, sink), IsOk());
    EXPECT_EQ(sink.lines.size(), calls);
  }
  EXPECT_THAT(sink.lines, ElementsAre(1, 2, 3, 4, 5));
  ASSERT_THAT(cutter.Cut(true, sink), IsOk());
  EXPECT_EQ(sink.lines.size(), 5u);
}

}  // namespace
}  // namespace muster::loaders

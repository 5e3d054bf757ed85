#include "loaders/files/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/loaders/files/packed_text.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/loaders/files/written_records.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<std::vector<std::string>> ReadText(absl::string_view text, const TextFormat& format = {}) {
  ScratchFile file("reader.csv", text);
  return ReadAll(file.path(), format);
}

TEST(RecordReader, GivesRecordsWithTheirLines) {
  EXPECT_THAT(*ReadText("id,a\n1,x\n\n2,\n3,\"p\nq\"\n4,z"),
              ElementsAre("2|1|x", "4|2|", "5|3|p\nq", "7|4|z"));
}

TEST(RecordReader, CountsCrlfAsOneLineAndSkipsTheByteOrderMark) {
  ScratchFile file("mark.csv", "\xef\xbb\xbfid,a\r\n1,x\r\n\r\n2,\"y\r\nz\"\r\n3,w\r\n");
  auto reader = RecordReader::Open({file.path()}, {});
  ASSERT_THAT(reader, IsOk());
  EXPECT_THAT((*reader)->columns(), ElementsAre("id", "a"));
  EXPECT_THAT(*ReadAll(file.path()), ElementsAre("2|1|x", "4|2|y\r\nz", "6|3|w"));
  EXPECT_THAT(*ReadText("\xef\xbb\xbf\xef\xbb\xbfid,a\n1,x\n"), ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("\xef\xbb\xbf"
                        "1,x\n\xef\xbb\xbf"
                        "2,y\n",
                        {.columns = {"id", "a"}}),
              ElementsAre("1|1|x", "2|2|y"));
}

TEST(RecordReader, KeepsQuotesThatAreText) {
  EXPECT_THAT(*ReadText("id,a\n1,5\" pipe\n2,\"say \"\"hi\"\"\"\n3,a\"b\"c\n"),
              ElementsAre("2|1|5\" pipe", "3|2|say \"hi\"", "4|3|a\"b\"c"));
}

TEST(RecordReader, TellsTextBehindAClosingQuoteAndRefusesAnUnclosedQuote) {
  EXPECT_THAT(*ReadText("id,a\n1,\"x\"y\n2,z\n"),
              ElementsAre(HasSubstr("2!a cell goes on after its closing quote"), "3|2|z"));
  const auto unclosed = ReadText("id,a\n1,x\n2,\"never\n3,closed\n");
  EXPECT_THAT(unclosed, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(unclosed.status().message(),
              HasSubstr("reader.csv', line 3: the quote that opens here is never closed"));
}

TEST(RecordReader, TellsRecordsWithTooManyOrTooFewCells) {
  EXPECT_THAT(
      *ReadText("id,a\n1\n2,x,y\n3,\"a\nb\",c\n4,x\n5,x,\n"),
      ElementsAre("2!the record has 1 cell, and the file has 2 columns",
                  "3!the record has 3 cells, and the file has 2 columns",
                  "4!the record has 3 cells, and the file has 2 columns; it ends in line 5, so look for a "
                  "quote that should not open a cell",
                  "6|4|x",
                  "7!the record has 3 cells, and the file has 2 columns: there is a delimiter too many at "
                  "its end, which --trailing-delimiter tolerates"));
}

TEST(RecordReader, ToleratesTrailingDelimitersOnRequest) {
  const TextFormat format = {.trailing_delimiter = true};
  EXPECT_THAT(*ReadText("id,a\n1,x,\n2,y\n3,,\n4,z,w\n5,,,\n", format),
              ElementsAre("2|1|x", "3|2|y", "4|3|", HasSubstr("5!"), HasSubstr("6!")));
  EXPECT_THAT(*ReadText("id,a,\n1,x,\n2,y\n", format), ElementsAre("2|1|x", "3|2|y"));
}

TEST(RecordReader, LeavesWhiteSpaceAroundCellsAlone) {
  EXPECT_THAT(*ReadText("id,a\n1, x \n2, \"y\" \n"), ElementsAre("2|1| x ", "3|2|y"));
  EXPECT_THAT(*ReadText("id,a\n1, \"x\" \n", {.keep_white_space = true}), ElementsAre("2|1| \"x\" "));
}

TEST(RecordReader, PassesOverARecordThatEqualsTheHeader) {
  const std::string mark = "\xef\xbb\xbf";
  const auto notes_of = [](absl::string_view text, const TextFormat& format) {
    ScratchFile file("headers.csv", text);
    auto reader = RecordReader::Open({file.path()}, format);
    WrittenRecords sink;
    absl::StatusOr<bool> more = true;
    while (more.ok() && *more) more = (*reader)->ReadSome(sink);
    return std::pair(sink.records, (*reader)->notes());
  };
  const auto [records, notes] = notes_of(mark + "id,a\n1,x\n" + mark + "id , a\n2,y\n", {});
  EXPECT_THAT(records, ElementsAre("2|1|x", "4|2|y"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("headers.csv', line 3: the record equals the header")));
  EXPECT_THAT(notes_of("\"id\",a\n1,x\n" + mark + "\"id\",\"a\"\n", {}).first, ElementsAre("2|1|x"));
  const auto [beside, beside_notes] = notes_of("id,a\n1,x\nid,a\n", {.columns = {"id", "a"}});
  EXPECT_THAT(beside, ElementsAre("2|1|x"));
  EXPECT_THAT(beside_notes, ElementsAre(HasSubstr("line 1: the record equals the header; 2 such records")));
  const auto [other, none] = notes_of("id,a\nid,b\n,\n", {});
  EXPECT_THAT(other, ElementsAre("2|id|b", "3||"));
  EXPECT_THAT(none, ElementsAre());
}

TEST(RecordReader, HonoursExcelsSepLine) {
  EXPECT_THAT(*ReadText("sep=;\r\nid;a,b\r\n1;x\r\n"), ElementsAre("3|1|x"));
  EXPECT_THAT(*ReadText("\xef\xbb\xbf\"sep=|\"\nid|a\n1|x\n"), ElementsAre("3|1|x"));
  EXPECT_THAT(*ReadText("SEP=;\n1,x\n", {.delimiter = ",", .columns = {"id", "a"}}), ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("sep=a,b\n1,x\n"), ElementsAre("2|1|x"));
  // What can divide nothing is a name.
  EXPECT_THAT(*ReadText("sep=\"\n1\n"), ElementsAre("2|1"));
}

TEST(RecordReader, LetsNulBytesAndBrokenUtf8Through) {
  const std::string bytes("id,a\n1,\0x\n2,\xff\n", 14);
  EXPECT_THAT(*ReadText(bytes), ElementsAre(std::string("2|1|\0x", 6), "3|2|\xff"));
}

TEST(RecordReader, FindsTheDelimiterByNameAndByTheFirstLine) {
  ScratchFile semicolons("semicolons.csv", "id;a b\n1;x,y\n");
  EXPECT_THAT(*ReadAll(semicolons.path()), ElementsAre("2|1|x,y"));
  ScratchFile named("tabs.tsv", "id\ta,b\n1\tx,y\n");
  EXPECT_THAT(*ReadAll(named.path()), ElementsAre("2|1|x,y"));
  ScratchFile sniffed("tabs.txt", "id\ta\n1\t\n");
  EXPECT_THAT(*ReadAll(sniffed.path()), ElementsAre("2|1|"));
  EXPECT_THAT(*ReadText("id|a, b\n1|x\n"), ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("id|a, b|c\n1|x, y|z\n"), ElementsAre("2|1|x, y|z"));
  EXPECT_THAT(*ReadText("id\x01"
                        "a\n1\x01x\n"),
              ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("id,\"a;b;c\"\n1,x\n"), ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("id,a\n1;2;3,x\n"), ElementsAre("2|1;2;3|x"));
  EXPECT_THAT(*ReadText("id;a\n1;'p;q'\n", {.delimiter = ";", .quote = '\''}), ElementsAre("2|1|p;q"));
}

TEST(RecordReader, TakesColumnsForAFileWithoutHeader) {
  EXPECT_THAT(*ReadText("1,x\n2,y\n", {.columns = {"id", "a"}}), ElementsAre("1|1|x", "2|2|y"));
}

TEST(RecordReader, ReadsCompressedFilesOfSeveralMembers) {
  std::string text = "id,a\n";
  for (int i = 0; i < 200000; ++i) absl::StrAppend(&text, i, ",value ", i % 7, "\n");
  const std::string half = text.substr(0, text.size() / 2);
  const std::string rest = text.substr(text.size() / 2);
  ScratchFile plain("plain.csv", text);
  const auto expected = ReadAll(plain.path());
  ASSERT_EQ(expected->size(), 200000u);
  ScratchFile gzip("members.dat", Gzipped(half) + Gzipped(rest));
  EXPECT_EQ(*ReadAll(gzip.path()), *expected);
  ScratchFile zstd("frames.dat", Zstandard(half) + Zstandard(rest));
  EXPECT_EQ(*ReadAll(zstd.path()), *expected);
}

TEST(RecordReader, TakesZerosBehindGzipDataForNothing) {
  ScratchFile padded("padded.csv.gz", Gzipped("id,a\n1,x\n") + std::string(512, '\0') + Gzipped("2,y\n") +
                                          std::string(700'000, '\0'));
  EXPECT_THAT(*ReadAll(padded.path()), ElementsAre("2|1|x", "3|2|y"));
}

TEST(RecordReader, NamesWhatIsCompressedTwice) {
  for (const std::string& once : {Gzipped("id,a\n1,x\n"), Zstandard("id,a\n1,x\n")}) {
    ScratchFile twice("twice.csv.gz", Gzipped(once));
    EXPECT_THAT(ReadAll(twice.path()).status().message(),
                HasSubstr("is compressed twice, not CSV: decompress"));
  }
}

TEST(RecordReader, RefusesBrokenAndCutCompression) {
  std::string text = "id,a\n";
  for (int i = 0; i < 50000; ++i) absl::StrAppend(&text, i, ",", i * 7919 % 10007, "\n");
  for (const std::string& packed : {Gzipped(text), Zstandard(text)}) {
    ScratchFile cut("cut.csv.gz", packed.substr(0, packed.size() - 20));
    const auto short_read = ReadAll(cut.path());
    EXPECT_THAT(short_read, StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(short_read.status().message(), HasSubstr("ends in the middle"));
    std::string flipped = packed;
    for (size_t at = flipped.size() / 2; at < flipped.size() / 2 + 40; ++at) flipped[at] ^= 0x55;
    ScratchFile broken("broken.csv.zst", flipped);
    EXPECT_THAT(ReadAll(broken.path()), ::testing::Not(IsOk()));
  }
}

TEST(RecordReader, RefusesCompressionThatGrowsWithoutEnd) {
  // A record that repeats: a thousand times its size, within what is free without a look at the ratio.
  std::string text = "id,a\n";
  while (text.size() < 3 << 20) absl::StrAppend(&text, "m1,", std::string(10'000, 'a'), "\n");
  const std::string packed = Gzipped(text);
  ASSERT_GT(text.size() / packed.size(), 200u);
  ScratchFile small("small.csv.gz", packed);
  EXPECT_THAT(ReadAll(small.path()), IsOk());
  const auto limited = ReadAll(small.path(), {.expansion = {.text_bytes = 1 << 20}});
  EXPECT_THAT(limited, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      limited.status().message(),
      HasSubstr("small.csv.gz' grows to more than 1048576 bytes; if it is meant so, raise --max-text"));
  std::string many;
  while (many.size() < packed.size() * (kFreeTextBytes / text.size() + 2)) many += packed;
  ScratchFile bomb("bomb.csv.gz", many);
  class Nothing : public RecordSink {
   public:
    void TakeRecord(uint64_t, absl::Span<const absl::string_view>) override {}
    void TakeBroken(const BrokenRecord&) override {}
  };
  Nothing nothing;
  auto reader = RecordReader::Open({bomb.path()}, {});
  ASSERT_THAT(reader, IsOk());
  absl::StatusOr<bool> refused = true;
  while (refused.ok() && *refused) refused = (*reader)->ReadSome(nothing);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused.status().message(), HasSubstr("bomb.csv.gz' grows to more than 200 times its size"));
  EXPECT_THAT(refused.status().message(), HasSubstr("raise --max-expansion"));
}

TEST(RecordReader, RefusesAZstdWindowThatTakesTooMuchMemory) {
  std::string packed(1 << 20, '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 28);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const std::string text = "id,a\n1,x\n";
  ZSTD_inBuffer in = {text.data(), text.size(), 0};
  ZSTD_outBuffer out = {packed.data(), packed.size(), 0};
  // Whose end isn't known yet has the whole window.
  ASSERT_EQ(ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush), 0u);
  ASSERT_EQ(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0u);
  ZSTD_freeCCtx(context);
  ScratchFile file("window.csv.zst", packed.substr(0, out.pos));
  const auto refused = ReadAll(file.path());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused.status().message(), HasSubstr("a window of more than 128 MiB"));
}

TEST(RecordReader, ShowsAFileNameWithControlCharactersEscaped) {
  ScratchFile file("a\x1b]52;b\n.csv", "id,a\n1,x\n");
  EXPECT_THAT(*ReadAll(file.path()), ElementsAre("2|1|x"));
  auto reader = RecordReader::Open({file.path()}, {});
  EXPECT_THAT((*reader)->shown_name(), HasSubstr("a\\u001b]52;b\\n.csv'"));
}

TEST(RecordReader, RefusesFilesThatCantBeRead) {
  EXPECT_THAT(ReadAll("nowhere/at-all.csv"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadAll(testing::TempDir()).status().message(), HasSubstr("is a directory"));
  EXPECT_THAT(ReadText("").status().message(), HasSubstr("is empty"));
  EXPECT_THAT(ReadText("id,a,id\n").status().message(), HasSubstr("the column 'id' is there twice"));
  EXPECT_THAT(ReadText("id,\xb3\xc7\n").status().message(), HasSubstr("not UTF-8"));
  EXPECT_THAT(ReadText("\xff\xfei\0d\0").status().message(), HasSubstr("UTF-16"));
  EXPECT_THAT(ReadText("a,b\n", {.delimiter = "\""}).status().message(), HasSubstr("different characters"));
}

TEST(RecordReader, RefusesAnEndlessCell) {
  const auto read = ReadText("id,a\n1,\"" + std::string(9 << 20, 'x') + "\"\n");
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(read.status().message(), HasSubstr("line 2"));
}

TEST(RecordReader, SaysHowFarItIs) {
  ScratchFile file("progress.csv", "id\n1\n");
  auto reader = RecordReader::Open({file.path()}, {});
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ((*reader)->bytes_read(), 5u);
  EXPECT_EQ((*reader)->size(), 5u);
  EXPECT_EQ(*FindColumn(**reader, "id"), 0u);
  EXPECT_THAT(FindColumn(**reader, "Id").status().message(), HasSubstr("no column 'Id'; it has 'id'"));
  ScratchFile divided("divided.csv", "id~a\n1~x\n");
  auto tildes = RecordReader::Open({divided.path()}, {});
  EXPECT_THAT(FindColumn(**tildes, "id").status().message(),
              HasSubstr("it has 'id~a', which looks divided by '~': say delimiter: '~' in the schema, or "
                        "--delimiter '~'"));
  const auto columns_say = [](const std::string& header) {
    ScratchFile file("divided.csv", header + "\n1,2\n");
    return std::string(FindColumn(**RecordReader::Open({file.path()}, {}), "id").status().message());
  };
  EXPECT_THAT(columns_say("id;name,first"),
              HasSubstr("; 'id;name' looks divided by ';': say delimiter: ';'"));
  EXPECT_THAT(columns_say("id\ta,b"), HasSubstr("; 'id\\ta' looks divided by tabs: say delimiter: tab"));
  EXPECT_THAT(columns_say("user-id,b"), Not(HasSubstr("looks divided")));
}

TEST(RecordReader, MessagesStayShortWhateverTheHeader) {
  for (const std::string& header :
       {std::string(5 << 20, 'x'), std::string(100000, '\0'), std::string(999, ',')}) {
    ScratchFile file("header.csv", header + "\n");
    auto reader = RecordReader::Open({file.path()}, {});
    ASSERT_THAT(reader, IsOk());
    EXPECT_LT(FindColumn(**reader, "id").status().message().size(), 500u);
  }
}

TEST(RecordReader, AnEmptyTableHasNoRecords) {
  EXPECT_THAT(*ReadText("id,a"), ElementsAre());
  EXPECT_THAT(*ReadText("id,a\n"), ElementsAre());
}

TEST(RecordReader, ReadsWhatHiveWrites) {
  const TextFormat hive = {
      .delimiter = "\x01", .quote = 0, .escape = '\\', .columns = {"id", "a", "b"}, .list_separator = '\x02'};
  EXPECT_THAT(
      *ReadText(
          "1\x01\\N\x01x\x02\\N\x02y\n2\x01p\\\x01q\x01\\N\x02\\N\n3\x01\"\x01\\\\N\n4\x01line\\nbreak\x01"
          "a\\Nb\n",
          hive),
      ElementsAre("1|1|\\N|x\x02\\N\x02y", "2|2|p\x01q|\\N\x02\\N", "3|3|\"|\\N", "4|4|line\nbreak|aNb"));
}

}  // namespace
}  // namespace muster::loaders

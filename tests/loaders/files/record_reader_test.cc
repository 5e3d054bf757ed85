#include "loaders/files/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/loaders/files/scratch_file.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Writes each record as `line|cell|cell`, a ragged one as `line!cells`.
class Written : public RecordSink {
 public:
  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override {
    records.push_back(absl::StrCat(line, "|", absl::StrJoin(cells, "|")));
  }
  void TakeRagged(uint64_t line, size_t found) override { records.push_back(absl::StrCat(line, "!", found)); }
  std::vector<std::string> records;
};

absl::StatusOr<std::vector<std::string>> ReadAll(const std::string& path, const TextFormat& format = {}) {
  auto reader = RecordReader::Open({path}, format);
  if (!reader.ok()) return reader.status();
  Written sink;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = (*reader)->ReadSome(sink);
  if (!more.ok()) return more.status();
  return sink.records;
}

absl::StatusOr<std::vector<std::string>> ReadText(absl::string_view text, const TextFormat& format = {}) {
  ScratchFile file("reader.csv", text);
  return ReadAll(file.path(), format);
}

std::string Gzipped(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstandard(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the zstd program does
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

TEST(RecordReader, GivesRecordsWithTheirLines) {
  EXPECT_THAT(*ReadText("id,a\n1,x\n\n2,\n3,\"p\nq\"\n4,z"),
              ElementsAre("2|1|x", "4|2|", "5|3|p\nq", "7|4|z"));
}

TEST(RecordReader, CountsCrlfAsOneLineAndSkipsTheByteOrderMark) {
  ScratchFile file("mark.csv", "\xef\xbb\xbfid,a\r\n1,x\r\n\r\n2,\"y\r\nz\"\r\n3,w\r\n");
  auto reader = RecordReader::Open({file.path()}, {});
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_THAT((*reader)->columns(), ElementsAre("id", "a"));
  EXPECT_THAT(*ReadAll(file.path()), ElementsAre("2|1|x", "4|2|y\r\nz", "6|3|w"));
}

TEST(RecordReader, KeepsQuotesThatAreText) {
  EXPECT_THAT(*ReadText("id,a\n1,5\" pipe\n2,\"say \"\"hi\"\"\"\n3,a\"b\"c\n"),
              ElementsAre("2|1|5\" pipe", "3|2|say \"hi\"", "4|3|a\"b\"c"));
}

TEST(RecordReader, RefusesTextAfterAClosingQuoteAndAnUnclosedQuote) {
  const auto after = ReadText("id,a\n1,\"x\"y\n2,z\n");
  EXPECT_EQ(after.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(after.status().message(), HasSubstr("line 2: a cell goes on after its closing quote"));
  const auto unclosed = ReadText("id,a\n1,x\n2,\"never\n3,closed\n");
  EXPECT_EQ(unclosed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(unclosed.status().message(),
              HasSubstr("line 3: the quote of a cell that begins here is never closed"));
}

TEST(RecordReader, TellsRaggedRecords) {
  EXPECT_THAT(*ReadText("id,a\n1\n2,x,y\n3,\"a\nb\",c\n4,x\n"), ElementsAre("2!1", "3!3", "4!3", "6|4|x"));
}

TEST(RecordReader, TrimsOnlyUnlessWhiteSpaceIsKept) {
  EXPECT_THAT(*ReadText("id,a\n1, x \n"), ElementsAre("2|1|x"));
  EXPECT_THAT(*ReadText("id,a\n1, x \n", {.keep_white_space = true}), ElementsAre("2|1| x "));
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
  EXPECT_THAT(*ReadText("id;a\n1;'p;q'\n", {.delimiter = ';', .quote = '\''}), ElementsAre("2|1|p;q"));
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

TEST(RecordReader, RefusesBrokenAndCutCompression) {
  std::string text = "id,a\n";
  for (int i = 0; i < 50000; ++i) absl::StrAppend(&text, i, ",", i * 7919 % 10007, "\n");
  for (const std::string& packed : {Gzipped(text), Zstandard(text)}) {
    ScratchFile cut("cut.csv.gz", packed.substr(0, packed.size() - 20));
    const auto short_read = ReadAll(cut.path());
    EXPECT_EQ(short_read.status().code(), absl::StatusCode::kDataLoss) << short_read.status();
    EXPECT_THAT(short_read.status().message(), HasSubstr("ends in the middle"));
    std::string flipped = packed;
    for (size_t at = flipped.size() / 2; at < flipped.size() / 2 + 40; ++at) flipped[at] ^= 0x55;
    ScratchFile broken("broken.csv.zst", flipped);
    EXPECT_FALSE(ReadAll(broken.path()).ok());
  }
}

TEST(RecordReader, RefusesFilesThatCantBeRead) {
  EXPECT_EQ(ReadAll("nowhere/at-all.csv").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(ReadAll(testing::TempDir()).status().message(), HasSubstr("is a directory"));
  EXPECT_THAT(ReadText("").status().message(), HasSubstr("is empty"));
  EXPECT_THAT(ReadText("id,a,id\n").status().message(), HasSubstr("the column 'id' is there twice"));
  EXPECT_THAT(ReadText("id,\xb3\xc7\n").status().message(), HasSubstr("not UTF-8"));
  EXPECT_THAT(ReadText("\xff\xfei\0d\0").status().message(), HasSubstr("UTF-16"));
  EXPECT_THAT(ReadText("a,b\n", {.delimiter = '"'}).status().message(),
              HasSubstr("two different ASCII characters"));
}

TEST(RecordReader, RefusesAnEndlessCell) {
  const auto read = ReadText("id,a\n1,\"" + std::string(9 << 20, 'x') + "\"\n");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(read.status().message(), HasSubstr("line 2"));
}

TEST(RecordReader, SaysHowFarItIs) {
  ScratchFile file("progress.csv", "id\n1\n");
  auto reader = RecordReader::Open({file.path()}, {});
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->file().bytes_read(), 5u);
  EXPECT_EQ((*reader)->file().size(), 5u);
  EXPECT_EQ(*FindColumn(**reader, "id"), 0u);
  EXPECT_THAT(FindColumn(**reader, "Id").status().message(), HasSubstr("no column 'Id'; it has 'id'"));
}

TEST(RecordReader, MessagesStayShortWhateverTheHeader) {
  for (const std::string& header :
       {std::string(5 << 20, 'x'), std::string(100000, '\0'), std::string(999, ',')}) {
    ScratchFile file("header.csv", header + "\n");
    auto reader = RecordReader::Open({file.path()}, {});
    ASSERT_TRUE(reader.ok()) << reader.status();
    EXPECT_LT(FindColumn(**reader, "id").status().message().size(), 500u);
  }
}

TEST(RecordReader, AnEmptyTableHasNoRecords) {
  EXPECT_THAT(*ReadText("id,a"), ElementsAre());
  EXPECT_THAT(*ReadText("id,a\n"), ElementsAre());
}

}  // namespace
}  // namespace muster::loaders

// Files in other encodings than UTF-8, through the reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/ucnv.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loaders/files/record_reader.h"
#include "tests/loaders/files/scratch_file.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Joined : public RecordSink {
 public:
  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override {
    records.push_back(absl::StrCat(line, "|", absl::StrJoin(cells, "|")));
  }
  void TakeBroken(const BrokenRecord& record) override { records.push_back(absl::StrCat(record.line, "!")); }
  std::vector<std::string> records;
};

struct Answer {
  std::vector<std::string> records, notes;
  std::string error;
};

Answer Read(absl::string_view bytes, const std::string& encoding) {
  const ScratchFile file("encoded.csv", bytes);
  auto reader = RecordReader::Open({file.path()}, {.encoding = encoding});
  if (!reader.ok()) return {.error = std::string(reader.status().message())};
  Joined sink;
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = (*reader)->ReadSome(sink);
  return {sink.records, (*reader)->notes(), std::string(more.status().message())};
}

// `utf8` in another encoding, by ICU.
std::string Encoded(const std::string& utf8, const char* encoding) {
  std::string bytes(utf8.size() * 4 + 16, '\0');
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = ucnv_convert(encoding, "UTF-8", bytes.data(), static_cast<int32_t>(bytes.size()),
                                    utf8.data(), static_cast<int32_t>(utf8.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error)) << u_errorName(error);
  bytes.resize(static_cast<size_t>(size));
  return bytes;
}

std::string LongTable() {
  std::string text = "编号,城市\n";
  for (int i = 0; i < 60'000; ++i)
    absl::StrAppend(&text, i, i % 3 == 0 ? ",上海" : i % 3 == 1 ? ",\"𠮷, é\"" : ",x", "\n");
  return text;
}

TEST(Encoding, ReadsWhatIsDeclared) {
  const std::string table = LongTable();
  const Answer expected = Read(table, "");
  ASSERT_EQ(expected.records.size(), 60'000u) << expected.error;
  for (const char* encoding : {"gb18030", "utf-16le", "utf-16be", "utf-16"}) {
    const Answer answer = Read(Encoded(table, encoding), encoding);
    EXPECT_EQ(answer.error, "") << encoding;
    EXPECT_EQ(answer.records, expected.records) << encoding;
  }
  EXPECT_EQ(Read(Encoded("\xef\xbb\xbf" + table, "utf-16le"), "utf-16").records, expected.records);
  EXPECT_EQ(Read(Encoded("\xef\xbb\xbf" + table, "utf-16be"), "utf-16be").records, expected.records);
  EXPECT_THAT(Read(Encoded("a;b\n1;2\n", "utf-16le"), "utf-16").records, ElementsAre("2|1|2"));
}

TEST(Encoding, NamesTheLineOfBytesThatAreNotInIt) {
  std::string table = Encoded(LongTable(), "gb18030");
  table += "7,\xff\xff\n";
  EXPECT_THAT(Read(table, "gb18030").error,
              HasSubstr("encoded.csv', line 60002: the bytes here are not GB18030; declare the encoding"));
  EXPECT_THAT(Read("id,a\n1,\xc9\xcf\n2,\xc9", "gb18030").error,
              HasSubstr("line 3: the bytes here are not GB18030"));
  std::string wide = Encoded("id,a\n1,x\n2,", "utf-16le");
  EXPECT_THAT(Read(wide + std::string("\x00\xdc", 2), "utf-16le").error, HasSubstr("line 3: the bytes here"));
  EXPECT_THAT(Read(wide + "x", "utf-16le").error, HasSubstr("line 3: the bytes here"));
}

TEST(Encoding, RefusesAFileThatIsInAnotherThanIsDeclared) {
  EXPECT_THAT(Read("id,城市\n1,上海\n", "gb18030").error,
              HasSubstr("is UTF-8, and its encoding is declared as gb18030"));
  EXPECT_THAT(Read("id,a\n1,Müller\n2,Jäger\n3,Köhler\n4,Zoë\n5,Öl\n6,ß\n", "gb18030").error,
              HasSubstr("is UTF-8, and its encoding is declared as gb18030"));
  const Answer doubtful = Read("id,a\n1,Müller\n", "gb18030");
  EXPECT_EQ(doubtful.error, "");
  EXPECT_THAT(doubtful.notes,
              ElementsAre(HasSubstr("is read as GB18030, as is declared, and would be UTF-8")));
  EXPECT_THAT(Read(Encoded("id,a\n1,x\n", "utf-16le"), "gb18030").error, HasSubstr("--encoding utf-16le"));
  EXPECT_THAT(Read("id,a\n1,x\n", "utf-16").error,
              HasSubstr("is not UTF-16, though its encoding is declared"));
  EXPECT_THAT(Read(Encoded("\xef\xbb\xbf"
                           "id,a\n",
                           "utf-16be"),
                   "utf-16le")
                  .error,
              HasSubstr("its byte-order mark says utf-16be"));
}

TEST(Encoding, SaysWhatToDeclareWhereNothingIs) {
  EXPECT_THAT(Read(Encoded("\xef\xbb\xbf"
                           "id,a\n1,x\n",
                           "utf-16le"),
                   "")
                  .error,
              HasSubstr("is UTF-16: say so with encoding: utf-16 in the schema, or --encoding utf-16"));
  EXPECT_THAT(Read(Encoded("id,a\n1,x\n", "utf-16be"), "").error,
              HasSubstr("looks like UTF-16 without a byte-order mark: say so with encoding: utf-16be"));
  EXPECT_THAT(Read("\xb1\xe0\xba\xc5,a\n", "").error, HasSubstr("line 1: the header is not UTF-8"));
  EXPECT_THAT(Read("\xb1\xe0\xba\xc5,a\n", "").error, HasSubstr("encoding: gb18030"));
  const Answer undeclared = Read("id,a\n1,\xc9\xcf\xba\xa3\n", "");
  EXPECT_THAT(undeclared.records, ElementsAre("2|1|\xc9\xcf\xba\xa3"));
  EXPECT_THAT(undeclared.notes,
              ElementsAre(HasSubstr("is not UTF-8 and looks like GB18030; if it is, say so")));
  EXPECT_THAT(Read("id,city\n1,M\xfcnchen\n2,K\xf6ln\n", "").notes,
              ElementsAre(HasSubstr("looks like Windows-1252 or another encoding of a byte a character")));
  EXPECT_THAT(Read("id,city\n1,上海\n2,\xff\n", "").notes, ElementsAre());
  EXPECT_THAT(Read(std::string("\xff\xfe\0\0i\0\0\0\n\0\0\0", 12), "").error,
              HasSubstr("is UTF-32: convert it"));
}

TEST(Encoding, RefusesAFileWithoutLineFeeds) {
  EXPECT_THAT(Read("id,a\r1,x\r2,y\r", "").error, HasSubstr("has no line feed, only carriage returns"));
  EXPECT_THAT(Read("id,a\r", "").records, ElementsAre());
}

}  // namespace
}  // namespace muster::loaders

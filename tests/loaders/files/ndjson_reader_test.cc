#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "loaders/files/record_cutter.h"
#include "loaders/files/record_reader.h"
#include "tests/loaders/files/packed_text.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/loaders/files/written_records.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const TextFormat kKeys = {.keys = {{.name = "id"}, {.name = "a"}}};

absl::StatusOr<std::vector<std::string>> ReadText(absl::string_view text, const TextFormat& format = kKeys,
                                                  const std::string& name = "reader.ndjson") {
  ScratchFile file(name, text);
  return ReadAll(file.path(), format);
}

TEST(NdjsonReader, GivesRecordsWithTheirLines) {
  EXPECT_THAT(*ReadText("{\"id\":\"1\",\"a\":\"x\"}\n\n{\"a\":2.50,\"id\":2}\r\n  \n[]\n{\"id\":3}"),
              ElementsAre("1|1|x", "3|2|2.50", HasSubstr("5!the line is no JSON object"), "6|3|"));
  EXPECT_THAT(*ReadText("\xef\xbb\xbf{\"id\":1}\n\xef\xbb\xbf{\"id\":2}\n"), ElementsAre("1|1|", "2|2|"));
  EXPECT_THAT(*ReadText(""), IsEmpty());
}

TEST(NdjsonReader, IsKnownByNameOrDeclaration) {
  const std::string text = "{\"id\":\"1\",\"a\":\"x\"}\n";
  for (const char* name : {"r.ndjson", "r.jsonl", "r.JSON"}) {
    EXPECT_THAT(*ReadText(text, kKeys, name), ElementsAre("1|1|x")) << name;
  }
  TextFormat declared = kKeys;
  declared.kind = TextKind::kNdjson;
  EXPECT_THAT(*ReadText(text, declared, "000000_0"), ElementsAre("1|1|x"));
  EXPECT_THAT(std::string(ReadText(text, kKeys, "r.csv").status().message()),
              HasSubstr("is JSON lines, not CSV: say so with format: ndjson in the schema, or --ndjson"));
  declared.kind = TextKind::kDelimited;
  EXPECT_THAT(*ReadText("id,a\n1,x\n", declared, "r.json"), ElementsAre("2|1|x"));
}

TEST(NdjsonReader, ReadsPackedAndOtherEncodings) {
  const std::string text = "{\"id\":\"1\",\"a\":\"\xe4\xb8\x8a\xe6\xb5\xb7\"}\n";
  EXPECT_THAT(*ReadText(Gzipped(text), kKeys, "r.ndjson.gz"), ElementsAre("1|1|\xe4\xb8\x8a\xe6\xb5\xb7"));
  EXPECT_THAT(*ReadText(Zstandard(text), kKeys, "r.jsonl.zst"), ElementsAre("1|1|\xe4\xb8\x8a\xe6\xb5\xb7"));
  TextFormat format = kKeys;
  format.encoding = "gb18030";
  EXPECT_THAT(*ReadText("{\"id\":\"1\",\"a\":\"\xc9\xcf\xba\xa3\"}\n", format),
              ElementsAre("1|1|\xe4\xb8\x8a\xe6\xb5\xb7"));
  format.encoding = "utf-16";
  std::string wide = "\xff\xfe";
  for (const char c : std::string("{\"id\":1}\n{\"id\":2}\n")) wide += {c, '\0'};
  EXPECT_THAT(*ReadText(wide, format), ElementsAre("1|1|", "2|2|"));
  EXPECT_THAT(std::string(ReadText(wide).status().message()), HasSubstr("is UTF-16: say so"));
}

TEST(NdjsonReader, ALineInAnotherEncodingIsBrokenAlone) {
  EXPECT_THAT(*ReadText("{\"id\":1}\n{\"id\":2,\"a\":\"\xc9\xcf\"}\n{\"id\":3}\n"),
              ElementsAre("1|1|", "2!the line is not UTF-8; convert the input", "3|3|"));
}

TEST(NdjsonReader, LinesMayEndAnywhereInAPiece) {
  // Lines of all lengths around the size of a piece, so that they end before, at and behind its end.
  for (const size_t before :
       {kPieceBytes - 40, kPieceBytes - 20, kPieceBytes - 1, kPieceBytes, 2 * kPieceBytes}) {
    std::string text;
    std::vector<std::string> expected;
    for (int line = 1; text.size() < 3 * kPieceBytes; ++line) {
      const std::string value(line == 1 ? before : size_t{17}, 'v');
      absl::StrAppend(&text, "{\"id\":", line, ",\"a\":\"", value, "\"}\n");
      expected.push_back(absl::StrCat(line, "|", line, "|", value));
    }
    EXPECT_EQ(*ReadText(text), expected);
  }
}

TEST(NdjsonReader, ALineThatIsTooLongIsBrokenAlone) {
  const std::string text = absl::StrCat(
      "{\"id\":1}\n{\"id\":\"", std::string(kMaxRecordBytes + 2 * kPieceBytes, 'x'), "\"}\n{\"id\":3}\n");
  EXPECT_THAT(*ReadText(text), ElementsAre("1|1|", HasSubstr("2!it is longer than"), "3|3|"));
}

TEST(NdjsonReader, FindsItsKeys) {
  ScratchFile file("keys.ndjson", "{\"id\":1,\"b\":2}\nbroken\n{\"a\":[1],\"id\":3}\n");
  auto reader = RecordReader::Open({file.path()}, {});
  ASSERT_THAT(reader, IsOk());
  EXPECT_THAT((*reader)->columns(), ElementsAre("id", "b", "a"));
  EXPECT_THAT(*ReadAll(file.path(), {}), ElementsAre("1|1|2|", HasSubstr("2!"), "3|3||[1]"));
  EXPECT_THAT(std::string(ReadText("\n", {}).status().message()), HasSubstr("has no JSON object with a key"));
}

TEST(NdjsonReader, NotesWhatIsLeftOutAndWhatIsMissing) {
  ScratchFile file("notes.ndjson", "{\"id\":1,\"x\":2}\n");
  auto reader = RecordReader::Open({file.path()}, kKeys);
  ASSERT_THAT(reader, IsOk());
  WrittenRecords sink;
  while (*(*reader)->ReadSome(sink)) {
  }
  EXPECT_THAT((*reader)->notes(),
              ElementsAre(HasSubstr("the schema names no tag for the key 'x', which is left out"),
                          HasSubstr("has the key 'a', so that no member gets a value from it")));
}

TEST(NdjsonReader, NamesJsonThatIsNoLines) {
  EXPECT_THAT(std::string(ReadText("[{\"id\":1},\n{\"id\":2}]\n").status().message()),
              HasSubstr("is one JSON array, not JSON lines: write an object a line to a .ndjson file, for "
                        "example with jq -c '.[]'"));
  EXPECT_THAT(std::string(ReadText("{\n \"id\": 1\n}\n").status().message()),
              HasSubstr("is JSON with objects over several lines, not JSON lines"));
  EXPECT_THAT(std::string(ReadText("PK\x03\x04..").status().message()),
              HasSubstr("ZIP archive, not JSON lines"));
  TextFormat format = kKeys;
  format.columns = {"id", "a"};
  EXPECT_THAT(std::string(ReadText("{\"id\":1}\n", format).status().message()),
              HasSubstr("the objects of NDJSON name their keys"));
}

}  // namespace
}  // namespace muster::loaders

#include "loaders/feeding/file_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/failure.h"
#include "index/status/status_macros.h"
#include "loaders/feeding/input_digest.h"
#include "loaders/feeding/list_load.h"
#include "loaders/feeding/record_batcher.h"
#include "loaders/feeding/schema_choice.h"
#include "tests/clients/cpp/recorded_server.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSchema[] =
    "population: p\nmember_id: id\ntime_zone: Asia/Shanghai\nmissing: [x]\ntags:\n"
    "  - {name: b, kind: NUMBER}\n  - {name: a, kind: MULTI, separator: '|'}\n  - {name: again, column: b, "
    "kind: SINGLE}\n";

class FileLoadTest : public testing::Test {
 protected:
  FileLoadTest() : client_(*client::Client::Connect(server_.address())) {}

  // Loads a file of this text with the schema above.
  absl::StatusOr<v1::LoadRecordsResponse> Load(absl::string_view text) {
    ScratchFile file("load.csv", text);
    FileLoad load = {.path = file.path(), .schema = *ParseTagSchema(kSchema, "schema"), .label = "l"};
    ASSIGN_OR_RETURN(auto reader, RecordReader::Open({load.path}, load.schema.format));
    return FeedFile(*client_, load, *reader, [this](const LoadProgress& progress) { progress_ = progress; });
  }

  // The cells of a column as the server got them, over all batches.
  template <typename Choose>
  std::vector<std::string> Cells(const Choose& choose) const {
    std::vector<std::string> cells;
    for (const auto& message : server_.load_messages) {
      if (!message.has_batch()) continue;
      const v1::CellColumn& column = choose(message.batch());
      uint32_t begin = 0;
      for (const uint32_t end : column.ends()) {
        cells.push_back(column.text().substr(begin, end - begin));
        begin = end;
      }
    }
    return cells;
  }
  std::vector<std::string> Tag(int tag) const {
    return Cells([tag](const v1::RecordBatch& batch) -> const v1::CellColumn& { return batch.cells(tag); });
  }
  std::vector<std::string> Ids() const {
    return Cells([](const v1::RecordBatch& batch) -> const v1::CellColumn& { return batch.member_ids(); });
  }

  client::RecordedServer server_;
  std::unique_ptr<client::Client> client_;
  LoadProgress progress_;
};

TEST_F(FileLoadTest, SendsSpecColumnsAndCommit) {
  ASSERT_THAT(Load("a,id,skipped,b\np|q,m1,?,1\n,m2,?,\n"), IsOk());
  ASSERT_EQ(server_.load_messages.size(), 3u);
  const v1::LoadSpec& spec = server_.load_messages[0].spec();
  EXPECT_EQ(spec.population(), "p");
  EXPECT_EQ(spec.time_zone(), "Asia/Shanghai");
  EXPECT_EQ(spec.label(), "l");
  EXPECT_EQ(spec.mode(), v1::LOAD_MODE_MERGE);
  EXPECT_THAT(spec.missing(), ElementsAre("x"));
  ASSERT_EQ(spec.tags_size(), 3);
  EXPECT_EQ(spec.tags(1).separator(), "|");
  EXPECT_FALSE(spec.has_max_rejected());
  EXPECT_EQ(spec.input_sha256().size(), 32u);
  EXPECT_THAT(Ids(), ElementsAre("m1", "m2"));
  EXPECT_THAT(Tag(0), ElementsAre("1", ""));
  EXPECT_THAT(Tag(1), ElementsAre("p|q", ""));
  EXPECT_EQ(Tag(2), Tag(0));
  EXPECT_THAT(server_.load_messages[1].batch().lines(), ElementsAre(2, 3));
  EXPECT_EQ(server_.load_messages[2].commit().records(), 2u);
  EXPECT_EQ(progress_.records, 2u);
  EXPECT_EQ(progress_.bytes_read, progress_.file_bytes);
}

TEST_F(FileLoadTest, ReportsBrokenRecordsAndCountsThem) {
  ASSERT_THAT(Load("a,id,b\nx,m1\nx,m2,2\nx,m3,3,4\n"), IsOk());
  const v1::RecordBatch& batch = server_.load_messages[1].batch();
  ASSERT_EQ(batch.rejected_size(), 2);
  EXPECT_EQ(batch.rejected(0).line(), 2u);
  EXPECT_EQ(batch.rejected(0).reason(), v1::REJECTION_REASON_RAGGED);
  EXPECT_EQ(batch.rejected(0).message(), "the record has 2 cells, and the file has 3 columns");
  EXPECT_EQ(batch.rejected(1).line(), 4u);
  EXPECT_THAT(Ids(), ElementsAre("m2"));
  EXPECT_EQ(server_.load_messages[2].commit().records(), 3u);
}

TEST_F(FileLoadTest, ReportsRecordsThatCannotBeCut) {
  ASSERT_THAT(Load("a,id,b\nx,m1,\"1\"2\nx,m2,2\n"), IsOk());
  const v1::RecordBatch& batch = server_.load_messages[1].batch();
  ASSERT_EQ(batch.rejected_size(), 1);
  EXPECT_EQ(batch.rejected(0).line(), 2u);
  EXPECT_EQ(batch.rejected(0).reason(), v1::REJECTION_REASON_UNREADABLE);
  EXPECT_THAT(Ids(), ElementsAre("m2"));
}

TEST_F(FileLoadTest, CutsALongFileIntoBatches) {
  std::string text = "a,id,b\n";
  const int records = 300000;
  for (int i = 0; i < records; ++i) absl::StrAppend(&text, "value,m", i, ",", i, "\n");
  ASSERT_THAT(Load(text), IsOk());
  EXPECT_GT(server_.load_messages.size(), 5u);
  for (const auto& message : server_.load_messages) EXPECT_LT(message.ByteSizeLong(), 8u << 20);
  const auto ids = Ids();
  ASSERT_EQ(ids.size(), static_cast<size_t>(records));
  for (int i = 0; i < records; ++i) ASSERT_EQ(ids[i], absl::StrCat("m", i));
  EXPECT_EQ(server_.load_messages.back().commit().records(), static_cast<uint64_t>(records));
}

TEST_F(FileLoadTest, AFileWithoutRecordsIsCommittedEmpty) {
  ASSERT_THAT(Load("a,id,b\n"), IsOk());
  ASSERT_EQ(server_.load_messages.size(), 2u);
  EXPECT_EQ(server_.load_messages[1].commit().records(), 0u);
}

TEST_F(FileLoadTest, AFileErrorCancelsTheLoad) {
  std::string text = "a,id,b\n";
  for (int i = 0; i < 200000; ++i) absl::StrAppend(&text, "value,m", i, ",", i, "\n");
  const auto answer = Load(text + "\"never closed,m,1\n");
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(answer.status().message(), HasSubstr("line 200002"));
  server_.Stop();
  for (const auto& message : server_.load_messages) EXPECT_FALSE(message.has_commit());
}

TEST_F(FileLoadTest, NamesAColumnThatTheFileDoesNotHave) {
  const auto answer = Load("id,b\nm,1\n");
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(answer.status().message(), HasSubstr("has no column 'a'; it has 'id', 'b'"));
  EXPECT_TRUE(server_.load_messages.empty());
}

TEST_F(FileLoadTest, TakesAnEarlyAnswer) {
  server_.answer_load_after = 1;
  server_.load.set_already_published(true);
  std::string text = "a,id,b\n";
  for (int i = 0; i < 500000; ++i) absl::StrAppend(&text, "value,m", i, ",", i, "\n");
  const auto answer = Load(text);
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->already_published());
}

TEST_F(FileLoadTest, MatchesColumnsWithTheCatalogue) {
  server_.tag_pages.resize(1);
  for (const char* name : {"a", "b", "unused"}) server_.tag_pages[0].add_tags()->set_name(name);
  ScratchFile known("known.csv", "b,id,a\n1,m,2\n");
  auto reader = RecordReader::Open({known.path()}, {});
  const auto schema = SchemaOfCatalogue(*client_, **reader, {.population = "p", .member_id = "id"});
  ASSERT_THAT(schema, IsOk());
  ASSERT_EQ(schema->schema.tags.size(), 2u);
  EXPECT_EQ(schema->schema.tags[0].tag.name(), "b");
  EXPECT_EQ(schema->schema.tags[0].tag.kind(), v1::TAG_KIND_UNSPECIFIED);
  ScratchFile unknown("unknown.csv", "b,id,c,d\n");
  reader = RecordReader::Open({unknown.path()}, {});
  const auto refused = SchemaOfCatalogue(*client_, **reader, {.population = "p", .member_id = "id"});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused.status().message(), HasSubstr("columns that are no tags of 'p': 'c', 'd'"));
  const auto nobody = SchemaOfCatalogue(*client_, **reader, {.population = "p", .member_id = "nobody"});
  EXPECT_THAT(nobody, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(nobody.status().message(), HasSubstr("no column 'nobody'; it has 'b', 'id', 'c', 'd'"));
}

TEST_F(FileLoadTest, MatchesNamesInEitherNormalForm) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].add_tags()->set_name("\xc3\xa9tat");
  server_.tag_pages[0].mutable_tags(0)->set_kind(v1::TAG_KIND_MULTI);
  for (const std::string header : {"\xc3\xa9id,\xc3\xa9tat\n", "e\xcc\x81id,e\xcc\x81tat\n"}) {
    for (const std::string id : {"\xc3\xa9id", "e\xcc\x81id"}) {
      ScratchFile file("accents.csv", header);
      auto reader = RecordReader::Open({file.path()}, {});
      const auto chosen = SchemaOfCatalogue(*client_, **reader, {.population = "p", .member_id = id});
      ASSERT_THAT(chosen, IsOk());
      ASSERT_EQ(chosen->schema.tags.size(), 1u);
      EXPECT_EQ(chosen->schema.tags[0].tag.name(), "\xc3\xa9tat");
      // What the catalogue can't know is said.
      EXPECT_THAT(chosen->notes, ElementsAre(HasSubstr("is one value")));
    }
  }
}

TEST(InferSchema, ReadsTheWholeFileAndAgainWhereMembersRepeat) {
  ScratchFile file("events.csv", "id;n;city\na;1;上海\nb;2;北京\na;3;上海\nragged\n");
  TagSchema given = {.population = "p", .member_id = "id"};
  const auto inferred = InferSchema({{file.path()}}, given);
  ASSERT_THAT(inferred, IsOk());
  ASSERT_EQ(inferred->schema.tags.size(), 2u);
  EXPECT_EQ(inferred->schema.tags[0].tag.kind(), v1::TAG_KIND_MULTI);
  EXPECT_EQ(inferred->schema.tags[1].tag.kind(), v1::TAG_KIND_SINGLE);
  EXPECT_EQ(inferred->schema.format.delimiter, ";");  // found out, and kept for the next file
  EXPECT_EQ(inferred->schema.population, "p");
  EXPECT_THAT(inferred->notes, ElementsAre(HasSubstr("3 records name 2 members, so 'n' is MULTI")));
  v1::Tag existing;
  existing.set_name("n");
  existing.set_kind(v1::TAG_KIND_NUMBER);
  const auto known = InferSchema({{file.path()}}, given, {existing});
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->schema.tags[0].tag.kind(), v1::TAG_KIND_NUMBER);
  EXPECT_THAT(known->notes[1], HasSubstr("line 4 contradicts an earlier record of 'a'"));
  given.member_id = "nobody";
  EXPECT_THAT(InferSchema({{file.path()}}, given, {}).status().message(), HasSubstr("no column 'nobody'"));
}

TEST(InferSchema, KeepsWhatIsGiven) {
  ScratchFile file("given.csv", "1|2|x\n2|-|y\n");
  const auto given = ParseTagSchema(
      "population: p\nmember_id: id\ncolumns: [id, n, city]\nmissing: ['-']\ntags:\n  - {name: town, column: "
      "city, "
      "kind: MULTI}\n",
      "given");
  const auto inferred = InferSchema({{file.path()}}, *given);
  ASSERT_THAT(inferred, IsOk());
  EXPECT_EQ(inferred->schema.population, "p");
  EXPECT_EQ(inferred->schema.format.delimiter, "|");
  EXPECT_THAT(inferred->schema.format.columns, ElementsAre("id", "n", "city"));
  EXPECT_THAT(inferred->schema.missing, ElementsAre("-"));
  ASSERT_EQ(inferred->schema.tags.size(), 2u);
  EXPECT_EQ(inferred->schema.tags[0].tag.name(), "town");
  EXPECT_EQ(inferred->schema.tags[0].tag.kind(), v1::TAG_KIND_MULTI);
  EXPECT_EQ(inferred->schema.tags[1].tag.name(), "n");
}

TEST(InferSchema, SaysTheCauseWhenNoRecordCanBeRead) {
  ScratchFile file("ragged.csv", "id,name,lat,lon\n1,name,0,0,\n2,name,0,0,\n");
  const auto inferred = InferSchema({{file.path()}}, {.member_id = "id"});
  EXPECT_THAT(inferred, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(
      inferred.status().message(),
      HasSubstr(
          "ragged.csv', line 2: the record has 5 cells, and the file has 4 columns: there is a delimiter "
          "too many at its end, which --trailing-delimiter tolerates; none of the 2 records can be"));
}

TEST_F(FileLoadTest, APopulationThatIsNotThereHasNoTagsSoFar) {
  server_.tag_pages.resize(1);
  server_.tag_pages[0].add_tags()->set_name("a");
  EXPECT_EQ(TagsSoFar(*client_, "p")->size(), 1u);
  server_.status = client::FailureWith(grpc::StatusCode::NOT_FOUND, "no 'p'", "UNKNOWN_POPULATION");
  EXPECT_TRUE(TagsSoFar(*client_, "p")->empty());
  server_.status = client::FailureWith(grpc::StatusCode::DATA_LOSS, "broken", "STORAGE_CORRUPT");
  EXPECT_THAT(TagsSoFar(*client_, "p"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(NotesOnSkippedColumns, NameThoseThatTheSchemaDoesNot) {
  ScratchFile file("wide.csv", "id,a,,b,c,d,e\n");
  auto reader = RecordReader::Open({file.path()}, {});
  TagSchema schema = {.member_id = "id"};
  schema.tags.push_back({.column = "b"});
  EXPECT_THAT(
      NotesOnSkippedColumns(schema, **reader),
      ElementsAre("the schema names no tag for the columns 'a', 'c', 'd' and 1 more, which are left out; "
                  "--infer beside --schema takes them too"));
  for (const char* column : {"a", "c", "d", "e"}) schema.tags.push_back({.column = column});
  EXPECT_THAT(NotesOnSkippedColumns(schema, **reader), testing::IsEmpty());
}

TEST(InputDigest, IsTheSha256OfTheFileAndOfHowItIsRead) {
  ScratchFile file("abc", "abc");
  EXPECT_NE(*DigestOfFile(file.path(), ";"), *DigestOfFile(file.path(), ","));
  EXPECT_EQ(absl::BytesToHexString(*DigestOfFile(file.path(), "")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ScratchFile empty("empty", "");
  EXPECT_EQ(absl::BytesToHexString(*DigestOfFile(empty.path(), "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(MakeLabel, IsNewEveryTimeAndFits) {
  EXPECT_THAT(MakeLabel("some/where/customers.csv"),
              testing::MatchesRegex("customers\\.csv-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}"));
  EXPECT_THAT(MakeLabel("-"), testing::StartsWith("stdin-"));
  EXPECT_LE(MakeLabel(std::string(300, 'x')).size(), 54u);
  EXPECT_THAT(MakeLabel("a b'c$(d)=e.csv"), testing::StartsWith("a-b-c-d-e.csv-20"));
  EXPECT_THAT(MakeLabel("顾客.csv"), testing::StartsWith("顾客.csv-20"));
  const std::filesystem::path before = std::filesystem::current_path();
  const std::string folder = testing::TempDir() + "/dt=2026-01-31";
  std::filesystem::create_directories(folder + "/below");
  std::filesystem::current_path(folder);
  for (const char* const path : {".", "./", "*.csv", "./part-*", "below/..", "b*/../part-?"})
    EXPECT_THAT(MakeLabel(path), testing::StartsWith("dt-2026-01-31-20")) << path;
  std::filesystem::current_path(before);
  EXPECT_THAT(MakeLabel(folder + "/p*.csv"), testing::StartsWith("dt-2026-01-31-20"));
  std::filesystem::remove_all(folder);
  EXPECT_THAT(MakeLabel("caf\xe9.csv"), testing::StartsWith("load-"));    // a label is UTF-8
  EXPECT_THAT(MakeLabel("a\x1b]0;b.csv"), testing::StartsWith("load-"));  // without control characters
  std::set<std::string> labels;
  for (int i = 0; i < 10'000; ++i) labels.insert(MakeLabel("a"));
  EXPECT_EQ(labels.size(), 10'000u);
}

// A list has no schema that could declare it.
TEST(IdReaderTest, AnotherEncodingIsDeclaredByAnOption) {
  ScratchFile file("ids.txt", absl::string_view("\xff\xfe"
                                                "a\0\n\0",
                                                6));
  const auto refused = IdReader::Open({file.path()});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(refused.status().message()),
              testing::EndsWith("is UTF-16: say so with --encoding utf-16"));
  auto reader = IdReader::Open({file.path()}, {.encoding = "utf-16"});
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(reader->ReadBatch()->ids().text(), "a");
}

}  // namespace
}  // namespace muster::loaders

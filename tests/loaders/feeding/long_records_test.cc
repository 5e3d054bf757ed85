#include "loaders/feeding/long_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "tests/loaders/files/scratch_file.h"
#include "tests/matchers/status.h"

namespace muster::loaders {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kSchema[] =
    "member_id: id\nlayout: long\ntag_column: name\nweight_column: w\ntags:\n"
    "  - {name: age, kind: NUMBER}\n"
    "  - {name: city, column: town, kind: SINGLE}\n"
    "  - {name: likes, kind: MULTI, weight_scale: 1}\n";

// The batch of a long table: each record as `line:id:tag:cell`, then each rejected one as `line!why`.
absl::StatusOr<std::vector<std::string>> Batched(absl::string_view text, absl::string_view yaml = kSchema) {
  ScratchFile file("long.csv", text);
  ASSIGN_OR_RETURN(const TagSchema schema, ParseTagSchema(std::string(yaml), "schema"));
  ASSIGN_OR_RETURN(auto reader, RecordReader::Open({file.path()}, schema.format));
  RecordBatcher batcher(0, {0});
  ASSIGN_OR_RETURN(LongRecords records, LongRecords::Make(schema, *reader, batcher));
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader->ReadSome(records);
  RETURN_IF_ERROR(more.status());
  const v1::LoadRecordsRequest message = batcher.TakeBatch();
  const v1::RecordBatch& batch = message.batch();
  std::vector<std::string> lines;
  const auto byte = [](const std::string& bytes, int at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[static_cast<size_t>(at)]));
  };
  const auto text_of = [](const v1::CellColumn& column, int i) {
    const uint32_t begin = i == 0 ? 0 : column.ends(i - 1);
    return column.text().substr(begin, column.ends(i) - begin);
  };
  for (int i = 0; i < batch.lines_size(); ++i) {
    const std::string& codes = batch.cells(0).codes();
    const int cell = codes.empty() ? i : static_cast<int>(byte(codes, 2 * i) + 256 * byte(codes, 2 * i + 1));
    lines.push_back(
        absl::StrCat(batch.lines(i), ":", text_of(batch.member_ids(), i), ":",
                     byte(batch.tag_numbers(), 2 * i) + 256 * byte(batch.tag_numbers(), 2 * i + 1), ":",
                     text_of(batch.cells(0), cell)));
  }
  for (const v1::RejectedRecord& rejected : batch.rejected())
    lines.push_back(absl::StrCat(rejected.line(), "!", rejected.message()));
  EXPECT_EQ(batch.cells_size(), 1);
  return lines;
}

TEST(LongRecords, GivesEachRecordTheNumberOfItsTag) {
  EXPECT_THAT(*Batched("id,name,value,w\nm1,age,30,\nm1, town ,X,\nm2,likes,rum,0.5\nm2,age,,\n"),
              ElementsAre("2:m1:0:30", "3:m1:1:X", "4:m2:2:rum:0.5", "5:m2:0:"));
  // Columns are found by name.
  EXPECT_THAT(*Batched("w,value,id,name\n,30,m1,age\n"), ElementsAre("2:m1:0:30"));
}

TEST(LongRecords, AWeightStandsBehindItsValue) {
  EXPECT_THAT(*Batched("id,name,value,w\na,likes,rum,\na,likes,rum:cola,\na,likes,x:y,2\na,likes,,3\n"),
              ElementsAre("2:a:2:rum", "3:a:2:rum:cola:1", "4:a:2:x:y:2",
                          "5!tag 'likes': the record has the weight '3' and no value"));
}

// As Hive writes them.
TEST(LongRecords, AWeightMayBeMissingLikeAValue) {
  const std::string yaml = absl::StrCat(kSchema, "missing: [\"\\\\N\"]\n");
  EXPECT_THAT(*Batched("id,name,value,w\na,likes,rum,\\N\na,age,30,\\N\na,likes,\\N,\\N\n", yaml),
              ElementsAre("2:a:2:rum", "3:a:0:30", "4:a:2:\\N"));
}

TEST(LongRecords, RejectsOtherTagsByName) {
  EXPECT_THAT(*Batched("id,name,value,w\na,agee,1,\na,,1,\na,city,X,\na,age,2,\na,age,3,0.5\n"),
              ElementsAre("5:a:0:2", "2!'agee' is no tag of the schema; did you mean 'age'?",
                          "3!the record names no tag in 'name'", "4!'city' is no tag of the schema",
                          HasSubstr("6!tag 'age' has no weights, and the record has '0.5'")));
}

TEST(LongRecords, NeedsItsColumns) {
  EXPECT_THAT(Batched("id,tag,value,w\n"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(Batched("id,name,value\n").status().message()), HasSubstr("has no column 'w'"));
}

}  // namespace
}  // namespace muster::loaders

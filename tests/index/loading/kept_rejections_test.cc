#include "index/loading/rejections/kept_rejections.h"

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

RejectedRecord Rejected(uint64_t line, std::string message) {
  return {line, Rejection::kBadCell, std::move(message)};
}

std::vector<RejectedRecord> AllOf(const KeptRejections& kept) {
  const KeptRejections::Reading reading = kept.BeginReading();
  std::vector<RejectedRecord> all;
  for (size_t block = 0; block <= reading.blocks; ++block) {
    const auto records = kept.Read(reading, block);
    EXPECT_THAT(records, IsOk());
    if (records.ok()) all.insert(all.end(), records->begin(), records->end());
  }
  return all;
}

TEST(KeptRejections, GivesBackManyInTheirOrderWithTheirFiles) {
  constexpr uint64_t kRecords = 30'000;
  KeptRejections kept(::testing::TempDir());
  EXPECT_THAT(AllOf(kept), IsEmpty());
  kept.AddFile({"a.csv", 0});
  // Contradictions are found after all files were named.
  for (uint64_t i = kRecords; i > 0; --i) kept.Add(Rejected(i, absl::StrCat("why ", i)));
  kept.AddFile({"b.csv", 10'000});
  const std::vector<RejectedRecord> all = AllOf(kept);
  ASSERT_EQ(all.size(), kRecords);
  EXPECT_GT(kept.disk_bytes(), KeptRejections::kBlockBytes);
  EXPECT_LT(kept.ByteSize(), 4 * KeptRejections::kBlockBytes) << "the rest is on the disk";
  for (uint64_t i = 0; i < kRecords; ++i) {
    const RejectedRecord& record = all[i];
    const uint64_t line = kRecords - i;
    ASSERT_EQ(record.line, line);
    ASSERT_EQ(record.message, absl::StrCat("why ", line));
    ASSERT_EQ(record.reason, Rejection::kBadCell);
    ASSERT_EQ(record.file, line > 10'000 ? "b.csv" : "a.csv");
    ASSERT_EQ(record.line_in_file, line > 10'000 ? line - 10'000 : line);
  }
  EXPECT_EQ(kept.BeginReading().missing, 0u);
}

TEST(KeptRejections, CountsWhatIsBeyondItsBound) {
  constexpr uint64_t kBound = uint64_t{2} << 20;
  KeptRejections kept(::testing::TempDir(), kBound);
  const std::string long_message(1'000, 'x');
  for (uint64_t i = 1; i <= 5'000; ++i) kept.Add(Rejected(i, long_message));
  kept.Add(Rejected(5'001, ""));  // small enough, but others before it are missing
  const KeptRejections::Reading reading = kept.BeginReading();
  const uint64_t there = AllOf(kept).size();
  EXPECT_EQ(there + reading.missing, 5'001u);
  EXPECT_GT(there, 2'000u);
  EXPECT_LT(there, 2'100u);
  EXPECT_THAT(reading.why, HasSubstr("2 MiB"));
}

TEST(KeptRejections, ADiskThatTakesNothingDoesNotDisturbTheLoad) {
  KeptRejections kept("/nowhere/at/all");
  const std::string message(1'000, 'x');
  for (uint64_t i = 1; i <= 1'000; ++i) kept.Add(Rejected(i, message));
  const KeptRejections::Reading reading = kept.BeginReading();
  const uint64_t there = AllOf(kept).size();
  EXPECT_GT(there, 250u) << "those in memory";
  EXPECT_EQ(there + reading.missing, 1'000u);
  EXPECT_THAT(reading.why, HasSubstr("/nowhere/at/all"));
}

TEST(KeptRejections, IsReadWhileItGrows) {
  constexpr uint64_t kRecords = 50'000;
  KeptRejections kept(::testing::TempDir());
  std::thread adding([&kept] {
    for (uint64_t i = 1; i <= kRecords; ++i) kept.Add(Rejected(i, "why"));
  });
  size_t seen = 0;
  while (seen < kRecords) {
    const std::vector<RejectedRecord> all = AllOf(kept);
    ASSERT_GE(all.size(), seen);
    for (size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i].line, i + 1);
    seen = all.size();
  }
  adding.join();
}

TEST(FileLines, FindsTheFileOfALine) {
  FileLines files;
  RejectedRecord record = Rejected(7, "");
  files.Name(record);
  EXPECT_EQ(record.file, "") << "none is known";
  ASSERT_THAT(files.Check({{"a", 2}, {"empty", 5}, {"b", 5}}), IsOk());
  for (const InputFile& file : {InputFile{"a", 2}, InputFile{"empty", 5}, InputFile{"b", 5}}) files.Add(file);
  const std::vector<std::pair<std::string, uint64_t>> expected = {{"", 0},  {"", 0},  {"a", 1}, {"a", 2},
                                                                  {"a", 3}, {"b", 1}, {"b", 2}};
  for (uint64_t line = 1; line <= expected.size(); ++line) {
    RejectedRecord at = Rejected(line, "");
    files.Name(at);
    EXPECT_EQ(std::make_pair(at.file, at.line_in_file), expected[line - 1]) << line;
  }
}

TEST(FileLines, RefusesFilesThatCannotBe) {
  FileLines files;
  files.Add({"a", 5});
  EXPECT_EQ(ReasonOf(files.Check({{"b", 4}})), Reason::kBadRequest);
  EXPECT_EQ(ReasonOf(files.Check({{"b", 9}, {"c", 8}})), Reason::kBadRequest);
  EXPECT_EQ(ReasonOf(files.Check({{std::string(kInputFileNameBytesMax + 1, 'x'), 9}})), Reason::kLimit);
  EXPECT_EQ(ReasonOf(files.Check(std::vector<InputFile>(kInputFilesMax, {"b", 9}))), Reason::kLimit);
  EXPECT_THAT(files.Check({{"b", 5}, {std::string(kInputFileNameBytesMax, 'x'), 5}}), IsOk());
}

}  // namespace
}  // namespace muster::index

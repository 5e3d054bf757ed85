// The files of parts: batches come once and in order, survive what a crash leaves, and damage is found.
#include "index/feeds/part_file.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const PartKey kKey{"part-00001.csv", 3};

class PartFileTest : public ::testing::Test {
 protected:
  PartFileTest() {
    std::string pattern = (fs::temp_directory_path() / "muster_part_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/1.part";
  }
  ~PartFileTest() override { fs::remove_all(folder_); }

  // A part with the batches "batch 0", "batch 1" and so on, of i + 1 records each, all of them durable.
  std::shared_ptr<PartFile> Stored(int batches) {
    std::shared_ptr<PartFile> part = *PartFile::Make(path_, kKey);
    const auto feed = *PartFeed::Open(part);
    for (int i = 0; i < batches; ++i) EXPECT_THAT(feed->Append(i, i + 1, Batch(i)), IsOk());
    EXPECT_THAT(feed->Sync(), IsOk());
    return part;
  }
  static std::string Batch(int i) { return "batch " + std::to_string(i) + std::string(100, 'x'); }

  static absl::Status Read(const PartFile& part, std::vector<std::string>& batches) {
    ASSIGN_OR_RETURN(const auto reader, PartReader::Open(part, part.durable().batches));
    while (!reader->AtEnd()) {
      ASSIGN_OR_RETURN(std::string batch, reader->Next());
      batches.push_back(std::move(batch));
    }
    return absl::OkStatus();
  }
  std::string Bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void Write(const std::string& bytes) const {
    std::ofstream out(path_, std::ios::binary | std::ios::trunc);
    out << bytes;
  }

  std::string folder_, path_;
};

TEST_F(PartFileTest, BatchesComeBackInOrder) {
  const auto part = Stored(3);
  EXPECT_EQ(part->durable().batches, 3u);
  EXPECT_EQ(part->durable().records, 6u);
  std::vector<std::string> batches;
  EXPECT_THAT(Read(*part, batches), IsOk());
  EXPECT_THAT(batches, ElementsAre(Batch(0), Batch(1), Batch(2)));
}

TEST_F(PartFileTest, ABatchIsTakenOnceAndNoneIsLeftOut) {
  const auto part = Stored(2);
  const auto feed = *PartFeed::Open(part);
  EXPECT_THAT(feed->Append(1, 99, "sent twice"), IsOk());
  EXPECT_EQ(part->durable().records, 3u);
  const absl::Status gap = feed->Append(3, 1, "too far");
  EXPECT_THAT(gap, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(gap), Reason::kBatchOutOfOrder);
  EXPECT_EQ(FactsOf(gap).at("expected"), "2");
  EXPECT_THAT(std::string(gap.message()), HasSubstr("part 'part-00001.csv', attempt 3"));
  EXPECT_THAT(feed->Append(2, 1, ""), IsOk()) << "an empty batch is one, too";
  EXPECT_THAT(feed->Sync(), IsOk());
  std::vector<std::string> batches;
  EXPECT_THAT(Read(*part, batches), IsOk());
  EXPECT_THAT(batches, ElementsAre(Batch(0), Batch(1), ""));
}

TEST_F(PartFileTest, WhatAFeedAppendedIsDurableWhenItEnds) {
  const auto part = Stored(0);
  {
    const auto feed = *PartFeed::Open(part);
    EXPECT_THAT(feed->Append(0, 7, Batch(0)), IsOk());
    EXPECT_EQ(part->durable().batches, 0u);
  }
  EXPECT_EQ(part->durable().batches, 1u);
  EXPECT_EQ(part->durable().records, 7u);
}

TEST_F(PartFileTest, TwoFeedsOfAPartStoreEachBatchOnce) {
  const auto part = Stored(0);
  constexpr int kBatches = 200;
  const auto work = [&] {
    const auto feed = *PartFeed::Open(part);
    for (int i = 0; i < kBatches; ++i) ASSERT_THAT(feed->Append(i, 1, Batch(i)), IsOk());
  };
  std::thread other(work);
  work();
  other.join();
  std::vector<std::string> batches;
  EXPECT_THAT(Read(*part, batches), IsOk());
  ASSERT_EQ(batches.size(), static_cast<size_t>(kBatches));
  for (int i = 0; i < kBatches; ++i) EXPECT_EQ(batches[i], Batch(i));
}

// Whatever end the file was left with: the batches before it are there, and the part goes on behind them.
TEST_F(PartFileTest, ATornEndIsCutOffAtEachByte) {
  Stored(2);
  const std::string two = Bytes();
  {
    const auto feed = *PartFeed::Open(std::shared_ptr<PartFile>(*PartFile::Open(path_)));
    ASSERT_THAT(feed->Append(2, 3, Batch(2)), IsOk());
  }
  const std::string three = Bytes();
  // The mark of two batches with some bytes of the third: it was not durable.
  for (size_t size = two.size(); size <= three.size(); ++size) {
    Write(two + three.substr(two.size(), size - two.size()));
    std::shared_ptr<PartFile> part = *PartFile::Open(path_);
    ASSERT_NE(part, nullptr);
    const uint64_t whole = size == three.size() ? 3 : 2;
    ASSERT_EQ(part->durable().batches, whole) << size;
    const auto feed = *PartFeed::Open(part);
    ASSERT_THAT(feed->Append(whole, 1, "next"), IsOk());
    ASSERT_THAT(feed->Sync(), IsOk());
    std::vector<std::string> batches;
    ASSERT_THAT(Read(*part, batches), IsOk());
    ASSERT_EQ(batches.size(), whole + 1);
    ASSERT_EQ(batches.back(), "next");
  }
}

// A durable batch is never lost without a word.
TEST_F(PartFileTest, AMissingEndIsDamage) {
  Stored(2);
  Write(Bytes().substr(0, Bytes().size() - 1));
  const std::shared_ptr<PartFile> part = *PartFile::Open(path_);
  ASSERT_NE(part, nullptr);
  EXPECT_THAT(part->damage(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(part->damage().message()), HasSubstr("feed the part again as another attempt"));
  EXPECT_THAT(PartFeed::Open(part), StatusIs(absl::StatusCode::kDataLoss));
}

// Whichever byte is flipped: the batches are those that were written, or it is DATA_LOSS, or there is no part.
TEST_F(PartFileTest, EachFlippedByteIsFound) {
  Stored(2);
  const std::string good = Bytes();
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    Write(bad);
    const std::shared_ptr<PartFile> part = *PartFile::Open(path_);
    if (part == nullptr) continue;
    std::vector<std::string> batches;
    const absl::Status read = Read(*part, batches);
    EXPECT_THAT(read, StatusIs(absl::StatusCode::kDataLoss)) << "byte " << at;
    EXPECT_EQ(ReasonOf(read), Reason::kStorageCorrupt);
    for (size_t i = 0; i < batches.size(); ++i) EXPECT_EQ(batches[i], Batch(static_cast<int>(i)));
  }
}

TEST_F(PartFileTest, AFileWithoutItsBeginningIsNoPart) {
  Stored(0);
  const std::string head = Bytes();
  for (size_t size = 0; size < head.size(); ++size) {
    Write(head.substr(0, size));
    const auto part = PartFile::Open(path_);
    ASSERT_THAT(part, IsOk());
    EXPECT_EQ(*part, nullptr) << size;
  }
  EXPECT_THAT(PartFile::Open(folder_ + "/none"), ::testing::Not(IsOk()));
}

// The limit of a file's size stands for a full disk.
TEST_F(PartFileTest, AFullDiskLosesNothingThatIsStored) {
  const auto part = Stored(2);
  const auto feed = *PartFeed::Open(part);
  struct rlimit old;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit low = old;
  low.rlim_cur = 2'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  std::string random;
  uint64_t state = 1;
  for (int i = 0; i < 4'000; ++i)
    random += static_cast<char>((state = state * 6364136223846793005u + 1) >> 56);
  const absl::Status full = feed->Append(2, 1, random);
  const absl::Status small = feed->Append(2, 1, "small");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(full), Reason::kDiskFull);
  EXPECT_THAT(small, IsOk());
  EXPECT_THAT(feed->Append(3, 1, random), IsOk());
  EXPECT_THAT(feed->Sync(), IsOk());
  std::vector<std::string> batches;
  EXPECT_THAT(Read(*part, batches), IsOk());
  EXPECT_THAT(batches, ElementsAre(Batch(0), Batch(1), "small", random));
}

TEST_F(PartFileTest, LargeBatchesAreCompressedAndMixedOnesAreNot) {
  const auto part = Stored(0);
  std::string random;
  uint64_t state = 1;
  for (int i = 0; i < 4'000; ++i)
    random += static_cast<char>((state = state * 6364136223846793005u + 1) >> 56);
  const std::string even(1 << 20, 'e');
  {
    const auto feed = *PartFeed::Open(part);
    EXPECT_THAT(feed->Append(0, 1, even), IsOk());
    EXPECT_THAT(feed->Append(1, 1, random), IsOk());
  }
  EXPECT_LT(part->durable().bytes, 8'000u);
  std::vector<std::string> batches;
  EXPECT_THAT(Read(*part, batches), IsOk());
  EXPECT_THAT(batches, ElementsAre(even, random));
}

}  // namespace
}  // namespace muster::index

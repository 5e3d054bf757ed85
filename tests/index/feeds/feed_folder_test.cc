// The folder of an open load: it is there whole or not at all, with the parts that have batches.
#include "index/feeds/feed_folder.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

class FeedFolderTest : public ::testing::Test {
 protected:
  FeedFolderTest() {
    std::string pattern = (fs::temp_directory_path() / "muster_feed_XXXXXX").string();
    above_ = ::mkdtemp(pattern.data());
    path_ = above_ + "/load";
  }
  ~FeedFolderTest() override { fs::remove_all(above_); }

  static void Feed(FeedFolder& folder, const PartKey& key, int batches) {
    const auto feed = *PartFeed::Open(*folder.PartToFeed(key));
    for (int i = 0; i < batches; ++i) ASSERT_THAT(feed->Append(i, 1, "records"), IsOk());
  }

  std::string above_, path_;
};

TEST_F(FeedFolderTest, IsOpenedAgainWithItsParts) {
  {
    const auto folder = *FeedFolder::Make(path_, "what it is");
    Feed(*folder, {"b", 0}, 2);
    Feed(*folder, {"a", 1}, 1);
    Feed(*folder, {"empty", 0}, 0);
  }
  const auto folder = *FeedFolder::Open(path_);
  ASSERT_NE(folder, nullptr);
  EXPECT_EQ(folder->content(), "what it is");
  const auto parts = folder->ListParts();
  ASSERT_EQ(parts.size(), 2u) << "a part without a batch is not kept";
  EXPECT_EQ(parts[0]->key(), (PartKey{"a", 1}));
  EXPECT_EQ(parts[1]->durable().batches, 2u);
  EXPECT_EQ(folder->FindPart({"a", 0}), nullptr) << "another attempt is another part";
  Feed(*folder, {"empty", 0}, 1);
  EXPECT_EQ((*FeedFolder::Open(path_))->ListParts().size(), 3u);
}

TEST_F(FeedFolderTest, IsGoneWhenItIsRemoved) {
  const auto folder = *FeedFolder::Make(path_, "what it is");
  Feed(*folder, {"a", 0}, 1);
  const auto feed = *PartFeed::Open(*folder->PartToFeed({"a", 0}));
  EXPECT_THAT(folder->Remove(), IsOk());
  EXPECT_TRUE(fs::is_empty(above_));
  EXPECT_THAT(feed->Append(1, 1, "nobody reads it"), IsOk());
  EXPECT_THAT(folder->PartToFeed({"b", 0}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(folder->Remove(), IsOk());
}

TEST_F(FeedFolderTest, OneThatWasNotMadeCompletelyIsNone) {
  fs::create_directory(path_);
  EXPECT_EQ(*FeedFolder::Open(path_), nullptr);
  std::ofstream(path_ + "/SPEC.tmp") << "MUSTLOAD";
  EXPECT_EQ(*FeedFolder::Open(path_), nullptr);
}

TEST_F(FeedFolderTest, ADamagedContentIsFound) {
  { const auto made = *FeedFolder::Make(path_, "what it is"); }
  std::fstream file(path_ + "/SPEC", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1, std::ios::end);
  file.put('!');
  file.close();
  EXPECT_THAT(FeedFolder::Open(path_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(FeedFolderTest, HasALimitOfParts) {
  const auto folder = *FeedFolder::Make(path_, "what it is");
  for (size_t i = 0; i < kFedPartsMax; ++i)
    ASSERT_THAT(folder->PartToFeed({"part", static_cast<uint32_t>(i)}), IsOk());
  const absl::Status full = folder->PartToFeed({"another", 0}).status();
  EXPECT_THAT(full, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(full), Reason::kLimit);
  EXPECT_EQ(FactsOf(full).at("limit"), "10000");
  EXPECT_THAT(folder->PartToFeed({"part", 7}), IsOk());
}

}  // namespace
}  // namespace muster::index

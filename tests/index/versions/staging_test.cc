// Staging: the kinds of records, their order, and the sweeping of records that are never published.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "index/bitmap/fragment_record.h"
#include "index/storage/fault_point.h"
#include "index/versions/publishing/sweeper.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr TagId kTag = 3;
const absl::CivilDay kDay(2026, 1, 5);

Bitmap Every(uint32_t step) {
  std::vector<uint32_t> locals;
  for (uint32_t local = 0; local < kFragmentOrdinals; local += step) locals.push_back(local);
  return Bitmap::FromSorted(locals);
}

class StagingTest : public ::testing::Test {
 protected:
  uint64_t CountItems(DatabaseId database) {
    return store_.environment().BeginRead()->CountItems(database).value();
  }

  std::vector<StagedEntry> Staged() { return ListStaged(*store_.environment().BeginRead()).value(); }

  RecordKind KindOf(EdgeId edge, RowId row) {
    auto reader = store_.environment().BeginRead();
    auto bytes = reader->Get(DatabaseId::kEdges, MakeKey(edge, row, 0)).value().value();
    return ReadRecordHeader({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()})->kind;
  }

  void WaitUntilSwept() {
    while (!Staged().empty()) std::this_thread::yield();
  }

  StoreUnderTest store_;
};

TEST_F(StagingTest, SparseChangesAreFlipsAndDenseOnesImages) {
  Content before, after;
  const Bitmap dense = Every(3);
  Bitmap few_flips = dense, many_flips = dense, sparse_many = Every(100);
  for (uint32_t i = 0; i < 100; ++i) few_flips.Add(i * 2000 + 1);
  for (uint32_t i = 0; i < 3000; ++i) many_flips.Add(i * 60 + 1);
  before = {{{1, 0}, dense}, {{2, 0}, dense}, {{3, 0}, Every(100)}, {{5, 0}, dense}};
  for (uint32_t i = 0; i < 600; ++i) sparse_many.Add(i * 300 + 1);
  after = {{{1, 0}, few_flips},
           {{2, 0}, many_flips},
           {{3, 0}, sparse_many},
           {{4, 0}, Every(5000)},
           {{5, 0}, dense}};
  const Version one = store_.PublishStore(1, kTag, before, kDay);
  auto staged = store_.StageEdge(2, kTag, one, before, after);
  ASSERT_THAT(staged, IsOk());
  EXPECT_EQ(staged->changed_records, 4u) << "row 5 is the same";
  EXPECT_EQ(KindOf(staged->edge, 1), RecordKind::kXor);
  EXPECT_EQ(KindOf(staged->edge, 2), RecordKind::kAfter);
  EXPECT_EQ(KindOf(staged->edge, 3), RecordKind::kXor);
  EXPECT_EQ(KindOf(staged->edge, 4), RecordKind::kAfter) << "flips would be no smaller than the image";
}

TEST_F(StagingTest, NothingDifferentStagesNothing) {
  const Content content{{{kKnownRow, 0}, Every(5)}};
  const Version one = store_.PublishStore(1, kTag, content, kDay);
  auto staged = store_.StageEdge(2, kTag, one, content, content);
  ASSERT_THAT(staged, IsOk());
  EXPECT_EQ(staged->edge, kNoEdge);
  EXPECT_TRUE(Staged().empty());
  const Version two = store_.Publish(*staged, kDay);
  auto snapshot = store_.versions().OpenSnapshot({{kTag, two}});
  EXPECT_EQ((*snapshot)->RowCardinality({kTag, kKnownRow}).value(), Every(5).Cardinality());
}

TEST_F(StagingTest, AThousandStoresOfOneBatchTakeAFewTurns) {
  static std::atomic<int> commits{0};
  commits = 0;
  SetFaultHook([](const char* point) { commits += std::string_view(point) == "storage/after_commit"; });
  StagedBatch batch(store_.writer(), 1, 256);
  std::vector<Publication> publications;
  for (TagId tag = 1; tag <= 1000; ++tag) {
    auto writer = StoreWriter::Begin(batch, tag, StoreLayout::kRows);
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT(writer->Put(kKnownRow, 0, Bitmap::FromSorted({tag})), IsOk());
    publications.push_back({*writer->Finish(), kDay, true});
    EXPECT_EQ(publications.back().staged.known_change, 1);
  }
  ASSERT_THAT(batch.Flush(), IsOk());
  ASSERT_THAT(store_.PublishAll(publications), IsOk());
  SetFaultHook(nullptr);
  EXPECT_LT(commits.load(), 12);
  EXPECT_TRUE(Staged().empty());
  EXPECT_EQ((*store_.versions().CurrentSnapshot())->versions().size(), 1001u);
}

// All tags that a population may have, first as new stores and then as edges, become visible in one
// transaction each, and it is far from its bound, whatever the versions behind them.
TEST_F(StagingTest, TenThousandVersionsAreShownInOneSmallTransaction) {
  constexpr TagId kTags = 10'000;
  for (Version version = 1; version <= 3; ++version) {
    StagedBatch batch(store_.writer(), version, 256);
    std::vector<Publication> publications;
    for (TagId tag = 1; tag <= kTags; ++tag) {
      absl::StatusOr<StagedVersion> staged;
      if (version == 1) {
        auto writer = StoreWriter::Begin(batch, tag, StoreLayout::kRows);
        ASSERT_THAT(writer->Put(kKnownRow, 0, Bitmap::FromSorted({version})), IsOk());
        staged = writer->Finish();
      } else {
        EdgeWriter writer(batch, tag, version - 1);
        const Bitmap before = Bitmap::FromSorted({version - 1}), after = Bitmap::FromSorted({version});
        ASSERT_THAT(writer.Change(kKnownRow, 0, before, after), IsOk());
        staged = writer.Finish();
      }
      publications.push_back({*staged, kDay + version, true});
    }
    ASSERT_THAT(batch.Flush(), IsOk());
    const auto prepared = PrepareVersions(store_.writer(), version, publications);
    ASSERT_THAT(prepared, IsOk());
    uint32_t pages = 0;
    const absl::Status shown = store_.writer().Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
      absl::Status status = ShowVersions(transaction, *prepared);
      pages = transaction.touched_pages();
      return status;
    });
    ASSERT_THAT(shown, IsOk());
    EXPECT_LT(pages, 200u) << "version " << version;
  }
}

TEST_F(StagingTest, DescendingKeysAreRefused) {
  StagedBatch batch(store_.writer(), 1);
  auto writer = StoreWriter::Begin(batch, kTag, StoreLayout::kRows);
  ASSERT_THAT(writer->Put(5, 2, Every(1000)), IsOk());
  EXPECT_THAT(writer->Put(5, 2, Every(1000)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(writer->Put(4, 9, Every(1000)), StatusIs(absl::StatusCode::kInvalidArgument));
  EdgeWriter edge(batch, kTag, 1);
  ASSERT_THAT(edge.Change(5, 2, Bitmap(), Every(1000)), IsOk());
  EXPECT_THAT(edge.Change(5, 1, Bitmap(), Every(1000)), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StagingTest, OnlyTheDiscardedLoadIsSwept) {
  const uint64_t stores = CountItems(DatabaseId::kStores);
  const Version one = store_.PublishStore(1, kTag, {{{kKnownRow, 0}, Every(5)}}, kDay);
  const uint64_t published = CountItems(DatabaseId::kFragments);
  {
    StagedBatch batch(store_.writer(), 2);
    auto writer = StoreWriter::Begin(batch, kTag + 1, StoreLayout::kRows);
    for (uint32_t fragment = 0; fragment < 300; ++fragment)
      ASSERT_THAT(writer->Put(0, fragment, Every(3)), IsOk());
    ASSERT_THAT(writer->Finish(), IsOk());
    ASSERT_THAT(batch.Flush(), IsOk());
  }
  ASSERT_THAT(store_.StageEdge(2, kTag, one, {}, {{{9, 0}, Every(7)}}), IsOk());
  auto kept = store_.StageEdge(3, kTag, one, {}, {{{9, 0}, Every(9)}});
  EXPECT_EQ(Staged().size(), 3u);
  ASSERT_THAT(store_.versions().DiscardStaged(2), IsOk());
  while (Staged().size() > 1) std::this_thread::yield();
  EXPECT_EQ(Staged().front().load, 3u);
  EXPECT_EQ(CountItems(DatabaseId::kFragments), published);
  EXPECT_EQ(CountItems(DatabaseId::kStores), stores + 1);
  EXPECT_EQ(CountItems(DatabaseId::kEdges), 1u);
  EXPECT_EQ(CountItems(DatabaseId::kEdgeStats), 1u);
  store_.Publish(*kept, kDay);
}

TEST_F(StagingTest, ARestartSweepsWhatNoVersionNames) {
  const Version one = store_.PublishStore(1, kTag, {{{kKnownRow, 0}, Every(5)}}, kDay);
  const uint64_t fragments = CountItems(DatabaseId::kFragments), rows = CountItems(DatabaseId::kRowStats);
  StagedBatch batch(store_.writer(), 2);
  auto writer = StoreWriter::Begin(batch, kTag, StoreLayout::kRows);
  ASSERT_THAT(writer->Put(0, 0, Every(3)), IsOk());
  ASSERT_THAT(writer->Finish(), IsOk());
  ASSERT_THAT(batch.Flush(), IsOk());
  ASSERT_THAT(store_.StageEdge(2, kTag, one, {}, {{{9, 0}, Every(7)}}), IsOk());
  store_.Reopen();
  WaitUntilSwept();
  EXPECT_EQ(CountItems(DatabaseId::kFragments), fragments);
  EXPECT_EQ(CountItems(DatabaseId::kRowStats), rows);
  EXPECT_EQ(CountItems(DatabaseId::kEdges), 0u);
  EXPECT_EQ((*store_.versions().CurrentSnapshot())->RowCardinality({kTag, kKnownRow}).value(),
            Every(5).Cardinality());
}

TEST_F(StagingTest, APublishedThingIsNeverSwept) {
  store_.PublishStore(1, kTag, {{{kKnownRow, 0}, Every(5)}}, kDay);
  auto refused = store_.writer().Run(WriteClass::kSweep, [](WriteTransaction& transaction) {
    return SweepBite(transaction, {StagedKind::kStore, 2, 1}).status();
  });
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(StagingTest, TwoLoadsStageSideBySide) {
  const Content first{{{kKnownRow, 0}, Every(5)}};
  const Version a = store_.PublishStore(1, kTag, first, kDay),
                b = store_.PublishStore(1, kTag + 1, first, kDay);
  Content large;
  for (uint32_t fragment = 0; fragment < 200; ++fragment) large[{MakeRow(1, 0), fragment}] = Every(4);
  absl::StatusOr<StagedVersion> staged[2];
  std::thread other([&] { staged[0] = store_.StageEdge(2, kTag, a, {}, large); });
  staged[1] = store_.StageEdge(3, kTag + 1, b, {}, large);
  other.join();
  ASSERT_TRUE(staged[0].ok() && staged[1].ok());
  store_.Publish(*staged[0], kDay);
  store_.Publish(*staged[1], kDay);
  auto snapshot = store_.versions().CurrentSnapshot();
  for (TagId tag : {kTag, kTag + 1}) {
    EXPECT_EQ((*snapshot)->RowCardinality({tag, MakeRow(1, 0)}).value(), 200u * Every(4).Cardinality());
  }
}

// "A MERGE of 1,000 members into a 100,000-value tag of 10 million members writes less than 4 MB": the edge's
// part.
TEST_F(StagingTest, ASmallEdgeWritesLittle) {
  const auto bytes_written = [] {
    std::ifstream io("/proc/self/io");
    std::string name;
    uint64_t number = 0;
    while (io >> name >> number && name != "wchar:") {
    }
    return number;
  };
  constexpr uint32_t kMembers = 10'000'000, kValues = 100'000;
  const auto row_of = [](uint32_t member) { return MakeRow(1 + member % kValues, 0); };
  Content before, after;
  for (uint32_t i = 0; i < 1000; ++i) {
    const uint32_t member = i * 9973u;
    ASSERT_LT(member, kMembers);
    after[{row_of(member + 1), FragmentOf(member)}].Add(LocalOf(member));
    before[{row_of(member), FragmentOf(member)}].Add(LocalOf(member));
    for (Slot bit = 0; bit < 17; ++bit) {
      if (i >> (bit % 10) & 1)
        after[{MakeRow(0, kFirstMagnitudeSlot + bit), FragmentOf(member)}].Add(LocalOf(member));
    }
  }
  const Version one = store_.PublishStore(1, kTag, before, kDay);
  const uint64_t start = bytes_written();
  store_.PublishEdge(2, kTag, one, before, after, kDay);
  EXPECT_LT(bytes_written() - start, uint64_t{4} << 20);
}

}  // namespace
}  // namespace muster::index

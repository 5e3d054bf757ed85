// A population's versions, and a model that stores every version in full.
#ifndef MUSTER_TESTS_INDEX_VERSIONS_VERSION_MODEL_H_
#define MUSTER_TESTS_INDEX_VERSIONS_VERSION_MODEL_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/storage/environment.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/edge_writer.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/publishing/store_writer.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "index/versions/versions.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {

// What one version holds: every fragment that isn't empty.
using Content = std::map<std::pair<RowId, uint32_t>, Bitmap>;

// The store under test with its settler off, in a directory of its own.
class StoreUnderTest {
 public:
  StoreUnderTest() : own_(std::in_place), path_(own_->path()) { Open(); }
  // In somebody else's directory.
  explicit StoreUnderTest(const std::string& directory) : path_(directory) { Open(); }
  ~StoreUnderTest() { Close(); }

  void Reopen() {
    Close();
    Open();
  }
  Versions& versions() { return *versions_; }
  WriterQueue& writer() { return *writer_; }
  Environment& environment() { return *environment_; }

  // Stages and publishes `content` as a new store.
  Version PublishStore(LoadId load, TagId tag, const Content& content, absl::CivilDay day) {
    auto staged = StageStore(load, tag, content);
    EXPECT_THAT(staged, IsOk());
    return Publish(*staged, day);
  }

  absl::StatusOr<StagedVersion> StageStore(LoadId load, TagId tag, const Content& content) {
    StagedBatch batch(*writer_, load);
    const StoreLayout layout =
        counted.empty() ? StoreLayout::kRows : StoreLayout::kFrequentRowsAndValueSlices;
    ASSIGN_OR_RETURN(auto writer, StoreWriter::Begin(batch, tag, layout, ValuesNotCounted(content)));
    for (const auto& [key, bitmap] : content) {
      if (counted.count(key.first) == 0) {
        EXPECT_THAT(writer.Put(key.first, key.second, bitmap), IsOk());
      } else if (StartsRow(content, key)) {
        EXPECT_THAT(writer.PutCount(key.first, Cardinality(content, key.first)), IsOk());
      }
    }
    absl::StatusOr<StagedVersion> staged = writer.Finish();
    RETURN_IF_ERROR(batch.Flush());
    return staged;
  }

  // Stages and publishes an edge from `parent`.
  Version PublishEdge(LoadId load, TagId tag, Version parent, const Content& before, const Content& after,
                      absl::CivilDay day) {
    auto staged = StageEdge(load, tag, parent, before, after);
    EXPECT_THAT(staged, IsOk());
    return Publish(*staged, day);
  }

  absl::StatusOr<StagedVersion> StageEdge(LoadId load, TagId tag, Version parent, const Content& before,
                                          const Content& after) {
    StagedBatch batch(*writer_, load);
    EdgeWriter writer(batch, tag, parent);
    std::set<std::pair<RowId, uint32_t>> keys;
    for (const auto& [key, bitmap] : before) keys.insert(key);
    for (const auto& [key, bitmap] : after) keys.insert(key);
    RowId last_counted = kKnownRow;
    for (const auto& key : keys) {
      absl::Status status;
      if (counted.count(key.first) == 0) {
        status = writer.Change(key.first, key.second, At(before, key), At(after, key));
      } else if (key.first != last_counted) {
        last_counted = key.first;
        status = writer.ChangeCount(key.first, static_cast<int64_t>(Cardinality(after, key.first)) -
                                                   static_cast<int64_t>(Cardinality(before, key.first)));
      }
      RETURN_IF_ERROR(status);
    }
    absl::StatusOr<StagedVersion> staged = writer.Finish();
    RETURN_IF_ERROR(batch.Flush());
    return staged;
  }

  // Both steps; the versions in the order of the publications.
  absl::StatusOr<std::vector<Version>> PublishAll(const std::vector<Publication>& publications) {
    ASSIGN_OR_RETURN(auto prepared,
                     PrepareVersions(*writer_, publications.front().staged.load, publications));
    RETURN_IF_ERROR(writer_->Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
      return ShowVersions(transaction, prepared);
    }));
    std::vector<Version> versions;
    for (const PreparedVersion& version : prepared.versions) versions.push_back(version.version);
    return versions;
  }

  Version Publish(const StagedVersion& staged, absl::CivilDay day, bool parent_must_be_current = false) {
    const absl::StatusOr<std::vector<Version>> versions = PublishAll({{staged, day, parent_must_be_current}});
    EXPECT_THAT(versions, IsOk());
    return versions.ok() ? versions->front() : kNoVersion;
  }

  // Rows that only have statistics; never the known row. Set before the first store.
  std::set<RowId> counted;

  static uint64_t Cardinality(const Content& content, RowId row) {
    uint64_t cardinality = 0;
    for (const auto& [key, bitmap] : content) cardinality += key.first == row ? bitmap.Cardinality() : 0;
    return cardinality;
  }

  // Values whose rows aren't only counted.
  ValuesWithRows ValuesNotCounted(const Content& content) const {
    std::set<ValueId> values;
    for (const auto& [key, bitmap] : content) {
      if (ValueOf(key.first) != kOwnValue && counted.count(key.first) == 0) values.insert(ValueOf(key.first));
    }
    return ValuesWithRows(std::vector<ValueId>(values.begin(), values.end()));
  }

  static Bitmap At(const Content& content, std::pair<RowId, uint32_t> key) {
    const auto found = content.find(key);
    return found == content.end() ? Bitmap() : found->second;
  }

 private:
  static bool StartsRow(const Content& content, const std::pair<RowId, uint32_t>& key) {
    return content.lower_bound({key.first, 0})->first == key;
  }
  void Open() {
    auto environment = Environment::Open({.directory = path_, .map_size = size_t{4} << 30});
    ASSERT_THAT(environment, IsOk());
    environment_ = *std::move(environment);
    writer_ = std::make_unique<WriterQueue>(*environment_);
    auto versions = Versions::Open(*writer_, {.settle = false});
    ASSERT_THAT(versions, IsOk());
    versions_ = *std::move(versions);
  }
  void Close() {
    versions_.reset();
    writer_.reset();
    environment_.reset();
  }

  std::optional<TemporaryDirectory> own_;  // a child that is killed would leave one behind
  const std::string path_;
  std::unique_ptr<Environment> environment_;
  std::unique_ptr<WriterQueue> writer_;
  std::unique_ptr<Versions> versions_;
};

// Holds every version of one tag in full. Grows a random tree of versions in the store and in the model.
class VersionModel {
 public:
  static constexpr TagId kTag = 7;
  static constexpr uint32_t kFragments = 3;

  VersionModel(StoreUnderTest& store, uint32_t seed) : store_(store), random_(seed) {
    store_.counted = {MakeRow(2, 0), MakeRow(299, 0), MakeRow(301, 0)};
    Content content;
    for (RowId row : Rows()) {
      for (uint32_t fragment = 0; fragment < kFragments; ++fragment) SetFragment(content, row, fragment);
    }
    const Version version = store_.PublishStore(++loads_, kTag, content, RandomDay());
    versions_[version] = std::move(content);
  }

  // A child of a random version, with changes of every size, none at all included.
  void AddChild() {
    auto parent = versions_.begin();
    std::advance(parent, random_() % versions_.size());
    Content content = parent->second;
    if (random_() % 6 != 0) {
      for (RowId row : Rows()) {
        for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
          if (random_() % 2 == 0) ChangeFragment(content, row, fragment);
        }
      }
    }
    const Version version =
        store_.PublishEdge(++loads_, kTag, parent->first, parent->second, content, RandomDay());
    versions_[version] = std::move(content);
  }

  // Every version, fragment by fragment and by its statistics.
  void CheckAll() const {
    for (const auto& [version, content] : versions_) {
      SCOPED_TRACE(testing::Message() << "version " << version);
      Check(version, content);
      if (testing::Test::HasFatalFailure()) return;
    }
  }

  const std::map<Version, Content>& versions() const { return versions_; }
  static std::vector<RowId> Rows() {
    return {kKnownRow,     MakeRow(0, 3),   MakeRow(1, 0),   MakeRow(2, 0),
            MakeRow(3, 0), MakeRow(299, 0), MakeRow(300, 0), MakeRow(301, 0)};
  }

 private:
  absl::CivilDay RandomDay() { return absl::CivilDay(2026, 1, 1) + random_() % 20; }

  void Check(Version version, const Content& content) const {
    auto snapshot = store_.versions().OpenSnapshot({{kTag, version}});
    ASSERT_THAT(snapshot, IsOk());
    FragmentReader reader(**snapshot);
    std::map<RowId, uint64_t> cardinalities;
    for (RowId row : Rows()) {
      uint64_t cardinality = 0;
      for (uint32_t fragment = 0; fragment < kFragments; ++fragment) {
        const Bitmap expected = StoreUnderTest::At(content, {row, fragment});
        cardinality += expected.Cardinality();
        // Here the slices know nothing of counted rows: composed_rows_test.cc reads such.
        if (store_.counted.count(row) > 0) continue;
        auto stored = reader.Read({kTag, row}, fragment);
        ASSERT_THAT(stored, IsOk());
        ASSERT_TRUE(*stored == expected) << "row " << row << " fragment " << fragment << ": "
                                         << stored->Cardinality() << " instead of " << expected.Cardinality();
      }
      auto counted = (*snapshot)->RowCardinality({kTag, row});
      ASSERT_THAT(counted, IsOk());
      ASSERT_EQ(*counted, cardinality) << "row " << row;
      if (cardinality > 0) cardinalities[row] = cardinality;
    }
    std::map<RowId, uint64_t> visited;
    ASSERT_THAT((*snapshot)->VisitRows(kTag, 0, kMaxValueId,
                                       [&](RowId row, uint64_t cardinality) {
                                         EXPECT_TRUE(visited.empty() || visited.rbegin()->first < row);
                                         visited[row] = cardinality;
                                         return true;
                                       }),
                IsOk());
    ASSERT_EQ(visited, cardinalities);
    ExpectTogether(**snapshot, cardinalities);
  }

  // Rows that are there and rows that aren't, in both directions.
  void ExpectTogether(const Snapshot& snapshot, const std::map<RowId, uint64_t>& cardinalities) const {
    std::vector<RowId> asked = {0xffffffff};
    for (RowId row : Rows()) asked.insert(asked.end(), {row, row + 1, row + 40});
    std::sort(asked.begin(), asked.end());
    for (int direction = 0; direction < 2; ++direction) {
      const auto together = snapshot.RowCardinalities(kTag, asked);
      ASSERT_THAT(together, IsOk());
      ASSERT_EQ(together->size(), asked.size());
      for (size_t i = 0; i < asked.size(); ++i) {
        const auto known = cardinalities.find(asked[i]);
        ASSERT_EQ((*together)[i], known == cardinalities.end() ? 0 : known->second) << "row " << asked[i];
      }
      std::reverse(asked.begin(), asked.end());
    }
  }

  Bitmap RandomBitmap() {
    Bitmap bitmap;
    switch (random_() % 6) {
      case 0:
        return bitmap;
      case 1:
        return Bitmap::Full();
      case 2:  // dense: bitset chunks
        for (uint32_t i = 0; i < 40000; ++i) bitmap.Add(random_() % kFragmentOrdinals);
        return bitmap;
      case 3:  // runs
        for (uint32_t i = 0, first = random_() % 100000; i < 3000; ++i) bitmap.Add(first + i);
        return bitmap;
      default:
        for (uint32_t i = random_() % 30; i > 0; --i) bitmap.Add(random_() % kFragmentOrdinals);
        return bitmap;
    }
  }

  void SetFragment(Content& content, RowId row, uint32_t fragment) {
    Bitmap bitmap = RandomBitmap();
    content.erase({row, fragment});
    if (!bitmap.Empty()) content.emplace(std::pair(row, fragment), std::move(bitmap));
  }

  // Something else, or a few flips in what is there.
  void ChangeFragment(Content& content, RowId row, uint32_t fragment) {
    if (random_() % 2 == 0) return SetFragment(content, row, fragment);
    Bitmap flips;
    for (uint32_t i = 1 + random_() % 20; i > 0; --i) flips.Add(random_() % kFragmentOrdinals);
    Bitmap bitmap = StoreUnderTest::At(content, {row, fragment});
    bitmap.Xor(flips);
    content.erase({row, fragment});
    if (!bitmap.Empty()) content.emplace(std::pair(row, fragment), std::move(bitmap));
  }

  StoreUnderTest& store_;
  std::mt19937 random_;
  LoadId loads_ = 0;
  std::map<Version, Content> versions_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_VERSIONS_VERSION_MODEL_H_

// The row source: no allocation once it is warm, and readers during continuous settling.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "index/bitmap/chunk_view.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace {
std::atomic<uint64_t> allocations{0};
}  // namespace

// Not inlined: GCC takes a free() that it sees for the wrong end of a new that it doesn't.
__attribute__((noinline)) void* operator new(size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  std::abort();
}
__attribute__((noinline)) void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(bytes == 0 ? 1 : bytes);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace muster::index {
namespace {

constexpr TagId kTag = 3;
const absl::CivilDay kDay(2026, 1, 5);

Bitmap Every(uint32_t step, uint32_t from = 0) {
  std::vector<uint32_t> locals;
  for (uint32_t local = from; local < kFragmentOrdinals; local += step) locals.push_back(local);
  return Bitmap::FromSorted(locals);
}

// Ten versions of 20 fragments and 3 rows, each a few flips from the one before.
std::vector<std::pair<Version, Content>> PublishChain(StoreUnderTest& store) {
  Content content;
  for (RowId row = 1; row <= 3; ++row) {
    for (uint32_t fragment = 0; fragment < 20; ++fragment) content[{row, fragment}] = Every(row + 1);
  }
  std::vector<std::pair<Version, Content>> chain;
  chain.emplace_back(store.PublishStore(1, kTag, content, kDay), content);
  for (uint32_t i = 1; i < 10; ++i) {
    for (auto& [key, bitmap] : content) bitmap.Xor(Bitmap::FromSorted({i, i * 1000, i * 20000}));
    const auto& [parent, before] = chain.back();
    const Version version = store.PublishEdge(1 + i, kTag, parent, before, content, kDay + i);
    chain.emplace_back(version, content);
  }
  return chain;
}

TEST(RowSourceTest, AWarmSourceAllocatesNothing) {
  StoreUnderTest store;
  const auto chain = PublishChain(store);
  for (const auto& [version, content] : {chain.front(), chain.back()}) {
    auto snapshot = store.versions().OpenSnapshot({{kTag, version}});
    ASSERT_THAT(snapshot, IsOk());
    const auto source = (*snapshot)->NewRowSource();
    ResolvedRow rows[3];
    uint64_t flips = 0;
    const auto walk = [&](uint32_t first) {
      bool ok = source->BeginWindow(first, 4).ok();
      for (RowId row = 1; row <= 3; ++row) ok = ok && source->Resolve({kTag, row}, rows[row - 1]).ok();
      flips += rows[0].flips.size();
      source->EndWindow();
      return ok;
    };
    ASSERT_TRUE(walk(0));
    const uint64_t before = allocations.load();
    bool ok = true;
    for (uint32_t first = 0; first < 20; first += 4) ok = walk(first) && ok;
    EXPECT_EQ(allocations.load() - before, 0u);
    EXPECT_TRUE(ok);
    EXPECT_EQ(flips, version == chain.front().first ? 0u : 6 * 4 * 9u) << "nine edges of flips on the path";
  }
}

TEST(RowSourceTest, AWindowKeepsItsViewWhileTheBaseMoves) {
  StoreUnderTest store;
  const auto chain = PublishChain(store);
  auto snapshot = store.versions().OpenSnapshot({{kTag, chain.front().first}});
  const auto source = (*snapshot)->NewRowSource();
  ASSERT_THAT(source->BeginWindow(0, 20), IsOk());
  ResolvedRow early, late;
  ASSERT_THAT(source->Resolve({kTag, 1}, early), IsOk());
  ASSERT_THAT(store.versions().settler().Step(25), IsOk());
  ASSERT_THAT(source->Resolve({kTag, 1}, late), IsOk());
  for (uint32_t fragment = 0; fragment < 20; ++fragment) {
    EXPECT_EQ(early.fragments[fragment].image.data(), late.fragments[fragment].image.data());
    for (uint32_t local : {0u, 1u, 2u, 1000u, 1001u}) {
      EXPECT_EQ(ProbeFragment(early, fragment, local).value(), local % 2 == 0);
    }
  }
  source->EndWindow();
  EXPECT_THAT(source->Resolve({kTag, 1}, late), ::testing::Not(IsOk())) << "no window";
  EXPECT_THAT(source->BeginWindow(0, kMaxWindowFragments + 1), ::testing::Not(IsOk()));
}

// Whether kept rows hold what they should.
bool AgreesToRead(RowSource& source, const Content& content) {
  if (!source.BeginWindow(0, 20).ok()) return false;
  bool right = true;
  for (RowId row = 1; row <= 3; ++row) {
    ResolvedRow scratch;
    const ResolvedRow* resolved = nullptr;
    if (!source.ResolveToRead({kTag, row}, scratch, resolved).ok()) return false;
    for (uint32_t fragment = 0; fragment < 20; ++fragment) {
      const Bitmap& bitmap = content.at({row, fragment});
      for (uint32_t local : {1u, 2u, 3u, 4'000u, 5'000u, 100'000u, 160'000u}) {
        const absl::StatusOr<bool> there = ProbeFragment(*resolved, fragment, local);
        right = right && there.ok() && *there == bitmap.Contains(local);
      }
    }
  }
  source.EndWindow();
  return right;
}

TEST(RowSourceTest, WhatIsKeptIsLentInAWindowAlone) {
  StoreUnderTest store;
  const auto chain = PublishChain(store);
  auto snapshot = store.versions().OpenSnapshot({{kTag, chain.back().first}});
  const auto source = (*snapshot)->NewRowSource();
  ResolvedRow scratch;
  const ResolvedRow* first = nullptr;
  const ResolvedRow* second = nullptr;
  EXPECT_THAT(source->ResolveToRead({kTag, 1}, scratch, first), ::testing::Not(IsOk()));
  ASSERT_THAT(source->BeginWindow(0, 20), IsOk());
  ASSERT_THAT(source->ResolveToRead({kTag, 1}, scratch, first), IsOk());
  EXPECT_NE(first, &scratch);
  const auto other = (*snapshot)->NewRowSource();
  ASSERT_THAT(other->BeginWindow(0, 20), IsOk());
  ASSERT_THAT(other->ResolveToRead({kTag, 1}, scratch, second), IsOk());
  EXPECT_EQ(first, second) << "between two commits a row is resolved once";
  source->EndWindow();
  other->EndWindow();
  EXPECT_THAT(source->ResolveToRead({kTag, 1}, scratch, first), ::testing::Not(IsOk()));
  for (int step = 0; step < 40; ++step) {
    EXPECT_TRUE(AgreesToRead(*source, chain.back().second)) << step;
    ASSERT_THAT(store.versions().settler().Step(5), IsOk());
  }
}

TEST(RowSourceTest, ReadersBesideABackgroundSettlerAreAlwaysRight) {
  StoreUnderTest store;
  const auto chain = PublishChain(store);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, reads{0};
  std::vector<std::thread> readers;
  for (size_t which : {size_t{0}, size_t{4}, size_t{9}}) {
    readers.emplace_back([&, which] {
      auto snapshot = store.versions().OpenSnapshot({{kTag, chain[which].first}});
      FragmentReader reader(**snapshot);
      const auto source = (*snapshot)->NewRowSource();
      while (!stop) {
        wrong += !AgreesToRead(*source, chain[which].second);
        for (const auto& [key, bitmap] : chain[which].second) {
          auto stored = reader.Read({kTag, key.first}, key.second);
          wrong += !stored.ok() || !(*stored == bitmap);
          ++reads;
        }
      }
    });
  }
  store.versions().settler().Start();
  // Each publication turns the settler round: to the first version's content, then to the last one's.
  for (uint32_t round = 0; round < 6; ++round) {
    const Version parent = round % 2 == 0 ? chain.front().first : chain.back().first;
    store.Publish({.tag = kTag, .load = 100 + round, .parent = parent}, kDay + 20 + round);
    store.versions().Published();
    const int seen = reads;
    while (reads < seen + 200) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  store.versions().settler().Stop();
  EXPECT_EQ(wrong, 0);
}

TEST(ChunkProbeTest, EveryFormAgreesWithTheBitmap) {
  Bitmap runs;
  for (uint32_t i = 500; i < 4000; ++i) runs.Add(i);
  runs.Add(70000);
  for (const Bitmap& bitmap : {Bitmap(), Bitmap::Full(), Every(2), Every(1000, 7), runs}) {
    const std::string record = EncodeRecord(RecordKind::kImage, bitmap);
    ResolvedRow row;
    row.fragments.push_back(
        {RecordBytes(reinterpret_cast<const uint8_t*>(record.data()), record.size()), 0, 0});
    for (uint32_t local = 0; local < kFragmentOrdinals; local += 1 + local % 7) {
      ASSERT_EQ(ProbeFragment(row, 0, local).value(), bitmap.Contains(local)) << local;
    }
    ASSERT_EQ(ProbeFragment(row, 0, kFragmentOrdinals - 1).value(), bitmap.Contains(kFragmentOrdinals - 1));
  }
}

}  // namespace
}  // namespace muster::index

#include "server/lifecycle/spare_memory.h"

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace muster::server {
namespace {

TEST(SpareMemoryTest, WhatWasFreedBetweenPiecesInUseGoesBackToTheSystem) {
  constexpr size_t kPieces = 3'000;
  constexpr size_t kBytes = 100'000;  // below what malloc maps on its own
  std::vector<void*> pieces;
  for (size_t i = 0; i < kPieces; ++i) {
    void* const piece = std::malloc(kBytes);
    for (size_t byte = 0; byte < kBytes; byte += 4'096) static_cast<volatile char*>(piece)[byte] = 1;
    pieces.push_back(piece);
  }
  void* const last = std::malloc(1'000);  // keeps the heap's end where it is
  for (void* piece : pieces) std::free(piece);
  const uint64_t before = AnonymousBytes();
  ASSERT_GT(before, kPieces * kBytes / 2) << "the C library gave it back by itself";
  const SpareMemory spare(std::chrono::milliseconds(5));
  for (int i = 0; i < 2'000 && AnonymousBytes() > before / 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_LT(AnonymousBytes(), before / 2);
  std::free(last);
}

// As loads do it, each from threads of their own.
TEST(SpareMemoryTest, WhatIsFreeAtTheEndOfAThreadsHeapGoesBackToTheSystem) {
  constexpr size_t kThreads = 6, kPieces = 300, kBytes = 100'000;
  const auto touched = [](size_t bytes) {
    void* const piece = std::malloc(bytes);
    for (size_t byte = 0; byte < bytes; byte += 4'096) static_cast<volatile char*>(piece)[byte] = 1;
    return piece;
  };
  const SpareMemory spare(std::chrono::milliseconds(5));
  std::free(touched(size_t{30} << 20));  // from here on the library would keep as much
  const uint64_t before = AnonymousBytes();
  std::vector<std::thread> threads;
  std::atomic<size_t> freed{0};
  std::atomic<bool> ending{false};
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::vector<void*> pieces;
      pieces.reserve(kPieces);  // nothing lies between them
      for (size_t piece = 0; piece < kPieces; ++piece) pieces.push_back(touched(kBytes));
      while (!pieces.empty()) {
        std::free(pieces.back());
        pieces.pop_back();
      }
      ++freed;
      while (!ending) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
  }
  while (freed < kThreads) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const uint64_t most = before + kThreads * (SpareMemory::kKeptAtEnd + (size_t{1} << 20));
  ASSERT_LT(most, before + kThreads * kPieces * kBytes / 2);
  for (int i = 0; i < 1'000 && AnonymousBytes() > most; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_LE(AnonymousBytes(), most);
  ending = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace muster::server

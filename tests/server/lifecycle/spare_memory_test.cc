#include "server/lifecycle/spare_memory.h"

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

}  // namespace
}  // namespace muster::server

// The pages that a stored block takes.
#ifndef MUSTER_TESTS_INDEX_DICTIONARY_BLOCK_PAGES_H_
#define MUSTER_TESTS_INDEX_DICTIONARY_BLOCK_PAGES_H_

#include <gtest/gtest.h>

#include <cstddef>

#include "index/storage/pages/page_meter.h"
#include "index/storage/pages/seal.h"

namespace muster::index {

// A block of `bytes_max` bytes with its seal takes one page, and one more byte would take another: a block of
// the greatest size leaves no room of its page unused.
inline void ExpectFillsAPage(size_t key_bytes, size_t bytes_max) {
  const auto pages = [key_bytes](size_t value_bytes) {
    return OverflowPagesOf(key_bytes, SealBytesOf(key_bytes, value_bytes) + value_bytes);
  };
  EXPECT_EQ(pages(bytes_max), 1u);
  EXPECT_EQ(pages(bytes_max + 1), 2u);
}

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_DICTIONARY_BLOCK_PAGES_H_

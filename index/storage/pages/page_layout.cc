#include "index/storage/pages/page_layout.h"

#include <lmdb.h>

namespace muster::index {

static_assert(MDB_VERSION_MAJOR == 0 && MDB_VERSION_MINOR == 9, "this folder reads the pages of LMDB 0.9");

size_t PageView::NodeBytes(uint32_t i) const {
  const size_t at = Stored<uint16_t>(page_ + kPageHeaderBytes + 2 * size_t{i});
  if (at + kNodeHeaderBytes > kPageBytes) return 0;
  size_t bytes = kNodeHeaderBytes + Stored<uint16_t>(page_ + at + 6);
  if (is_leaf()) {
    const uint16_t flags = Stored<uint16_t>(page_ + at + 4);
    if (flags != 0 && flags != kLarge && flags != kTree) return 0;
    bytes += flags == kLarge ? sizeof(uint64_t)
                             : Stored<uint16_t>(page_ + at) | size_t{Stored<uint16_t>(page_ + at + 2)} << 16;
  }
  bytes += bytes % 2;
  return at + bytes > kPageBytes ? 0 : bytes;
}

bool PageView::Holds(KeyOrder order) const {
  const uint16_t lower = Stored<uint16_t>(page_ + 12), upper = Stored<uint16_t>(page_ + 14);
  if (lower <= kPageHeaderBytes || lower % 2 != 0 || lower > upper || upper > kPageBytes) return false;
  size_t filled = 0;
  for (uint32_t i = 0; i < count(); ++i) {
    const size_t bytes = NodeBytes(i);
    if (bytes == 0 || Stored<uint16_t>(page_ + kPageHeaderBytes + 2 * size_t{i}) < upper) return false;
    filled += bytes;
    const uint32_t first_key = is_leaf() ? 0 : 1;
    if (i < first_key) continue;
    if (key(i).empty() || (order == KeyOrder::kNumbers && key(i).size() != sizeof(uint64_t))) return false;
    if (i > first_key && !KeyLess(order, key(i - 1), key(i))) return false;
  }
  return filled == kPageBytes - upper;
}

}  // namespace muster::index

#include "index/storage/pages/page_meter.h"

#include <algorithm>
#include <atomic>

#include "index/storage/pages/page_layout.h"

namespace muster::index {
namespace {

constexpr size_t kLargestNodeBytes = (kPageBytes - kPageHeaderBytes) / 2 - 2;

// The least number of bytes that a split leaf keeps, whatever the size of its items.
constexpr uint64_t kSplitLeafBytes = 1600;
constexpr uint64_t kLeafBytes = kPageBytes - kPageHeaderBytes;
// A free list page holds 511 numbers; its records may start a page each.
constexpr uint64_t kFreedInPage = 400;
// Meta page, the tree of database names, and the free list's own path, with room for its changes.
constexpr uint64_t kFixedPages = 12;
// LMDB reads old records of the free list until it finds a run that is long enough, and writes back what it
// didn't use.
constexpr uint64_t kMaxFreeListPages = 128;

std::atomic<uint32_t> most_touched_pages{0};

}  // namespace

uint32_t MostTouchedPages() { return most_touched_pages.load(std::memory_order_relaxed); }

uint32_t OverflowPagesOf(size_t key_bytes, size_t value_bytes) {
  if (kNodeHeaderBytes + key_bytes + value_bytes <= kLargestNodeBytes) return 0;
  return static_cast<uint32_t>((kPageHeaderBytes - 1 + value_bytes) / kPageBytes + 1);
}

PageMeter::PageMeter(uint64_t free_list_pages)
    : free_list_pages_(std::min(free_list_pages, kMaxFreeListPages)) {}

void PageMeter::BeginDatabase(DatabaseId database, TreeShape shape) {
  Tree& tree = trees_[static_cast<size_t>(database)];
  tree.begun = true;
  tree.shape = shape;
}

void PageMeter::TouchLeaf(DatabaseId database, uint64_t page) {
  if (leaves_.insert(page).second) ++trees_[static_cast<size_t>(database)].leaves;
}

void PageMeter::GrowLeaf(DatabaseId database, size_t bytes, bool appended) {
  Tree& tree = trees_[static_cast<size_t>(database)];
  ++tree.changes;
  const uint64_t node = bytes + kNodeHeaderBytes + sizeof(uint16_t);
  if (appended) {  // an appended leaf is left when the next item doesn't fit, which
                   // wastes less than an item
    tree.appended_bytes += node * kLeafBytes / (kLeafBytes - std::min(node, kLeafBytes / 2)) + 1;
  } else {
    tree.scattered_bytes += node;
  }
}

void PageMeter::ShrinkLeaf(DatabaseId database) { ++trees_[static_cast<size_t>(database)].changes; }

uint64_t PageMeter::PagesOf(const Tree& tree) {
  if (!tree.begun) return 0;
  // A leaf that was full splits at its first change, later ones when bytes have filled their half.
  const uint64_t added = std::min(tree.changes, tree.leaves) + tree.scattered_bytes / kSplitLeafBytes +
                         tree.appended_bytes / kLeafBytes;
  const uint64_t levels_between = tree.shape.depth > 2 ? tree.shape.depth - 2 : 0;
  const uint64_t branches = std::min(tree.leaves * levels_between, tree.shape.branch_pages);
  // Each added leaf needs an entry in a branch, which may split too; and the root may get a parent.
  return 2 + tree.leaves + branches + added + added / 4;
}

uint32_t PageMeter::pages() const {
  uint64_t pages = kFixedPages + free_list_pages_ + overflow_pages_;
  uint64_t freed = freed_pages_;
  for (const Tree& tree : trees_) {
    const uint64_t touched = PagesOf(tree);
    pages += touched;
    freed += touched;
  }
  return static_cast<uint32_t>(std::min<uint64_t>(pages + freed / kFreedInPage, UINT32_MAX));
}

void PageMeter::Committed() const {
  const uint32_t mine = pages();
  uint32_t most = most_touched_pages.load(std::memory_order_relaxed);
  while (mine > most && !most_touched_pages.compare_exchange_weak(most, mine, std::memory_order_relaxed)) {
  }
}

}  // namespace muster::index

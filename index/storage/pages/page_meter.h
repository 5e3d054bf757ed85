// Estimates an upper bound of the pages that a write transaction touches.
#ifndef MUSTER_INDEX_STORAGE_PAGES_PAGE_METER_H_
#define MUSTER_INDEX_STORAGE_PAGES_PAGE_METER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "index/storage/pages/databases.h"

namespace muster::index {

// The most pages that a write transaction touches. Small allocations of longer ones would break the runs of
// free pages that fragments need, and would hold the writer for long.
inline constexpr uint32_t kMaxTouchedPages = 1024;
// From here on tasks take on no more work.
inline constexpr uint32_t kNearlyFullPages = 832;
inline constexpr size_t kPageBytes = 4096;

// The greatest count of any transaction committed by this process, for tests and metrics.
uint32_t MostTouchedPages();

// The shape of a database's tree when a transaction begins.
struct TreeShape {
  uint32_t depth = 0;  // levels; 0: empty
  uint64_t branch_pages = 0;
};

// Overflow pages of an item, 0 when it fits into a leaf. (LMDB's rule: two items must fit into one leaf.)
uint32_t OverflowPagesOf(size_t key_bytes, size_t value_bytes);

// Counts for one transaction. LMDB copies a page on the first write to it: a leaf is new to the transaction
// exactly if the items next to the written key still lie in the map. So that leaf, its branches, the splits
// that added bytes may cause, overflow pages, and the part of the free list that is rewritten are counted,
// each as an upper estimate. Not thread-safe.
class PageMeter {
 public:
  // `free_list_pages`: what the free list occupies when the transaction begins.
  explicit PageMeter(uint64_t free_list_pages);

  // Before the first write to a database.
  void BeginDatabase(DatabaseId database, TreeShape shape);
  // A leaf that may be written, counted once; `page`: its number in the map.
  void TouchLeaf(DatabaseId database, uint64_t page);
  // `bytes` more in a leaf, by a new item or a larger value; `appended`: leaves are filled one after another.
  void GrowLeaf(DatabaseId database, size_t bytes, bool appended);
  // An item less in a leaf.
  void ShrinkLeaf(DatabaseId database);
  void AddOverflow(uint32_t pages) { overflow_pages_ += pages; }
  void FreeOverflow(uint32_t pages) { freed_pages_ += pages; }

  uint32_t pages() const;
  // Remembers pages() for MostTouchedPages().
  void Committed() const;

 private:
  struct Tree {
    bool begun = false;
    TreeShape shape;
    uint64_t leaves = 0;   // copied
    uint64_t changes = 0;  // each may split a leaf, or merge it with its neighbour
    uint64_t scattered_bytes = 0;
    uint64_t appended_bytes = 0;
  };
  static uint64_t PagesOf(const Tree& tree);

  const uint64_t free_list_pages_;
  uint64_t overflow_pages_ = 0;
  uint64_t freed_pages_ = 0;
  std::array<Tree, kDatabaseCount> trees_;
  absl::flat_hash_set<uint64_t> leaves_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_PAGE_METER_H_

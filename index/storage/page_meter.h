// Estimates how many pages a write transaction touches, from above.
#ifndef MUSTER_INDEX_STORAGE_PAGE_METER_H_
#define MUSTER_INDEX_STORAGE_PAGE_METER_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"

namespace muster::index {

// No write transaction touches more: small allocations of long transactions break the runs of free pages that
// fragments need (DESIGN §3), and the writer is never held long.
inline constexpr uint32_t kMaxTouchedPages = 1024;
// Where tasks stop taking on work.
inline constexpr uint32_t kNearlyFullPages = 832;
inline constexpr size_t kPageBytes = 4096;

// The greatest count of any transaction committed by this process, for tests and metrics.
uint32_t MostTouchedPages();

// Counts for one transaction. LMDB copies a page on the first write to it: a leaf is new to the transaction
// exactly if the items next to the written key still lie in the map. So that leaf, its branches, the splits
// that added bytes may cause, overflow pages, and the share of the free list that freed pages will fill are
// counted, each rather too high.
class PageMeter {
 public:
  // `free_list_pages`: what the free list occupies when the transaction begins.
  explicit PageMeter(uint64_t free_list_pages);

  // A leaf of a tree of `depth` levels that may be written: counted once. `page`: its number in the map.
  void TouchLeaf(uint64_t page, uint32_t depth);
  // A tree's root, once for each database.
  void TouchDatabase(uint32_t depth);
  // A new or larger item of `key_bytes` and `value_bytes`.
  void AddItem(size_t key_bytes, size_t value_bytes);
  // An item that goes, with the overflow pages of its value.
  void FreeItem(size_t key_bytes, size_t value_bytes);

  uint32_t pages() const;
  // Remembers pages() for MostTouchedPages().
  void Committed() const;

 private:
  uint64_t fixed_pages_;         // meta, names, free list
  uint64_t leaf_pages_ = 0;      // copied leaves and branches
  uint64_t overflow_pages_ = 0;  // written
  uint64_t freed_pages_ = 0;     // each needs eight bytes of free list
  uint64_t added_bytes_ = 0;     // into leaves
  uint64_t split_leaves_ = 0;    // leaves that may split once
  absl::flat_hash_set<uint64_t> leaves_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGE_METER_H_

// Checks the pages of an environment's trees before LMDB reads them, once a process.
#ifndef MUSTER_INDEX_STORAGE_PAGES_TREE_GUARD_H_
#define MUSTER_INDEX_STORAGE_PAGES_TREE_GUARD_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/pages/databases.h"
#include "index/storage/pages/page_bits.h"
#include "index/storage/pages/page_layout.h"
#include "index/storage/pages/page_uses.h"

namespace muster::index {

// The keys that lead to one leaf: from `first` on (empty: from the least on), below `end`.
struct LeafRange {
  std::string first, end;
  bool has_end = false;
  bool known = false;
  bool Covers(std::string_view key) const { return known && key >= first && (!has_end || key < end); }
};

// LMDB trusts what it reads: a damaged page can crash it, or hide a key, which here would be a wrong number.
// So a database's pages are checked before LMDB walks over them for the first time in this process:
//   1. a page lies where its number says, has the kind that its level requires, and its items fill it as LMDB
//      packs them, in ascending order;
//   2. its keys lie between those that lead to it, and a branch's keys separate the pages that it leads to;
//   3. every value in a leaf, and the keys of values in overflow pages, have the seal they were written with;
//      a large value's own sum is checked when it is first read.
// With 1 to 3 a key that LMDB doesn't find was never written, and nothing that it reads lies outside the
// file.
//
// Checked pages stay valid: from then on only this process writes to the file, and LMDB writes only what it
// read from checked pages. So a page is checked once, and a database that was checked completely (Trust)
// costs one atomic load from then on.
//
// Thread-safe, but for SetMap. Pages are those of a transaction that is open for as long as a call lasts.
class TreeGuard {
 public:
  // `file`: the path of the environment's file, for sentences. `file_bytes_max`: how far it may grow.
  TreeGuard(std::string file, size_t file_bytes_max) : file_(std::move(file)), looked_at_(file_bytes_max) {}

  // Where the file is mapped, and the descriptor it is open under. REQUIRES: no transaction is open.
  void SetMap(const char* begin, size_t bytes, int descriptor);

  // Checks the free list and the tree of database names of a meta page, all of them. Returns a sum over the
  // meta pages and everything that was checked, which stays the same as long as nothing is written.
  absl::StatusOr<uint64_t> LookAtNames();

  bool Trusts(DatabaseId database) const {
    return trusted_[static_cast<size_t>(database)].load(std::memory_order_acquire);
  }
  // Whether every database of such an environment is trusted.
  bool TrustsAll(EnvironmentKind kind) const;
  void Trust(DatabaseId database) {
    trusted_[static_cast<size_t>(database)].store(true, std::memory_order_release);
  }

  // Marks every use of the pages of one state of the file: the one that `transaction` committed. False: two
  // later commits have overwritten its meta page, so nothing was counted. CANCELLED: `uses.go_on` returned
  // false. REQUIRES: a reader of that state is open.
  absl::StatusOr<bool> CountPageUses(uint64_t transaction, PageUses& uses);

  enum class Place { kAtKey, kFirst, kLast };
  // How much around a leaf is checked. kBranches: not the leaf itself; `leaf` is then all that the lowest
  // branch leads to. kWay: what a lookup reads. kNeighbours: the leaves before and after it too, to which a
  // cursor may move. kSiblings: all neighbours on the way as well, which LMDB may merge with a page that a
  // write made too small.
  enum class Reach { kBranches, kWay, kNeighbours, kSiblings };
  // A leaf to find: the one in which `key` belongs, or the first or last one.
  struct SoughtLeaf {
    DatabaseId database;
    Place place = Place::kAtKey;
    std::string_view key = {};
    Reach reach = Reach::kWay;
  };
  // Checks the way to it. `leaf` becomes its range (unknown after kWay). DATA_LOSS, kStorageCorrupt.
  absl::Status LookAt(const SoughtLeaf& sought, const TreeRoot& root, LeafRange& leaf);
  // Checks a value in overflow pages: `stored`, with its seal, which lies in the map.
  absl::Status LookAtLarge(DatabaseId database, std::string_view key, std::string_view stored);
  // The same for a value whose leaf was checked, so that only the value's own bytes are unchecked; false
  // where LookAtLarge would return DATA_LOSS.
  bool LargeHolds(std::string_view stored);

  // DATA_LOSS, kStorageCorrupt: the sentence for a record, or for a page of a database.
  absl::Status DamagedRecord(DatabaseId database, std::string_view key, std::string_view why) const;
  absl::Status DamagedPage(std::string_view what, uint64_t page, std::string_view why) const;

 private:
  // The page's keys lie from `first` on and, when it has one, below `end`.
  struct Bounds {
    std::string_view first, end;
    bool has_end = false;
  };
  enum class Step { kTo, kBefore, kFirst, kLast };
  // A way down to level `to`, and whether the neighbours of each page on it are checked too.
  struct Descent {
    Step step = Step::kTo;
    std::string_view key;
    bool siblings = false;
    uint32_t to = 1;
  };

  const char* PageAt(uint64_t page);
  uint64_t PageOfLarge(std::string_view stored) const;
  // `page`: the bounds of the keys of the page to which the way leads.
  absl::Status Descend(DatabaseId database, const TreeRoot& root, const Descent& way, Bounds& page);
  absl::Status LookAtRoot(DatabaseId database, const TreeRoot& root);
  absl::Status LookAtPage(DatabaseId database, uint64_t page, uint32_t level, const Bounds& bounds);
  absl::Status LookAtLeaf(DatabaseId database, uint64_t number, const PageView& page);
  absl::Status LookAtItem(DatabaseId database, uint64_t number, const PageView& page, uint32_t i);
  absl::Status LookAtBranch(DatabaseId database, uint64_t number, const PageView& page, uint32_t level);
  absl::Status LookAtValuePages(std::string_view what, uint64_t page, uint64_t value_bytes);
  absl::StatusOr<std::string_view> OuterKey(DatabaseId database, uint64_t page, uint32_t level, bool last);
  absl::Status CheckKind(std::string_view what, uint64_t page, uint32_t level);

  struct Sum;
  absl::Status LookAtWholeTree(std::string_view what, KeyOrder order, uint64_t page, uint32_t level,
                               Sum& sum);
  absl::Status LookAtFreeList(const PageView& leaf, uint32_t item, Sum& sum);
  absl::Status LookAtName(const PageView& leaf, uint32_t item);

  absl::Status CountTree(std::string_view what, KeyOrder order, const TreeRoot& root, PageUses& uses);
  absl::Status CountBelow(std::string_view what, KeyOrder order, uint64_t number, uint32_t level,
                          PageUses& uses);
  absl::Status CountItem(std::string_view what, KeyOrder order, const PageView& leaf, uint32_t item,
                         PageUses& uses);
  absl::Status CountUse(std::string_view what, uint64_t first, uint64_t count, PageUses& uses);
  absl::Status CountFree(uint64_t leaf, std::string_view list, PageUses& uses);

  const std::string file_;
  const char* map_ = nullptr;
  size_t map_pages_ = 0;
  int descriptor_ = -1;
  std::atomic<uint64_t> file_pages_{0};
  PageBits looked_at_;
  std::array<std::atomic<bool>, kDatabaseCount> root_looked_at_{};
  std::array<std::atomic<bool>, kDatabaseCount> trusted_{};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_TREE_GUARD_H_

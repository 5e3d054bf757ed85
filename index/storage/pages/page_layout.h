// The pages of an LMDB 0.9 file on disk, read without trusting them. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_PAGES_PAGE_LAYOUT_H_
#define MUSTER_INDEX_STORAGE_PAGES_PAGE_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "index/storage/pages/page_meter.h"

namespace muster::index {

// The root of an empty tree; no page has this number.
inline constexpr uint64_t kNoPage = ~uint64_t{0};
inline constexpr uint64_t kMetaPages = 2;
inline constexpr uint16_t kTreeDepthMax = 32;  // LMDB's own limit
// The names of LMDB's own two trees in messages.
inline constexpr std::string_view kFreeListName = "free list";
inline constexpr std::string_view kNamesName = "list of databases";
inline constexpr size_t kPageHeaderBytes = 16;
inline constexpr size_t kNodeHeaderBytes = 8;

// A number of the machine's own byte order, as LMDB stores all of them. REQUIRES: so many bytes at `from`.
template <typename Number>
Number Stored(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof(number));
  return number;
}

// A tree's root and height as a meta page or the tree of database names has them (LMDB's MDB_db).
struct TreeRoot {
  static constexpr size_t kBytes = 48;

  uint64_t page = kNoPage;
  uint32_t page_bytes = 0;  // of the free list alone
  uint16_t flags = 0;
  uint16_t depth = 0;  // levels; 0: empty
  uint64_t items = 0;

  // REQUIRES: kBytes bytes at `from`.
  static TreeRoot Read(const char* from) {
    return {.page = Stored<uint64_t>(from + 40),
            .page_bytes = Stored<uint32_t>(from),
            .flags = Stored<uint16_t>(from + 4),
            .depth = Stored<uint16_t>(from + 6),
            .items = Stored<uint64_t>(from + 32)};
  }
};

// One of the two pages from which all others are reached.
struct MetaPage {
  uint32_t magic = 0, version = 0;
  TreeRoot free_list, names;
  uint64_t last_page = 0, transaction = 0;

  // REQUIRES: a page at `from`.
  static MetaPage Read(const char* from) {
    return {.magic = Stored<uint32_t>(from + 16),
            .version = Stored<uint32_t>(from + 20),
            .free_list = TreeRoot::Read(from + 40),
            .names = TreeRoot::Read(from + 88),
            .last_page = Stored<uint64_t>(from + 136),
            .transaction = Stored<uint64_t>(from + 144)};
  }
};

// How a tree's keys compare: named databases by bytes, the free list by the numbers that its keys are.
enum class KeyOrder { kBytes, kNumbers };

// REQUIRES: kNumbers: keys of 8 bytes.
inline bool KeyLess(KeyOrder order, std::string_view a, std::string_view b) {
  return order == KeyOrder::kBytes ? a < b : Stored<uint64_t>(a.data()) < Stored<uint64_t>(b.data());
}

// A page of a tree, or the first one of a large value. Until Holds() returned true, only number() and kind()
// may be called, because the others trust the page. Points into the map.
class PageView {
 public:
  static constexpr uint16_t kBranch = 1, kLeaf = 2, kOverflow = 4, kMeta = 8;
  static constexpr uint16_t kLarge = 1, kTree = 2;  // flags of an item: a value with pages of its own, a tree

  explicit PageView(const char* page) : page_(page) {}

  uint64_t number() const { return Stored<uint64_t>(page_); }
  // All flags of the page: on disk its kind is the only one. Another one would tell LMDB that the page is in
  // use in memory, and LMDB would not write a changed copy of it.
  uint16_t kind() const { return Stored<uint16_t>(page_ + 10); }
  // Of an overflow page: how many pages the value has.
  uint32_t value_pages() const { return Stored<uint32_t>(page_ + 12); }
  bool is_leaf() const { return kind() == kLeaf; }

  // Whether a leaf's or branch's items lie within it, fill it without a gap as LMDB packs them, and ascend.
  bool Holds(KeyOrder order) const;

  uint32_t count() const { return (Stored<uint16_t>(page_ + 12) - kPageHeaderBytes) / 2; }
  // A branch's first key has no meaning.
  std::string_view key(uint32_t i) const {
    return {node(i) + kNodeHeaderBytes, Stored<uint16_t>(node(i) + 6)};
  }
  // Of a branch: the page that holds the keys from key(i) on.
  uint64_t child(uint32_t i) const { return value_bytes(i) | uint64_t{Stored<uint16_t>(node(i) + 4)} << 32; }
  // Of a leaf.
  uint16_t flags(uint32_t i) const { return Stored<uint16_t>(node(i) + 4); }
  bool is_large(uint32_t i) const { return flags(i) == kLarge; }
  uint32_t value_bytes(uint32_t i) const {
    return Stored<uint16_t>(node(i)) | uint32_t{Stored<uint16_t>(node(i) + 2)} << 16;
  }
  // The value in the leaf. REQUIRES: !is_large(i).
  std::string_view value(uint32_t i) const { return {value_begin(i), value_bytes(i)}; }
  // The first page of the value. REQUIRES: is_large(i).
  uint64_t value_page(uint32_t i) const { return Stored<uint64_t>(value_begin(i)); }

 private:
  const char* node(uint32_t i) const {
    return page_ + Stored<uint16_t>(page_ + kPageHeaderBytes + 2 * size_t{i});
  }
  const char* value_begin(uint32_t i) const { return node(i) + kNodeHeaderBytes + key(i).size(); }
  // Bytes of the item on the page, or 0 when the item would leave the page.
  size_t NodeBytes(uint32_t i) const;

  const char* page_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_PAGE_LAYOUT_H_

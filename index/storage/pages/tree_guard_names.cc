// The part of TreeGuard that checks LMDB's own structures: the meta pages, the free list, and the tree of
// database names. They have no seals; they are small, and checked completely when an environment is opened.
#include <xxhash.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/tree_guard.h"

namespace muster::index {

// A sum over pages in the order of a walk.
struct TreeGuard::Sum {
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state{XXH3_createState(), XXH3_freeState};
  uint64_t last_page = 0;

  Sum() { XXH3_64bits_reset(state.get()); }
  void Add(const char* bytes, size_t count) { XXH3_64bits_update(state.get(), bytes, count); }
  uint64_t Total() const { return XXH3_64bits_digest(state.get()); }
};

absl::StatusOr<uint64_t> TreeGuard::LookAtNames() {
  Sum sum;
  sum.Add(map_, kMetaPages * kPageBytes);
  const MetaPage first = MetaPage::Read(map_), second = MetaPage::Read(map_ + kPageBytes);
  const MetaPage& newest = first.transaction < second.transaction ? second : first;
  sum.last_page = newest.last_page;
  for (const bool free_list : {true, false}) {
    const TreeRoot& root = free_list ? newest.free_list : newest.names;
    if (root.page == kNoPage) continue;
    const std::string_view what = free_list ? kFreeListName : kNamesName;
    if (root.depth == 0 || root.depth > kTreeDepthMax)
      return DamagedPage(what, root.page, "its height can't be");
    RETURN_IF_ERROR(
        LookAtWholeTree(what, free_list ? KeyOrder::kNumbers : KeyOrder::kBytes, root.page, root.depth, sum));
  }
  return sum.Total();
}

absl::Status TreeGuard::LookAtWholeTree(std::string_view what, KeyOrder order, uint64_t number,
                                        uint32_t level, Sum& sum) {
  RETURN_IF_ERROR(CheckKind(what, number, level));
  const PageView page(PageAt(number));
  if (!page.Holds(order)) return DamagedPage(what, number, "its records don't fit together");
  sum.Add(PageAt(number), kPageBytes);
  for (uint32_t i = 0; i < page.count(); ++i) {
    absl::Status seen;
    if (level > 1) {
      seen = LookAtWholeTree(what, order, page.child(i), level - 1, sum);
    } else if (order == KeyOrder::kNumbers) {
      seen = LookAtFreeList(page, i, sum);
    } else {
      seen = LookAtName(page, i);
    }
    RETURN_IF_ERROR(seen);
  }
  return absl::OkStatus();
}

// Checks a list of free pages: its length, and the numbers, greatest first. LMDB overwrites these pages.
absl::Status TreeGuard::LookAtFreeList(const PageView& leaf, uint32_t item, Sum& sum) {
  std::string_view list;
  if (leaf.is_large(item)) {
    const uint64_t first = leaf.value_page(item);
    RETURN_IF_ERROR(LookAtValuePages(kFreeListName, first, leaf.value_bytes(item)));
    list = {PageAt(first) + kPageHeaderBytes, leaf.value_bytes(item)};
    sum.Add(list.data(), list.size());
  } else {
    list = leaf.value(item);
  }
  const uint64_t count = list.size() < sizeof(uint64_t) ? 0 : Stored<uint64_t>(list.data());
  bool holds = list.size() >= sizeof(uint64_t) && count < list.size() / sizeof(uint64_t);
  uint64_t above = sum.last_page + 1;
  for (uint64_t i = 1; holds && i <= count; ++i) {
    const uint64_t page = Stored<uint64_t>(list.data() + i * sizeof(uint64_t));
    holds = page >= kMetaPages && page < above;
    above = page;
  }
  return holds ? absl::OkStatus() : DamagedPage(kFreeListName, leaf.number(), "a list in it can't be");
}

// Checks the format's record, or the root of a named database.
absl::Status TreeGuard::LookAtName(const PageView& leaf, uint32_t item) {
  if (leaf.flags(item) == 0) return absl::OkStatus();
  if (leaf.flags(item) != PageView::kTree || leaf.value_bytes(item) != TreeRoot::kBytes)
    return DamagedPage(kNamesName, leaf.number(), "it holds what no list of databases has");
  const TreeRoot root = TreeRoot::Read(leaf.value(item).data());
  const bool empty = root.page == kNoPage && root.depth == 0 && root.items == 0;
  const bool full = root.page != kNoPage && root.depth > 0 && root.depth <= kTreeDepthMax && root.items > 0;
  if (root.flags == 0 && (empty || full)) return absl::OkStatus();
  return DamagedPage(kNamesName, leaf.number(), "what it says of a database can't be");
}

}  // namespace muster::index

// The part of TreeGuard that looks for pages with two uses. LMDB's list of free pages has no checksum: a
// damaged number in it can name a page that holds data, and the next write that takes a free page overwrites
// it. All pages of one state are reached from its meta page, so one walk over the free list and over every
// tree sees each use of each page, and marks it.
#include <optional>

#include "index/status/status_macros.h"
#include "index/storage/pages/page_uses.h"
#include "index/storage/pages/tree_guard.h"

namespace muster::index {
namespace {

constexpr uint64_t kPagesPerLook = 4096;  // how often the walk calls `go_on`

// The meta page of a transaction. A writer may overwrite it at any time, so it is read twice.
std::optional<MetaPage> MetaOf(const char* map, uint64_t transaction) {
  const char* const page = map + transaction % kMetaPages * kPageBytes;
  const MetaPage meta = MetaPage::Read(page);
  const bool stays = meta.transaction == transaction && MetaPage::Read(page).transaction == transaction;
  return stays ? std::optional(meta) : std::nullopt;
}

}  // namespace

absl::StatusOr<bool> TreeGuard::CountPageUses(uint64_t transaction, PageUses& uses) {
  const std::optional<MetaPage> meta = MetaOf(map_, transaction);
  if (!meta.has_value()) return false;
  RETURN_IF_ERROR(CountTree(kFreeListName, KeyOrder::kNumbers, meta->free_list, uses));
  RETURN_IF_ERROR(CountTree(kNamesName, KeyOrder::kBytes, meta->names, uses));
  return true;
}

absl::Status TreeGuard::CountTree(std::string_view what, KeyOrder order, const TreeRoot& root,
                                  PageUses& uses) {
  if (root.page == kNoPage) return absl::OkStatus();
  if (root.depth == 0 || root.depth > kTreeDepthMax)
    return DamagedPage(what, root.page, "its height can't be");
  absl::Status counted = CountBelow(what, order, root.page, root.depth, uses);
  // Damage that ends the walk of one tree doesn't prevent the others.
  if (!absl::IsDataLoss(counted)) return counted;
  uses.problem(counted);
  return absl::OkStatus();
}

absl::Status TreeGuard::CountBelow(std::string_view what, KeyOrder order, uint64_t number, uint32_t level,
                                   PageUses& uses) {
  RETURN_IF_ERROR(CheckKind(what, number, level));
  RETURN_IF_ERROR(CountUse(what, number, 1, uses));
  const PageView page(PageAt(number));
  if (!page.Holds(order)) return DamagedPage(what, number, "its records don't fit together");
  for (uint32_t i = 0; i < page.count(); ++i) {
    RETURN_IF_ERROR(level > 1 ? CountBelow(what, order, page.child(i), level - 1, uses)
                              : CountItem(what, order, page, i, uses));
  }
  return absl::OkStatus();
}

absl::Status TreeGuard::CountItem(std::string_view what, KeyOrder order, const PageView& leaf, uint32_t item,
                                  PageUses& uses) {
  std::string_view value;
  if (leaf.is_large(item)) {
    const uint64_t first = leaf.value_page(item);
    RETURN_IF_ERROR(LookAtValuePages(what, first, leaf.value_bytes(item)));
    // The value's pages stay its own when it becomes smaller.
    RETURN_IF_ERROR(CountUse(what, first, PageView(PageAt(first)).value_pages(), uses));
    value = {PageAt(first) + kPageHeaderBytes, leaf.value_bytes(item)};
  } else {
    value = leaf.value(item);
  }
  if (order == KeyOrder::kNumbers) return CountFree(leaf.number(), value, uses);
  if (leaf.flags(item) != PageView::kTree) return absl::OkStatus();
  if (value.size() != TreeRoot::kBytes)
    return DamagedPage(what, leaf.number(), "it holds what no list of databases has");
  return CountTree(leaf.key(item), KeyOrder::kBytes, TreeRoot::Read(value.data()), uses);
}

absl::Status TreeGuard::CountUse(std::string_view what, uint64_t first, uint64_t count, PageUses& uses) {
  for (uint64_t page = first; page < first + count; ++page) {
    if (PageAt(page) == nullptr) return DamagedPage(what, page, "the file was cut short before it");
    if (uses.used.Has(page)) return DamagedPage(what, page, "something else has the same page");
    if (uses.free.Has(page)) uses.problem(DamagedPage(what, page, "the free list names it as well"));
    uses.used.Set(page);
    if (++uses.pages % kPagesPerLook == 0 && !uses.go_on()) return absl::CancelledError("");
  }
  return absl::OkStatus();
}

absl::Status TreeGuard::CountFree(uint64_t leaf, std::string_view list, PageUses& uses) {
  const uint64_t count = list.size() < sizeof(uint64_t) ? 0 : Stored<uint64_t>(list.data());
  if (list.size() < sizeof(uint64_t) || count >= list.size() / sizeof(uint64_t))
    return DamagedPage(kFreeListName, leaf, "a list in it can't be");
  for (uint64_t i = 1; i <= count; ++i) {
    const uint64_t page = Stored<uint64_t>(list.data() + i * sizeof(uint64_t));
    if (uses.free.Has(page)) uses.problem(DamagedPage(kFreeListName, page, "it is listed twice"));
    // The free list's own pages, of which some were counted before.
    if (uses.used.Has(page)) uses.problem(DamagedPage(kFreeListName, page, "it is listed and in use"));
    uses.free.Set(page);
    ++uses.pages;
  }
  return absl::OkStatus();
}

}  // namespace muster::index

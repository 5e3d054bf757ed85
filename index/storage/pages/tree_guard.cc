// Checks the pages on the way from a tree's root to a leaf; tree_guard.h says why that is enough. The records
// within a page are checked once. That its keys lie within the bounds given by the branches above it is
// checked on every way, because a damaged branch may lead to the wrong page.
#include "index/storage/pages/tree_guard.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/record_name.h"
#include "index/storage/pages/seal.h"
#include "text/abseil_text.h"

namespace muster::index {
namespace {

constexpr uint32_t kLeafLevel = 1;
constexpr uint32_t kLowestBranch = 2;

// The child of a branch under which `key` belongs, or under which keys less than it do.
uint32_t ChildOf(const PageView& branch, std::string_view key, bool before) {
  uint32_t low = 0, high = branch.count();  // the child lies in [low, high)
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    const std::string_view first = branch.key(middle);
    (before ? first < key : first <= key) ? low = middle : high = middle;
  }
  return low;
}

}  // namespace

void TreeGuard::SetMap(const char* begin, size_t bytes, int descriptor) {
  map_ = begin;
  map_pages_ = bytes / kPageBytes;
  descriptor_ = descriptor;
  file_pages_.store(0, std::memory_order_relaxed);
}

bool TreeGuard::TrustsAll(EnvironmentKind kind) const {
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment == kind && !Trusts(spec.id)) return false;
  }
  return true;
}

absl::Status TreeGuard::DamagedPage(std::string_view what, uint64_t page, std::string_view why) const {
  return WithReason(
      absl::DataLossError(absl::StrCat("page ", page, " of ", file_, ", in \"", std::string(what),
                                       "\", is damaged: ", std::string(why), ForAbseil(kMendOfDamage))),
      Reason::kStorageCorrupt);
}

absl::Status TreeGuard::DamagedRecord(DatabaseId database, std::string_view key, std::string_view why) const {
  return WithReason(
      absl::DataLossError(absl::StrCat("the record of ", RecordName(database, key), " in ", file_,
                                       " is damaged: ", std::string(why), ForAbseil(kMendOfDamage))),
      Reason::kStorageCorrupt);
}

// Null when the file ends before the page: reading it would end the process with SIGBUS.
const char* TreeGuard::PageAt(uint64_t page) {
  if (page < kMetaPages || page >= map_pages_) return nullptr;
  if (page >= file_pages_.load(std::memory_order_relaxed)) {
    struct stat file;
    if (fstat(descriptor_, &file) != 0) return nullptr;
    const uint64_t pages = static_cast<uint64_t>(file.st_size) / kPageBytes;
    file_pages_.store(pages, std::memory_order_relaxed);
    if (page >= pages) return nullptr;
  }
  return map_ + page * kPageBytes;
}

absl::Status TreeGuard::CheckKind(std::string_view what, uint64_t page, uint32_t level) {
  const char* const bytes = PageAt(page);
  if (bytes == nullptr) return DamagedPage(what, page, "the file was cut short before it");
  const PageView view(bytes);
  if (view.number() != page) return DamagedPage(what, page, "another page lies in its place");
  if (view.kind() != (level == 1 ? PageView::kLeaf : PageView::kBranch))
    return DamagedPage(what, page, "it is of another kind than its place asks for");
  return absl::OkStatus();
}

absl::Status TreeGuard::LookAt(const SoughtLeaf& sought, const TreeRoot& root, LeafRange& leaf) {
  leaf.known = false;
  const DatabaseId database = sought.database;
  Descent way{.key = sought.key,
              .siblings = sought.reach == Reach::kSiblings,
              .to = sought.reach == Reach::kBranches ? kLowestBranch : kLeafLevel};
  if (sought.place != Place::kAtKey) way.step = sought.place == Place::kFirst ? Step::kFirst : Step::kLast;
  Bounds bounds;
  absl::Status seen = Descend(database, root, way, bounds);
  if (sought.reach == Reach::kWay) return seen;
  const bool with_neighbours = sought.reach != Reach::kBranches;
  Bounds neighbour;
  if (seen.ok() && with_neighbours && bounds.has_end) {
    way.step = Step::kTo;
    way.key = bounds.end;
    seen = Descend(database, root, way, neighbour);
  }
  if (seen.ok() && with_neighbours && !bounds.first.empty()) {
    way.step = Step::kBefore;
    way.key = bounds.first;
    seen = Descend(database, root, way, neighbour);
  }
  RETURN_IF_ERROR(seen);
  leaf.first = std::string(bounds.first);
  leaf.end = std::string(bounds.end);
  leaf.has_end = bounds.has_end;
  leaf.known = true;
  return absl::OkStatus();
}

absl::Status TreeGuard::Descend(DatabaseId database, const TreeRoot& root, const Descent& way,
                                Bounds& bounds) {
  const char* const what = SpecOf(database).name;
  bounds = {};
  if (root.page == kNoPage) return absl::OkStatus();
  if (root.depth == 0 || root.depth > kTreeDepthMax || root.flags != 0)
    return DamagedPage(what, root.page, "what the list of databases says of it can't be");
  RETURN_IF_ERROR(LookAtRoot(database, root));
  uint64_t page = root.page;
  for (uint32_t level = root.depth; level >= way.to; --level) {
    RETURN_IF_ERROR(LookAtPage(database, page, level, bounds));
    if (level == way.to) break;
    const PageView branch(PageAt(page));
    const uint32_t last = branch.count() - 1;
    const uint32_t child = way.step == Step::kFirst  ? 0
                           : way.step == Step::kLast ? last
                                                     : ChildOf(branch, way.key, way.step == Step::kBefore);
    const auto bounds_of = [&](uint32_t i) {
      return Bounds{i > 0 ? branch.key(i) : bounds.first, i < last ? branch.key(i + 1) : bounds.end,
                    i < last || bounds.has_end};
    };
    for (uint32_t i = child > 0 ? child - 1 : 0; way.siblings && i <= child + 1 && i <= last; ++i) {
      RETURN_IF_ERROR(LookAtPage(database, branch.child(i), level - 1, bounds_of(i)));
    }
    bounds = bounds_of(child);
    page = branch.child(child);
  }
  return absl::OkStatus();
}

// A checked page may belong to another database: the seals of the root's outer records show it.
absl::Status TreeGuard::LookAtRoot(DatabaseId database, const TreeRoot& root) {
  std::atomic<bool>& seen = root_looked_at_[static_cast<size_t>(database)];
  if (seen.load(std::memory_order_relaxed)) return absl::OkStatus();
  for (const bool last : {false, true}) {
    RETURN_IF_ERROR(OuterKey(database, root.page, root.depth, last).status());
  }
  seen.store(true, std::memory_order_relaxed);
  return absl::OkStatus();
}

absl::Status TreeGuard::LookAtPage(DatabaseId database, uint64_t number, uint32_t level,
                                   const Bounds& bounds) {
  const char* const what = SpecOf(database).name;
  RETURN_IF_ERROR(CheckKind(what, number, level));
  const PageView page(PageAt(number));
  if (!looked_at_.Has(number)) {
    if (!page.Holds(KeyOrder::kBytes)) return DamagedPage(what, number, "its records don't fit together");
    if (level > 1 && page.count() < 2) return DamagedPage(what, number, "it leads to one page alone");
    RETURN_IF_ERROR(level == 1 ? LookAtLeaf(database, number, page)
                               : LookAtBranch(database, number, page, level));
    looked_at_.Set(number);
  }
  if (page.key(level == 1 ? 0 : 1) < bounds.first ||
      (bounds.has_end && page.key(page.count() - 1) >= bounds.end)) {
    return DamagedPage(what, number, "its keys belong elsewhere");
  }
  return absl::OkStatus();
}

absl::Status TreeGuard::LookAtLeaf(DatabaseId database, uint64_t number, const PageView& page) {
  for (uint32_t i = 0; i < page.count(); ++i) {
    RETURN_IF_ERROR(LookAtItem(database, number, page, i));
  }
  return absl::OkStatus();
}

absl::Status TreeGuard::LookAtItem(DatabaseId database, uint64_t number, const PageView& page, uint32_t i) {
  const std::string_view key = page.key(i);
  if (page.flags(i) != 0 && !page.is_large(i))
    return DamagedPage(SpecOf(database).name, number, "it holds what no database has");
  bool holds = false;
  if (page.is_large(i)) {
    const uint64_t first = page.value_page(i);
    RETURN_IF_ERROR(LookAtValuePages(SpecOf(database).name, first, page.value_bytes(i)));
    const std::string_view stored(PageAt(first) + kPageHeaderBytes, page.value_bytes(i));
    // LMDB leaves a value where it was when the same transaction makes it small.
    holds = StoredSealBytesOf(key.size(), stored.size()) == kLargeSealBytes
                ? SealNames(database, key, stored)
                : SealHolds(database, key, stored);
  } else {
    holds = SealHolds(database, key, page.value(i));
  }
  return holds ? absl::OkStatus() : DamagedRecord(database, key, "its checksum is wrong");
}

// Checks that the keys separate the branch's children: otherwise a search would miss keys in the wrong one.
absl::Status TreeGuard::LookAtBranch(DatabaseId database, uint64_t number, const PageView& page,
                                     uint32_t level) {
  for (uint32_t i = 0; i < page.count(); ++i) {
    if (i > 0) {
      ASSIGN_OR_RETURN(const std::string_view first, OuterKey(database, page.child(i), level - 1, false));
      if (first < page.key(i))
        return DamagedPage(SpecOf(database).name, number, "its keys don't part the pages that it leads to");
    }
    if (i + 1 < page.count()) {
      ASSIGN_OR_RETURN(const std::string_view last, OuterKey(database, page.child(i), level - 1, true));
      if (last >= page.key(i + 1))
        return DamagedPage(SpecOf(database).name, number, "its keys don't part the pages that it leads to");
    }
  }
  return absl::OkStatus();
}

// The least or the greatest key in the leaves below a page, whose record is checked to be the database's.
absl::StatusOr<std::string_view> TreeGuard::OuterKey(DatabaseId database, uint64_t number, uint32_t level,
                                                     bool last) {
  const char* const what = SpecOf(database).name;
  for (;; --level) {
    RETURN_IF_ERROR(CheckKind(what, number, level));
    const PageView page(PageAt(number));
    if (!looked_at_.Has(number) && !page.Holds(KeyOrder::kBytes))
      return DamagedPage(what, number, "its records don't fit together");
    const uint32_t item = last ? page.count() - 1 : 0;
    if (level == kLeafLevel) {
      RETURN_IF_ERROR(LookAtItem(database, number, page, item));
      return page.key(item);
    }
    number = page.child(item);
  }
}

absl::Status TreeGuard::LookAtValuePages(std::string_view what, uint64_t first, uint64_t value_bytes) {
  const uint64_t pages = (kPageHeaderBytes - 1 + value_bytes) / kPageBytes + 1;
  const char* const bytes = PageAt(first);
  if (bytes == nullptr || PageAt(first + pages - 1) == nullptr)
    return DamagedPage(what, first, "the file was cut short before it");
  const PageView page(bytes);
  if (page.number() != first || page.kind() != PageView::kOverflow || page.value_pages() < pages)
    return DamagedPage(what, first, "it doesn't hold the value that it should");
  return absl::OkStatus();
}

absl::Status TreeGuard::LookAtLarge(DatabaseId database, std::string_view key, std::string_view stored) {
  const bool holds =
      looked_at_.Has(PageOfLarge(stored)) || (SealNames(database, key, stored) && LargeHolds(stored));
  return holds ? absl::OkStatus() : DamagedRecord(database, key, "its checksum is wrong");
}

bool TreeGuard::LargeHolds(std::string_view stored) {
  const uint64_t page = PageOfLarge(stored);
  if (looked_at_.Has(page)) return true;
  if (!LargeValueHolds(stored)) return false;
  looked_at_.Set(page);
  return true;
}

uint64_t TreeGuard::PageOfLarge(std::string_view stored) const {
  return static_cast<uint64_t>(stored.data() - kPageHeaderBytes - map_) / kPageBytes;
}

}  // namespace muster::index

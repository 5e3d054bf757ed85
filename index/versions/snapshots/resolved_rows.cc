#include "index/versions/snapshots/resolved_rows.h"

namespace muster::index {
namespace {

size_t BytesOf(const ResolvedRow& row) {
  return sizeof(ResolvedKey) + sizeof(ResolvedRow) + row.fragments.size() * sizeof(ResolvedRow::Fragment) +
         row.flips.size() * sizeof(RecordBytes);
}

}  // namespace

std::shared_ptr<const ResolvedRow> ResolvedRows::Find(const StorageView& view, const ResolvedKey& key) {
  Part& part = PartOf(key);
  MutexLock lock(part.mutex);
  if (part.view != view) return nullptr;
  const auto found = part.rows.find(key);
  return found == part.rows.end() ? nullptr : found->second;
}

std::shared_ptr<const ResolvedRow> ResolvedRows::Keep(const StorageView& view, const ResolvedKey& key,
                                                      const ResolvedRow& row) {
  auto made = std::make_shared<const ResolvedRow>(row);
  const size_t bytes = BytesOf(*made);
  absl::flat_hash_map<ResolvedKey, std::shared_ptr<const ResolvedRow>> forgotten;  // freed outside the mutex
  Part& part = PartOf(key);
  MutexLock lock(part.mutex);
  if (view.transaction < part.view.transaction) return nullptr;
  if (part.view != view || part.bytes + bytes > max_bytes_of_part_) {
    forgotten.swap(part.rows);
    part.bytes = 0;
    part.view = view;
  }
  const auto [at, added] = part.rows.try_emplace(key, std::move(made));
  if (added) part.bytes += bytes;
  return at->second;
}

}  // namespace muster::index

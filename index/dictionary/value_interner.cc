#include "index/dictionary/value_interner.h"

#include <algorithm>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "text/abseil_text.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kTextBlockBytes = size_t{64} * 1024;

}  // namespace

absl::StatusOr<PendingValues::Found> PendingValues::FindOrAdd(std::string_view normal) {
  // Under the lock, so that no value is stored and forgotten between the two look-ups.
  MutexLock lock(mutex_);
  const auto known = pending_.find(ForAbseil(normal));
  if (known != pending_.end()) return Found{known->second, false};
  ASSIGN_OR_RETURN(const std::optional<ValueId> stored, stored_(normal));
  if (stored) return Found{*stored, true};
  if (last_id_ == kMaxValueId) {
    return WithLimit(
        absl::ResourceExhaustedError(Sentence("a tag holds at most ", kMaxValueId, " different values")),
        kMaxValueId);
  }
  pending_.emplace(std::string(normal), ++last_id_);
  return Found{last_id_, false};
}

void PendingValues::SetLookup(StoredLookup stored) {
  MutexLock lock(mutex_);
  stored_ = std::move(stored);
}

void PendingValues::Forget(const std::vector<std::pair<std::string_view, ValueId>>& stored) {
  MutexLock lock(mutex_);
  for (const auto& [text, id] : stored) pending_.erase(ForAbseil(text));
}

absl::StatusOr<ValueId> ValueInterner::Intern(std::string_view written, std::string_view normal) {
  std::optional<ValueId> id = FindSeen(normal);
  if (!id) {
    ASSIGN_OR_RETURN(const PendingValues::Found found, pending_->FindOrAdd(normal));
    const std::string_view kept = Keep(normal);
    id = found.id;
    if (!found.is_stored) fresh_.emplace_back(kept, found.id);
    seen_.emplace(kept, found.id);
  }
  if (written != normal) seen_.emplace(Keep(written), *id);
  return *id;
}

absl::StatusOr<ValueId> ValueInterner::Reserve(std::string_view written, std::string_view normal) {
  std::optional<ValueId> id = FindSeen(normal);
  if (!id) {
    const absl::StatusOr<PendingValues::Found> found = pending_->FindOrAdd(normal);
    if (!found.ok() && !absl::IsResourceExhausted(found.status())) return found.status();
    id = found.ok() ? found->id : kOwnValue;
    seen_.emplace(Keep(normal), *id);
  }
  if (written != normal) seen_.emplace(Keep(written), *id);
  return *id;
}

std::string_view ValueInterner::FreshText(ValueId id) const {
  const auto found =
      std::find_if(fresh_.begin(), fresh_.end(), [id](const auto& fresh) { return fresh.second == id; });
  return found == fresh_.end() ? std::string_view() : found->first;
}

void ValueInterner::Publish(StoredLookup stored) {
  pending_->SetLookup(std::move(stored));
  pending_->Forget(fresh_);
}

uint64_t ValueInterner::ByteSize() const {
  constexpr uint64_t kSlotBytes = sizeof(std::pair<std::string_view, ValueId>) + 1;
  // A pending value: its slot, and its text if that doesn't fit into it.
  constexpr uint64_t kPendingBytes = 2 * (sizeof(std::pair<std::string, ValueId>) + 1);
  return blocks_.size() * kTextBlockBytes + seen_.capacity() * kSlotBytes +
         fresh_.capacity() * sizeof(fresh_[0]) + fresh_.size() * kPendingBytes;
}

std::string_view ValueInterner::Keep(std::string_view text) {
  if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(kTextBlockBytes, text.size()));
  }
  std::string& block = blocks_.back();
  const size_t begin = block.size();
  block.append(text);
  return std::string_view(block).substr(begin);
}

}  // namespace muster::index

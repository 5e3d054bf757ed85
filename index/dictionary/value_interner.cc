#include "index/dictionary/value_interner.h"

#include <algorithm>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr size_t kTextBlockBytes = size_t{64} * 1024;

}  // namespace

absl::StatusOr<ValueId> ValueInterner::Intern(std::string_view written, std::string_view normal) {
  std::optional<ValueId> id = FindSeen(normal);
  if (!id) {
    ASSIGN_OR_RETURN(id, stored_(normal));
    const std::string_view kept = Keep(normal);
    if (!id) {
      if (last_id_ == kMaxValueId) {
        return WithLimit(
            absl::ResourceExhaustedError(Sentence("a tag holds at most ", kMaxValueId, " different values")),
            kMaxValueId);
      }
      id = ++last_id_;
      fresh_.emplace_back(kept, *id);
    }
    seen_.emplace(kept, *id);
  }
  if (written != normal) seen_.emplace(Keep(written), *id);
  return *id;
}

absl::StatusOr<ValueId> ValueInterner::FindOrNone(std::string_view written, std::string_view normal) {
  std::optional<ValueId> id = FindSeen(normal);
  if (!id) {
    ASSIGN_OR_RETURN(const std::optional<ValueId> stored, stored_(normal));
    id = stored.value_or(kOwnValue);
    seen_.emplace(Keep(normal), *id);
  }
  if (written != normal) seen_.emplace(Keep(written), *id);
  return *id;
}

uint64_t ValueInterner::ByteSize() const {
  constexpr uint64_t kSlotBytes = sizeof(std::pair<std::string_view, ValueId>) + 1;
  return blocks_.size() * kTextBlockBytes + seen_.capacity() * kSlotBytes +
         fresh_.capacity() * sizeof(fresh_[0]);
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

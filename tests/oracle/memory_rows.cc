#include "tests/oracle/memory_rows.h"

#include <cstring>
#include <utility>

namespace muster::oracle {

using index::RecordBytes;
using index::ResolvedRow;
using index::RowRef;

void MemoryRows::Put(RowRef row, uint32_t fragment, MemoryFragment records, uint64_t cardinality) {
  Row& stored = rows_[row];
  stored.fragments.resize(fragment_count_);
  stored.fragments[fragment] = std::move(records);
  stored.cardinality += cardinality;
}

void MemoryRows::Put(RowRef row, uint32_t fragment, const index::Bitmap& bitmap) {
  Put(row, fragment, {index::EncodeRecord(index::RecordKind::kImage, bitmap), {}}, bitmap.Cardinality());
}

index::ValuesWithRows MemoryRows::FindValuesWithRows(index::TagId tag) const {
  const auto composed = composed_.lower_bound({tag, 0});
  if (composed == composed_.end() || composed->tag != tag) return {};
  std::vector<index::ValueId> values;
  for (auto at = rows_.lower_bound({tag, 0}); at != rows_.end() && at->first.tag == tag; ++at) {
    const index::RowId row = at->first.row;
    const bool of_value =
        index::ValueOf(row) != index::kOwnValue && index::SlotOf(row) == index::kMembershipSlot;
    if (of_value && IsStored(at->first)) values.push_back(index::ValueOf(row));
  }
  return index::ValuesWithRows(std::move(values));
}

uint64_t MemoryRows::Cardinality(RowRef row) const {
  const auto found = rows_.find(row);
  return found == rows_.end() ? 0 : found->second.cardinality;
}

const std::vector<MemoryFragment>* MemoryRows::Find(RowRef row) const {
  const auto found = rows_.find(row);
  return found == rows_.end() ? nullptr : &found->second.fragments;
}

void MemoryRows::VisitValues(index::TagId tag,
                             const std::function<bool(index::RowId, uint64_t)>& visit) const {
  const RowRef first{tag, index::MakeRow(index::kOwnValue + 1, index::kMembershipSlot)};
  for (auto at = rows_.lower_bound(first); at != rows_.end() && at->first.tag == tag; ++at) {
    if (at->second.cardinality > 0 && !visit(at->first.row, at->second.cardinality)) return;
  }
}

absl::Status MemorySource::BeginWindow(uint32_t first_fragment, uint32_t count) {
  if (in_window_) return absl::FailedPreconditionError("a window is open already");
  if (count == 0 || count > index::kMaxWindowFragments)
    return absl::InvalidArgumentError("a window of a wrong size");
  in_window_ = true;
  ++windows_begun_;
  first_ = first_fragment;
  count_ = count;
  return absl::OkStatus();
}

absl::Status MemorySource::Resolve(RowRef row, ResolvedRow& resolved) { return Resolve(row, true, resolved); }

absl::Status MemorySource::ResolveToScan(RowRef row, ResolvedRow& resolved) {
  return Resolve(row, false, resolved);
}

absl::Status MemorySource::CheckRecord(RowRef /*row*/, RecordBytes record) {
  const auto lent = unchecked_.find(const_cast<uint8_t*>(record.data()));
  if (lent == unchecked_.end()) return absl::OkStatus();
  std::memcpy(lent->first, lent->second->data(), lent->second->size());
  unchecked_.erase(lent);
  return absl::OkStatus();
}

absl::Status MemorySource::Resolve(RowRef row, bool checked, ResolvedRow& resolved) {
  if (!in_window_) return absl::FailedPreconditionError("no window is open");
  resolved.fragments.assign(count_, ResolvedRow::Fragment{});
  resolved.flips.clear();
  const std::vector<MemoryFragment>* fragments = rows_.Find(row);
  if (fragments == nullptr) return absl::OkStatus();
  for (uint32_t i = 0; i < count_ && first_ + i < fragments->size(); ++i) {
    const MemoryFragment& records = (*fragments)[first_ + i];
    ResolvedRow::Fragment& fragment = resolved.fragments[i];
    fragment.image = Lend(records.image, checked);
    fragment.first_flip = static_cast<uint32_t>(resolved.flips.size());
    fragment.flip_count = static_cast<uint32_t>(records.flips.size());
    for (const std::string& flip : records.flips) resolved.flips.push_back(Lend(flip, checked));
  }
  return absl::OkStatus();
}

void MemorySource::EndWindow() {
  in_window_ = false;
  unchecked_.clear();
  lent_.clear();
}

RecordBytes MemorySource::Lend(const std::string& record, bool checked) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(record.data());
  if (lending_ == Lending::kInPlace || record.empty()) return RecordBytes(bytes, record.size());
  lent_.push_back(std::make_unique<uint8_t[]>(record.size()));
  if (checked) {
    std::memcpy(lent_.back().get(), bytes, record.size());
  } else {
    std::memset(lent_.back().get(), 0xa5, record.size());
    unchecked_.emplace(lent_.back().get(), &record);
  }
  return RecordBytes(lent_.back().get(), record.size());
}

}  // namespace muster::oracle

#include "index/versions/publishing/staged_batch.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_meter.h"
#include "index/storage/write_in_turns.h"
#include "index/versions/publishing/sweeper.h"

namespace muster::index {
namespace {

// The most pages that are buffered: about a transaction's worth. The number of items is bounded too, so that
// small ones don't pile up.
constexpr size_t kBatchPages = 512;
constexpr size_t kBatchItems = 16384;

}  // namespace

absl::StatusOr<uint32_t> StagedBatch::Register(StagedKind kind) {
  Numbers& numbers = numbers_[kind];
  if (numbers.next == numbers.end) {
    RETURN_IF_ERROR(TakeNumbers(kind, numbers));
  }
  const uint32_t id = numbers.next++;
  RETURN_IF_ERROR(Add(DatabaseId::kStaging, StagedKey(kind, id), std::string(MakeKey64(load_))));
  FaultPoint("staging/registered");
  return id;
}

absl::Status StagedBatch::TakeNumbers(StagedKind kind, Numbers& numbers) {
  const std::string_view counter = kind == StagedKind::kStore ? kStoreCounter : kEdgeCounter;
  if (pool_ != nullptr) {
    ASSIGN_OR_RETURN(const uint32_t first, pool_->TakeIds(counter, numbers_at_once_));
    numbers = {first, first + numbers_at_once_};
    return absl::OkStatus();
  }
  return writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    const absl::StatusOr<uint32_t> first = NextIds(transaction, counter, numbers_at_once_);
    if (first.ok()) numbers = {*first, *first + numbers_at_once_};
    return first.status();
  });
}

absl::Status StagedBatch::Add(DatabaseId database, std::string_view key, std::string value) {
  return AddItem({database, std::string(key), std::move(value)});
}

absl::Status StagedBatch::Remove(DatabaseId database, std::string_view key) {
  return AddItem({database, std::string(key), std::nullopt});
}

absl::Status StagedBatch::AddItem(StagedItem item) {
  const size_t value_bytes = item.value ? item.value->size() : 0;
  pages_ += OverflowPagesOf(item.key.size(), value_bytes);
  bytes_ += item.key.size() + value_bytes;
  items_.push_back(std::move(item));
  if (pages_ + bytes_ / kPageBytes < kBatchPages && items_.size() < kBatchItems) return absl::OkStatus();
  return Flush();
}

absl::Status StagedBatch::Flush() {
  RETURN_IF_ERROR(WriteStaged(writer_, items_));
  TakeItems();
  return absl::OkStatus();
}

std::vector<StagedItem> StagedBatch::TakeItems() {
  pages_ = bytes_ = 0;
  return std::exchange(items_, {});
}

absl::Status WriteStaged(WriteTransaction& transaction, const StagedItem& item) {
  FaultPoint("staging/item");
  if (item.value) return transaction.Put(item.database, item.key, *item.value);
  return transaction.Delete(item.database, item.key).status();
}

absl::Status WriteStaged(WriterQueue& writer, const std::vector<StagedItem>& items) {
  const auto write = [&items](WriteTransaction& transaction, size_t i) {
    return WriteStaged(transaction, items[i]);
  };
  RETURN_IF_ERROR(WriteInTurns(writer, WriteClass::kStaging, items.size(), write));
  FaultPoint("staging/batch_durable");
  return absl::OkStatus();
}

}  // namespace muster::index

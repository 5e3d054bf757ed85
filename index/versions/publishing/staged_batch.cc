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
  return writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    const std::string_view counter = kind == StagedKind::kStore ? kStoreCounter : kEdgeCounter;
    const absl::StatusOr<uint32_t> first = NextIds(transaction, counter, numbers_at_once_);
    if (first.ok()) numbers = {*first, *first + numbers_at_once_};
    return first.status();
  });
}

absl::Status StagedBatch::Add(DatabaseId database, std::string_view key, std::string value) {
  pages_ += OverflowPagesOf(key.size(), value.size());
  bytes_ += key.size() + value.size();
  items_.push_back({database, std::string(key), std::move(value)});
  if (pages_ + bytes_ / kPageBytes < kBatchPages && items_.size() < kBatchItems) return absl::OkStatus();
  return Flush();
}

absl::Status StagedBatch::Flush() {
  const auto put = [this](WriteTransaction& transaction, size_t i) {
    FaultPoint("staging/item");
    return transaction.Put(items_[i].database, items_[i].key, items_[i].value);
  };
  RETURN_IF_ERROR(WriteInTurns(writer_, WriteClass::kStaging, items_.size(), put));
  FaultPoint("staging/batch_durable");
  items_.clear();
  pages_ = bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace muster::index

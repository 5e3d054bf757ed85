#include "index/versions/staged_batch.h"

#include <utility>

#include "index/storage/fault_point.h"
#include "index/storage/page_meter.h"

namespace muster::index {
namespace {

// Pages of items that are kept in memory before they are written: about a transaction's worth, and at most so
// many items that small ones don't pile up.
constexpr size_t kBatchPages = 512;
constexpr size_t kBatchItems = 16384;

}  // namespace

absl::Status StagedBatch::Add(DatabaseId database, std::string_view key, std::string value) {
  pages_ += OverflowPagesOf(key.size(), value.size());
  bytes_ += key.size() + value.size();
  items_.push_back({database, std::string(key), std::move(value)});
  if (pages_ + bytes_ / kPageBytes < kBatchPages && items_.size() < kBatchItems) return absl::OkStatus();
  return Flush();
}

absl::Status StagedBatch::Flush() {
  size_t written = 0;
  while (written < items_.size()) {
    size_t next = written;
    absl::Status status = writer_.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
      FaultPoint("staging/batch_begins");
      for (next = written; next < items_.size() && !transaction.NearlyFull(); ++next) {
        const Item& item = items_[next];
        if (absl::Status put = transaction.Put(item.database, item.key, item.value); !put.ok()) return put;
      }
      FaultPoint("staging/batch_written");
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    FaultPoint("staging/batch_durable");
    written = next;
  }
  items_.clear();
  pages_ = bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace muster::index

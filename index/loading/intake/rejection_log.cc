#include "index/loading/intake/rejection_log.h"

#include <algorithm>
#include <utility>

namespace muster::index {

void RejectionLog::Reject(uint64_t line, Rejection reason, absl::FunctionRef<std::string()> message) {
  ++count_;
  ++by_reason_[static_cast<size_t>(reason)];
  const bool shown = first_.size() < kSampledRejections || line < first_.back().line;
  if (!shown && kept_ == nullptr) return;
  RejectedRecord rejected{line, reason, message()};
  if (kept_ != nullptr) kept_->Add(rejected);
  if (!shown) return;
  files_.Name(rejected);
  const auto place = std::upper_bound(first_.begin(), first_.end(), line,
                                      [](uint64_t a, const RejectedRecord& b) { return a < b.line; });
  first_.insert(place, std::move(rejected));
  if (first_.size() > kSampledRejections) first_.pop_back();
}

void RejectionLog::AddFile(const InputFile& file) {
  files_.Add(file);
  if (kept_ != nullptr) kept_->AddFile(file);
}

std::vector<std::pair<Rejection, uint64_t>> RejectionLog::ByReason() const {
  std::vector<std::pair<Rejection, uint64_t>> counts;
  for (size_t reason = 0; reason < by_reason_.size(); ++reason) {
    if (by_reason_[reason] > 0) counts.emplace_back(static_cast<Rejection>(reason), by_reason_[reason]);
  }
  return counts;
}

BatchRejections::BatchRejections(size_t size, absl::Span<const uint64_t> lines, uint64_t first_line,
                                 RejectionLog& log)
    : lines_(lines), first_line_(first_line), rejected_(size, 0), log_(log) {}

void BatchRejections::Reject(size_t record, Rejection reason, absl::FunctionRef<std::string()> message) {
  if (rejected_[record]) return;
  LeaveOut(record);
  log_.Reject(line(record), reason, message);
}

void BatchRejections::LeaveOut(size_t record) {
  rejected_[record] = 1;
  any_ = true;
}

}  // namespace muster::index

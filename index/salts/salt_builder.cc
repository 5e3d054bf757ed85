// Each turn reads the ids of one fragment without a transaction of the index, and then writes the rows in
// one. A fragment that is partly covered is computed anew from its beginning: that takes some milliseconds,
// needs no reading of stored records, and rewrites them whole in any case.
#include "index/salts/salt_builder.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "index/dictionary/stored_ids.h"
#include "index/salts/salt_record.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "index/versions/publishing/growing_store.h"

namespace muster::index {
namespace {

// Salts of one turn: each takes up to 15 rows of up to 10 pages.
constexpr size_t kSaltsInTurn = 4;

}  // namespace

bool SaltBuilder::IsBehind(const Salt& salt, Ordinal end) {
  return salt.covered < end && (salt.covered == 0 || end - salt.covered >= kWorthwhileIds);
}

SaltBuilder::SaltBuilder(WriterQueue& writer, const MemberIds& ids,
                         std::function<void(const absl::Status&)> failed)
    : writer_(writer), ids_(ids), failed_(std::move(failed)) {}

SaltBuilder::~SaltBuilder() { Stop(); }

absl::Status SaltBuilder::Start() {
  uint64_t salts = 0;
  {
    ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
    ASSIGN_OR_RETURN(salts, view.CountItems(DatabaseId::kSalts));
  }
  {
    MutexLock lock(mutex_);
    allowed_ = true;
  }
  if (salts > 0) Notify();
  return absl::OkStatus();
}

void SaltBuilder::Notify() {
  MutexLock lock(mutex_);
  if (!allowed_ || stopping_) return;
  notified_ = true;
  wake_.NotifyOne();
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
}

void SaltBuilder::NotifyIfRunning() {
  MutexLock lock(mutex_);
  notified_ = true;
  wake_.NotifyOne();
}

void SaltBuilder::Stop() {
  std::thread running;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyOne();
    running = std::move(thread_);
  }
  if (running.joinable()) running.join();
}

bool SaltBuilder::WaitForWork() {
  MutexLock lock(mutex_);
  while (!notified_ && !stopping_) wake_.Wait(mutex_);
  notified_ = false;
  return !stopping_;
}

bool SaltBuilder::Stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

// A failure (full disk, damage) ends the round; the next change or publication tries again. Questions compute
// what is missing.
void SaltBuilder::Loop() {
  while (WaitForWork()) {
    absl::StatusOr<bool> worked = true;
    while (worked.ok() && *worked && !Stopping()) worked = Step();
    if (!worked.ok() && !absl::IsCancelled(worked.status())) failed_(worked.status());
  }
}

absl::StatusOr<SaltBuilder::Work> SaltBuilder::FindWork() const {
  ASSIGN_OR_RETURN(const ReadTransaction view, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(const StoredIds needed, ReadNeededIds(view));
  ASSIGN_OR_RETURN(std::vector<Salt> salts, ReadSalts(view));
  Work work;
  std::erase_if(salts, [&needed](const Salt& salt) { return !IsBehind(salt, needed.end); });
  if (salts.empty()) return work;
  const Ordinal least = std::min_element(salts.begin(), salts.end(), [](const Salt& a, const Salt& b) {
                          return a.covered < b.covered;
                        })->covered;
  for (Salt& salt : salts) {
    if (salt.covered == least && work.salts.size() < kSaltsInTurn) work.salts.push_back(std::move(salt));
  }
  work.end = std::min(needed.end, FirstOrdinalOf(FragmentOf(least) + 1));
  return work;
}

absl::StatusOr<bool> SaltBuilder::Step() {
  ASSIGN_OR_RETURN(const Work work, FindWork());
  if (work.salts.empty()) return false;
  const std::vector<std::string_view> names = [&work] {
    std::vector<std::string_view> all;
    for (const Salt& salt : work.salts) all.push_back(salt.salt);
    return all;
  }();
  ASSIGN_OR_RETURN(const std::vector<BucketRows> buckets,
                   ReadBuckets(ids_, names, FragmentOf(work.salts.front().covered), work.end,
                               [this] { return !Stopping(); }));
  FaultPoint("salts/ids_read");
  RETURN_IF_ERROR(Write(work, buckets));
  FaultPoint("salts/turn_durable");
  return true;
}

absl::Status SaltBuilder::Write(const Work& work, const std::vector<BucketRows>& buckets) {
  return writer_.Run(WriteClass::kSettle, [&](WriteTransaction& transaction) -> absl::Status {
    FaultPoint("salts/turn_begins");
    for (size_t i = 0; i < work.salts.size(); ++i) {
      const Salt& before = work.salts[i];
      ASSIGN_OR_RETURN(std::optional<Salt> salt, FindSalt(transaction, before.salt));
      // It was dropped meanwhile, and perhaps named again.
      if (!salt.has_value() || salt->source != before.source || salt->covered != before.covered) continue;
      std::vector<GrownRow> rows;
      for (size_t row = 0; row < kBucketRows; ++row)
        rows.push_back(
            {BucketRow(row), buckets[i].RowAt(row), buckets[i].CountBelow(row, LocalOf(before.covered))});
      RETURN_IF_ERROR(GrowStore(transaction, salt->store, FragmentOf(before.covered), std::move(rows)));
      salt->covered = work.end;
      RETURN_IF_ERROR(transaction.Put(DatabaseId::kSalts, salt->salt, EncodeSalt(*salt)));
      FaultPoint("salts/salt_written");
    }
    FaultPoint("salts/turn_written");
    return absl::OkStatus();
  });
}

absl::Status SaltBuilder::BuildAll() {
  absl::StatusOr<bool> worked = true;
  while (worked.ok() && *worked) worked = Step();
  return worked.status();
}

}  // namespace muster::index

#include "index/versions/settler.h"

#include <utility>

#include "index/storage/fault_point.h"
#include "index/storage/keys.h"
#include "index/versions/fold.h"
#include "index/versions/publishing.h"

namespace muster::index {
namespace {

// Records of one background turn; the transaction's pages end most turns earlier.
constexpr size_t kRecordsInTurn = 4096;
// Stores that are looked up together: a load of many tags leaves one each.
constexpr size_t kStoresAtOnce = 1024;

// The neighbour of S on the way to another version: its parent, or the child under which the other one lies,
// found by lifting that one until its parent is S.
absl::StatusOr<Version> NeighbourTowards(const Transaction& transaction, TagId tag, Version settled,
                                         Version target) {
  Version walk = target;
  while (walk > settled) {
    absl::StatusOr<VersionRecord> record = ReadVersion(transaction, tag, walk);
    if (!record.ok()) return record.status();
    if (record->parent == settled) return walk;
    if (record->parent == kNoVersion) return Corrupt("tree of versions");
    walk = record->parent;
  }
  absl::StatusOr<VersionRecord> record = ReadVersion(transaction, tag, settled);
  if (!record.ok()) return record.status();
  if (record->parent == kNoVersion) return Corrupt("tree of versions");
  return record->parent;
}

// The version that the store should hold: its tag's current one if that is in this store, else what it holds.
absl::StatusOr<Version> TargetOf(const Transaction& transaction, StoreId store, const StoreRecord& record) {
  absl::StatusOr<std::optional<PublishedVersion>> current = CurrentVersion(transaction, record.tag);
  if (!current.ok()) return current.status();
  if (!current->has_value() || (*current)->record.store != store) return record.settled;
  return (*current)->version;
}

bool Settles(const StoreRecord& record) { return record.settling != kNoVersion; }

// Whether there is anything to do for a store.
absl::StatusOr<bool> IsUnsettled(const Transaction& transaction, StoreId store, const StoreRecord& record) {
  if (record.settled == kNoVersion) return false;  // staged
  if (Settles(record)) return true;
  absl::StatusOr<Version> target = TargetOf(transaction, store, record);
  if (!target.ok()) return target.status();
  return *target != record.settled;
}

}  // namespace

absl::StatusOr<SettleProgress> StepStore(WriteTransaction& transaction, StoreId store, size_t max_records) {
  absl::StatusOr<StoreRecord> record = ReadStore(transaction, store);
  if (!record.ok()) return record.status();
  SettleProgress progress;
  const StoreRecord before = *record;
  while (true) {
    absl::StatusOr<bool> unsettled = IsUnsettled(transaction, store, *record);
    if (!unsettled.ok()) return unsettled.status();
    progress.more = *unsettled;
    if (!*unsettled || progress.folded >= max_records || transaction.NearlyFull()) break;
    if (!Settles(*record)) {
      absl::StatusOr<Version> target = TargetOf(transaction, store, *record);
      if (!target.ok()) return target.status();
      absl::StatusOr<Version> neighbour =
          NeighbourTowards(transaction, record->tag, record->settled, *target);
      if (!neighbour.ok()) return neighbour.status();
      record->settling = *neighbour;
      record->frontier = {};
      FaultPoint("settle/neighbour_begun");
    }
    absl::StatusOr<size_t> folded = FoldSome(transaction, store, *record, max_records - progress.folded);
    if (!folded.ok()) return folded.status();
    progress.folded += *folded;
  }
  if (*record != before) {
    absl::Status status = transaction.Put(DatabaseId::kStores, MakeKey(store), EncodeStore(*record));
    if (!status.ok()) return status;
  }
  FaultPoint("settle/step_written");
  return progress;
}

Settler::Settler(WriterQueue& writer) : writer_(writer) {}

Settler::~Settler() { Stop(); }

void Settler::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
}

void Settler::Notify() {
  MutexLock lock(mutex_);
  notified_ = true;
  wake_.NotifyOne();
}

void Settler::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

bool Settler::WaitForWork() {
  MutexLock lock(mutex_);
  while (!notified_ && !stopping_) wake_.Wait(mutex_);
  notified_ = false;
  return !stopping_;
}

bool Settler::Stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

// A failure (full disk, damage) ends the round; the next publication tries again. Readers don't need the
// settler.
void Settler::Loop() {
  while (WaitForWork()) {
    absl::StatusOr<bool> worked = true;
    while (worked.ok() && *worked && !Stopping()) worked = Step(kRecordsInTurn);
  }
}

absl::StatusOr<std::vector<StoreId>> Settler::FindUnsettled() {
  std::vector<StoreId> unsettled;
  absl::StatusOr<ReadTransaction> transaction = writer_.environment().BeginRead();
  if (!transaction.ok()) return transaction.status();
  absl::StatusOr<Cursor> cursor = transaction->NewCursor(DatabaseId::kStores);
  if (!cursor.ok()) return cursor.status();
  for (cursor->First(); cursor->valid() && unsettled.size() < kStoresAtOnce; cursor->Next()) {
    if (cursor->key().size() != 4) return Corrupt("list of stores");
    const StoreId store = ReadU32(cursor->key().data());
    absl::StatusOr<StoreRecord> record = DecodeStore(cursor->value());
    if (!record.ok()) return record.status();
    absl::StatusOr<bool> is_unsettled = IsUnsettled(*transaction, store, *record);
    if (!is_unsettled.ok()) return is_unsettled.status();
    if (*is_unsettled) unsettled.push_back(store);
  }
  if (!cursor->status().ok()) return cursor->status();
  return unsettled;
}

absl::StatusOr<bool> Settler::Step(size_t max_records) {
  std::vector<StoreId> stores;
  {
    MutexLock lock(mutex_);
    stores = std::exchange(unfinished_, {});
  }
  if (stores.empty()) {
    absl::StatusOr<std::vector<StoreId>> found = FindUnsettled();
    if (!found.ok()) return found.status();
    if (found->empty()) return false;
    stores = *std::move(found);
  }
  size_t finished = 0;
  absl::Status status = writer_.Run(WriteClass::kSettle, [&](WriteTransaction& transaction) {
    FaultPoint("settle/turn_begins");
    finished = 0;
    for (size_t folded = 0; finished < stores.size() && folded < max_records && !transaction.NearlyFull();) {
      absl::StatusOr<SettleProgress> stepped = StepStore(transaction, stores[finished], max_records - folded);
      if (!stepped.ok()) return stepped.status();
      if (stepped->more) break;
      folded += stepped->folded;
      ++finished;
    }
    return absl::OkStatus();
  });
  FaultPoint("settle/turn_durable");
  if (!status.ok()) return status;
  MutexLock lock(mutex_);
  unfinished_.assign(stores.begin() + static_cast<std::ptrdiff_t>(finished), stores.end());
  return true;
}

absl::Status Settler::SettleAll() {
  absl::StatusOr<bool> worked = true;
  while (worked.ok() && *worked) worked = Step(kRecordsInTurn);
  return worked.status();
}

}  // namespace muster::index

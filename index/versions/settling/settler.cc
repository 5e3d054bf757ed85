// Moves a store along its tree of versions, one neighbour at a time: chooses the neighbour T of S on the way
// to the target, folds the edge between them (fold.cc), and starts again from T. The path between two
// versions of a tree is unique, so this ends at the target. A publication may change the target at any time;
// the edge that is being folded is finished first.
#include "index/versions/settling/settler.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "index/storage/pages/keys.h"
#include "index/versions/records/published_versions.h"
#include "index/versions/settling/fold.h"

namespace muster::index {
namespace {

// Records of one background turn; the transaction's pages end most turns earlier.
constexpr size_t kRecordsInTurn = 4096;
// Unsettled stores that are looked up at once: a load of many tags leaves one for each.
constexpr size_t kStoresAtOnce = 1024;

// The neighbour of S on the way to another version: its parent, or the child below which the other version
// lies. That child is found by going up from the other version until its parent is S.
absl::StatusOr<Version> NeighbourTowards(const Transaction& transaction, TagId tag, Version settled,
                                         Version target) {
  Version walk = target;
  while (walk > settled) {
    ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(transaction, tag, walk));
    if (record.parent == settled) return walk;
    if (record.parent == kNoVersion) return Corrupt("tree of versions");
    walk = record.parent;
  }
  ASSIGN_OR_RETURN(VersionRecord record, ReadVersion(transaction, tag, settled));
  if (record.parent == kNoVersion) return Corrupt("tree of versions");
  return record.parent;
}

// The version that the store should hold: its tag's current one if that is in this store, else what it holds.
absl::StatusOr<Version> TargetOf(const Transaction& transaction, StoreId store, const StoreRecord& record) {
  ASSIGN_OR_RETURN(std::optional<PublishedVersion> current, CurrentVersion(transaction, record.tag));
  if (!current.has_value() || current->record.store != store) return record.settled;
  return current->version;
}

bool Settles(const StoreRecord& record) { return record.settling != kNoVersion; }

// Whether the store isn't at its target yet.
absl::StatusOr<bool> IsUnsettled(const Transaction& transaction, StoreId store, const StoreRecord& record) {
  if (record.settled == kNoVersion) return false;  // staged
  if (Settles(record)) return true;
  ASSIGN_OR_RETURN(Version target, TargetOf(transaction, store, record));
  return target != record.settled;
}

}  // namespace

absl::StatusOr<SettleProgress> StepStore(WriteTransaction& transaction, StoreId store, size_t max_records) {
  ASSIGN_OR_RETURN(StoreRecord record, ReadStore(transaction, store));
  SettleProgress progress;
  const StoreRecord before = record;
  while (true) {
    ASSIGN_OR_RETURN(bool unsettled, IsUnsettled(transaction, store, record));
    progress.more = unsettled;
    if (!unsettled || progress.folded >= max_records || transaction.NearlyFull()) break;
    if (!Settles(record)) {
      ASSIGN_OR_RETURN(Version target, TargetOf(transaction, store, record));
      ASSIGN_OR_RETURN(record.settling, NeighbourTowards(transaction, record.tag, record.settled, target));
      record.frontier = {};
      FaultPoint("settle/neighbour_begun");
    }
    ASSIGN_OR_RETURN(size_t folded, FoldSome(transaction, store, record, max_records - progress.folded));
    progress.folded += folded;
  }
  if (record != before) {
    RETURN_IF_ERROR(transaction.Put(DatabaseId::kStores, MakeKey(store), EncodeStore(record)));
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
  ASSIGN_OR_RETURN(ReadTransaction transaction, writer_.environment().BeginRead());
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kStores));
  for (cursor.First(); cursor.valid() && unsettled.size() < kStoresAtOnce; cursor.Next()) {
    if (cursor.key().size() != 4) return Corrupt("list of stores");
    const StoreId store = ReadU32(cursor.key().data());
    ASSIGN_OR_RETURN(StoreRecord record, DecodeStore(cursor.value()));
    ASSIGN_OR_RETURN(bool is_unsettled, IsUnsettled(transaction, store, record));
    if (is_unsettled) unsettled.push_back(store);
  }
  RETURN_IF_ERROR(cursor.status());
  return unsettled;
}

absl::StatusOr<bool> Settler::Step(size_t max_records) {
  std::vector<StoreId> stores;
  {
    MutexLock lock(mutex_);
    stores = std::exchange(unfinished_, {});
  }
  if (stores.empty()) {
    ASSIGN_OR_RETURN(std::vector<StoreId> found, FindUnsettled());
    if (found.empty()) return false;
    stores = std::move(found);
  }
  size_t finished = 0;
  absl::Status status = writer_.Run(WriteClass::kSettle, [&](WriteTransaction& transaction) {
    FaultPoint("settle/turn_begins");
    finished = 0;
    for (size_t folded = 0; finished < stores.size() && folded < max_records && !transaction.NearlyFull();) {
      ASSIGN_OR_RETURN(SettleProgress stepped,
                       StepStore(transaction, stores[finished], max_records - folded));
      if (stepped.more) break;
      folded += stepped.folded;
      ++finished;
    }
    return absl::OkStatus();
  });
  FaultPoint("settle/turn_durable");
  RETURN_IF_ERROR(status);
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

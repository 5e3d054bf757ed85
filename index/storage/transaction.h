// LMDB transactions: pooled readers, and writers that count the pages they touch.
#ifndef MUSTER_INDEX_STORAGE_TRANSACTION_H_
#define MUSTER_INDEX_STORAGE_TRANSACTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/cursor.h"
#include "index/storage/pages/databases.h"
#include "index/storage/pages/keys.h"
#include "index/storage/pages/page_meter.h"

struct MDB_txn;

namespace muster::index {

class Environment;

// The reading part of both kinds. Functions that only read take a `const Transaction&`.
class Transaction {
 public:
  // The value under `key`, pointing into the map, or nothing. DATA_LOSS when the file is damaged.
  absl::StatusOr<std::optional<std::string_view>> Get(DatabaseId database, std::string_view key) const;
  absl::StatusOr<Cursor> NewCursor(DatabaseId database) const;
  // Checks the branch pages of a database that lead to `key`. `below` becomes the range of keys below the
  // lowest of them; all of the database when it has no branches. Pages that were checked before cost little.
  // DATA_LOSS.
  absl::Status LookAtBranches(DatabaseId database, TreeGuard& guard, std::string_view key,
                              LeafRange& below) const;
  // A cursor that checks what `guard` hasn't checked yet. Lifetime: the guard outlives it.
  absl::StatusOr<Cursor> NewCursor(DatabaseId database, TreeGuard& guard) const;
  // How many items the database holds.
  absl::StatusOr<uint64_t> CountItems(DatabaseId database) const;
  EnvironmentKind environment_kind() const;

 protected:
  Transaction(Environment* environment, MDB_txn* txn, bool writes)
      : environment_(environment), txn_(txn), writes_(writes) {}
  ~Transaction() = default;
  Environment* environment_;
  MDB_txn* txn_;
  bool writes_;
};

// The state of an environment that a reader sees, and where it is mapped. Pointers that one reader found in
// the map are valid for any reader with an equal view.
struct StorageView {
  uint64_t transaction = 0;  // grows with each commit
  const void* map = nullptr;
  friend bool operator==(const StorageView&, const StorageView&) = default;
};

// A consistent view of one environment. Keep it short (≤ 250 ms): pages it can see are not reused, and the
// map can't grow. Movable; one thread at a time. Its reader slot goes back to the environment's pool with it.
class ReadTransaction : public Transaction {
 public:
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

  // Ends the view, keeping the reader slot. Everything it pointed to is invalid, and its cursors may only be
  // renewed.
  void Reset();
  // Takes the newest view after a Reset. Allocates nothing.
  absl::Status Renew();
  // Makes a cursor of this transaction usable after Renew. Allocates nothing.
  absl::Status RenewCursor(Cursor& cursor);
  bool active() const { return active_; }
  // REQUIRES: active.
  StorageView view() const;
  // Whether a value that a cursor left unchecked (Cursor::LeaveLarge) is what was written. It is checked once
  // in a process. `databases`: the databases that it may be from. `key_bytes`: the size of its key. REQUIRES:
  // active; the value is one of this transaction or of another one with the same view.
  bool IsWhole(absl::Span<const DatabaseId> databases, size_t key_bytes, std::string_view value) const;

 private:
  friend class Environment;
  ReadTransaction(Environment* environment, MDB_txn* txn)
      : Transaction(environment, txn, false), active_(true) {}
  bool active_;
};

// One atomic, durable change. Writers get one from their WriterQueue. Destroying it uncommitted undoes it.
// Used by the thread that began it. After a failed call it may only be destroyed.
class WriteTransaction : public Transaction {
 public:
  WriteTransaction(WriteTransaction&& other) noexcept;
  WriteTransaction& operator=(WriteTransaction&&) = delete;
  ~WriteTransaction();

  // Inserts or replaces. `key`: 1–511 bytes. A key beyond the database's last one is appended, filling its
  // page. RESOURCE_EXHAUSTED: kStorageFull when the map is full; without a reason when the transaction
  // would touch more than kMaxTouchedPages (a task that doesn't watch NearlyFull: a defect).
  absl::Status Put(DatabaseId database, std::string_view key, std::string_view value);
  // Deletes an item; false when there is no such key.
  absl::StatusOr<bool> Delete(DatabaseId database, std::string_view key);
  // Deletes items whose key starts with `prefix`, in order, until none is left (true) or NearlyFull()
  // (false).
  absl::StatusOr<bool> DeletePrefix(DatabaseId database, std::string_view prefix);

  // An upper bound of the pages that this transaction will write (a test compares it with the bytes written).
  uint32_t touched_pages() const { return meter_.pages(); }
  // Whether to commit and continue in another transaction: the rest is for the task's last small records.
  bool NearlyFull() const { return meter_.pages() >= kNearlyFullPages; }

  // Runs after a successful commit, on the committing thread, before the task's caller gets its result. Must
  // not block.
  void OnCommit(std::function<void()> call) { on_commit_.push_back(std::move(call)); }
  absl::Status Commit();

 private:
  friend class Environment;
  friend class WriterQueue;
  WriteTransaction(Environment* environment, MDB_txn* txn, uint64_t free_list_pages);
  absl::StatusOr<Cursor*> WriterOf(DatabaseId database);
  void TouchLeafOf(DatabaseId database, const Cursor& cursor);
  absl::Status MeterPut(DatabaseId database, Cursor& cursor, std::string_view key, size_t stored_bytes,
                        bool& append);
  absl::Status CheckPages() const;
  absl::Status DeleteAt(DatabaseId database, Cursor& cursor);
  absl::Status Failed(int code, DatabaseId database);

  PageMeter meter_;
  std::vector<std::optional<Cursor>> cursors_;  // by DatabaseId, made when first written
  std::vector<std::function<void()>> on_commit_;
  bool map_full_ = false;  // the last failure: growing the map and trying again will help
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_TRANSACTION_H_

// One LMDB environment: its map, its databases and its transactions.
#ifndef MUSTER_INDEX_STORAGE_ENVIRONMENT_H_
#define MUSTER_INDEX_STORAGE_ENVIRONMENT_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/storage/identity.h"
#include "index/storage/pages/databases.h"
#include "index/storage/pages/tree_guard.h"
#include "index/storage/transaction.h"

struct MDB_env;

namespace muster::index {

class CrashMark;

struct EnvironmentOptions {
  std::string directory;  // created when missing; its parent must exist
  EnvironmentKind kind = EnvironmentKind::kIndex;
  // The initial size of the map in bytes, or the file's size if that is larger. Small, because a process has
  // 2^47 bytes of addresses for all environments together.
  size_t map_size = size_t{64} << 20;
  size_t max_map_size = size_t{64} << 30;  // the limit of growth
  Identity identity = 0;                   // the population's, for a new environment; 0: a new one
  // Nothing is written, not even LMDB's lock file: for a directory that can't be written. The lock on the
  // data directory keeps writers away.
  bool read_only = false;
  std::string crash_mark = {};  // the file that a crash leaves (crash_mark.h); empty: none
  // Called once for each damaged page or record that is found, on the thread that found it. May be empty.
  std::function<void(const absl::Status&)> damage_found = {};
};

// Thread-safe. Open a directory once in a process, and never fork with one open. Outlives its transactions,
// cursors and WriterQueue.
class Environment {
 public:
  // Opens or creates it, frees reader slots that dead processes left, and checks format version and kind
  // before anything is written. UNIMPLEMENTED: a format that this build doesn't know. UNAVAILABLE: a file
  // that another Environment has open, in this process or another: the file itself is locked, whatever its
  // path. DATA_LOSS, kStorageCorrupt: not an environment of ours, or damaged. RESOURCE_EXHAUSTED,
  // kStorageFull: no room.
  static absl::StatusOr<std::unique_ptr<Environment>> Open(const EnvironmentOptions& options);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Waits only while the map is being grown.
  absl::StatusOr<ReadTransaction> BeginRead();
  // Waits for an open write transaction to end. For WriterQueue and for tests: all other code goes through
  // the queue.
  absl::StatusOr<WriteTransaction> BeginWrite();

  // Doubles the map when little of it is left for coming transactions (or `must`), up to max_map_size. Called
  // between write transactions by the writer's thread. Holds back new transactions and waits up to `patience`
  // for the open ones. If they don't end, it returns false and lets new ones pass for at least as long before
  // it tries again, unless `must`. RESOURCE_EXHAUSTED, kStorageFull: `must`, and the map has its greatest
  // size or the process has no address space.
  absl::StatusOr<bool> Grow(bool must, absl::Duration patience);

  // Whether the environment was closed by the process that had it open last, and is as it was left then.
  bool was_closed() const { return was_closed_; }
  // Tracks which pages this process has checked.
  TreeGuard& guard() { return guard_; }
  // A guard that has checked nothing yet, to check everything again. Attach it in each transaction in which
  // it is used.
  std::unique_ptr<TreeGuard> NewGuard() const;
  void Attach(TreeGuard& guard) const;

  // Call it when the files are being removed: closing it, or a crash, then leaves no mark at its path, where
  // another environment may be by then.
  void Abandon();

  // Frees reader slots of processes that died. Cheap; a WriterQueue calls it now and then.
  void CheckReaders();
  // The number of slots freed so far.
  uint64_t freed_readers() const { return freed_readers_.load(std::memory_order_relaxed); }

  bool read_only() const { return read_only_; }
  const std::string& directory() const { return directory_; }
  EnvironmentKind kind() const { return kind_; }
  // The identity of the environment's population; a copy of its files has the same.
  Identity identity() const { return identity_; }
  size_t map_size() const;
  // Bytes of the map that have ever been used.
  size_t used_bytes() const;
  // Bytes that can be written before the map has its greatest size: those that were never used, and those of
  // free pages, though open readers may still hold some of them. Reads the list of free pages only if fewer
  // than `enough` bytes were never used.
  absl::StatusOr<uint64_t> RoomBytes(uint64_t enough);
  // Bytes that the file takes on the disk.
  uint64_t disk_bytes() const;

 private:
  friend class Cursor;
  friend class Transaction;
  friend class ReadTransaction;
  friend class WriteTransaction;
  explicit Environment(const EnvironmentOptions& options);

  absl::Status OpenFile(const EnvironmentOptions& options);
  // Locks the file, so that no other Environment can open it.
  absl::Status LockFile();
  absl::Status OpenDatabases(bool write_format);
  absl::Status RememberMap();
  // DATA_LOSS when the mark of a clean shutdown has another sum than `seen`.
  absl::Status CheckClosed(std::optional<uint64_t> closed, uint64_t seen);
  // As TreeGuard::LookAt, from the root of the database in the transaction.
  absl::Status LookAt(MDB_txn* txn, TreeGuard& guard, const TreeGuard::SoughtLeaf& sought, LeafRange& leaf);
  // The value within the bytes stored under a key. A value in overflow pages is checked when it is first
  // read, unless `check_large` is false.
  absl::StatusOr<std::string_view> Unseal(TreeGuard& guard, DatabaseId database, std::string_view key,
                                          std::string_view stored, bool check_large);
  // Remembers damage, and reports it when it is new.
  absl::Status Damaged(absl::Status status) ABSL_LOCKS_EXCLUDED(mutex_);
  unsigned HandleOf(DatabaseId id) const { return handles_[static_cast<size_t>(id)]; }
  bool HasLittleLeft(size_t size) const;
  // Resizes the map to `size` bytes, or to the size of the file for 0, once no transaction is open. OK and
  // false when some are still open after `patience`. The map may move.
  absl::StatusOr<bool> Resize(size_t size, absl::Duration patience) ABSL_LOCKS_EXCLUDED(mutex_);
  // Begins a transaction, within the gate; `txn` is renewed when it isn't null.
  int Begin(unsigned flags, MDB_txn*& txn);
  // Transactions pass this gate, so that growing can wait until there are none.
  void EnterTransaction() ABSL_LOCKS_EXCLUDED(mutex_);
  void LeaveTransaction() ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveBack(MDB_txn* reset) ABSL_LOCKS_EXCLUDED(mutex_);
  // The page of the map in which `pointer` lies; false when it lies outside (a page copied by this
  // transaction).
  bool PageOf(const void* pointer, uint64_t& page) const;

  const std::string directory_;
  const EnvironmentKind kind_;
  const size_t max_map_size_;
  const bool read_only_;
  Identity identity_ = 0;
  const std::function<void(const absl::Status&)> damage_found_;
  TreeGuard guard_;
  CrashMark* const crash_mark_;
  bool opened_ = false;
  std::atomic<bool> abandoned_{false};
  bool was_closed_ = false;
  MDB_env* env_ = nullptr;
  std::array<unsigned, kDatabaseCount> handles_{};
  std::atomic<const char*> map_begin_{nullptr};
  std::atomic<size_t> map_bytes_{0};
  std::atomic<uint64_t> freed_readers_{0};
  std::chrono::steady_clock::time_point next_growth_;  // of the writer's thread alone

  mutable Mutex mutex_;
  CondVar all_left_, grown_;
  int transactions_ ABSL_GUARDED_BY(mutex_) = 0;
  bool growing_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::string> damages_ ABSL_GUARDED_BY(mutex_);  // that were reported
  std::vector<MDB_txn*> idle_ ABSL_GUARDED_BY(mutex_);     // reset, ready to be renewed
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_ENVIRONMENT_H_

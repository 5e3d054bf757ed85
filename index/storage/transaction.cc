#include "index/storage/transaction.h"

#include <lmdb.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/storage/environment.h"
#include "index/storage/fault_point.h"
#include "index/storage/files/lmdb_status.h"
#include "index/storage/pages/seal.h"
#include "index/storage/pages/tree_guard.h"

namespace muster::index {
namespace {

MDB_val ValOf(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

std::string Doing(const char* verb, DatabaseId database, const Environment& environment) {
  return absl::StrCat(verb, " \"", SpecOf(database).name, "\" of ", environment.directory());
}

size_t StoredBytesOf(size_t key_bytes, size_t value_bytes) {
  return SealBytesOf(key_bytes, value_bytes) + value_bytes;
}

}  // namespace

absl::StatusOr<std::optional<std::string_view>> Transaction::Get(DatabaseId database,
                                                                 std::string_view key) const {
  TreeGuard& guard = environment_->guard();
  if (!guard.Trusts(database)) {
    LeafRange leaf;
    RETURN_IF_ERROR(environment_->LookAt(txn_, guard, {.database = database, .key = key}, leaf));
  }
  MDB_val key_val = ValOf(key);
  MDB_val value{0, nullptr};
  const int code = mdb_get(txn_, environment_->HandleOf(database), &key_val, &value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  if (code != MDB_SUCCESS) return FromLmdb(code, Doing("reading", database, *environment_));
  return environment_->Unseal(guard, database, key, {static_cast<const char*>(value.mv_data), value.mv_size},
                              true);
}

absl::StatusOr<Cursor> Transaction::NewCursor(DatabaseId database) const {
  return NewCursor(database, environment_->guard());
}

absl::StatusOr<Cursor> Transaction::NewCursor(DatabaseId database, TreeGuard& guard) const {
  MDB_cursor* cursor = nullptr;
  const int code = mdb_cursor_open(txn_, environment_->HandleOf(database), &cursor);
  if (code != MDB_SUCCESS) return FromLmdb(code, Doing("reading", database, *environment_));
  return Cursor(cursor, environment_, &guard, database,
                writes_ ? TreeGuard::Reach::kSiblings : TreeGuard::Reach::kNeighbours);
}

absl::Status Transaction::LookAtBranches(DatabaseId database, TreeGuard& guard, std::string_view key,
                                         LeafRange& below) const {
  return environment_->LookAt(
      txn_, guard, {.database = database, .key = key, .reach = TreeGuard::Reach::kBranches}, below);
}

absl::StatusOr<uint64_t> Transaction::CountItems(DatabaseId database) const {
  MDB_stat stat;
  const int code = mdb_stat(txn_, environment_->HandleOf(database), &stat);
  if (code != MDB_SUCCESS) return FromLmdb(code, Doing("reading", database, *environment_));
  return stat.ms_entries;
}

EnvironmentKind Transaction::environment_kind() const { return environment_->kind(); }

ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept
    : Transaction(other.environment_, std::exchange(other.txn_, nullptr), false),
      active_(std::exchange(other.active_, false)) {}

ReadTransaction::~ReadTransaction() {
  if (txn_ == nullptr) return;
  Reset();
  environment_->GiveBack(txn_);
}

void ReadTransaction::Reset() {
  if (!active_) return;
  mdb_txn_reset(txn_);
  active_ = false;
  environment_->LeaveTransaction();
}

StorageView ReadTransaction::view() const {
  return {mdb_txn_id(txn_), environment_->map_begin_.load(std::memory_order_relaxed)};
}

bool ReadTransaction::IsWhole(absl::Span<const DatabaseId> databases, size_t key_bytes,
                              std::string_view value) const {
  if (SealBytesOf(key_bytes, value.size()) != kLargeSealBytes) return true;  // its leaf was checked
  TreeGuard& guard = environment_->guard();
  const bool trusted =
      std::all_of(databases.begin(), databases.end(), [&](DatabaseId each) { return guard.Trusts(each); });
  return trusted || guard.LargeHolds({value.data() - kLargeSealBytes, value.size() + kLargeSealBytes});
}

absl::Status ReadTransaction::Renew() {
  if (active_) return absl::OkStatus();
  if (const int code = environment_->Begin(MDB_RDONLY, txn_); code != MDB_SUCCESS)
    return FromLmdb(code, "beginning to read");
  active_ = true;
  return absl::OkStatus();
}

absl::Status ReadTransaction::RenewCursor(Cursor& cursor) {
  cursor.valid_ = false;
  cursor.status_ = absl::OkStatus();
  cursor.leaf_.known = false;
  return FromLmdb(mdb_cursor_renew(txn_, cursor.cursor_), "beginning to read");
}

WriteTransaction::WriteTransaction(Environment* environment, MDB_txn* txn, uint64_t free_list_pages)
    : Transaction(environment, txn, true), meter_(free_list_pages), cursors_(kDatabaseCount) {}

WriteTransaction::WriteTransaction(WriteTransaction&& other) noexcept
    : Transaction(other.environment_, std::exchange(other.txn_, nullptr), true),
      meter_(std::move(other.meter_)),
      cursors_(std::move(other.cursors_)),
      on_commit_(std::move(other.on_commit_)),
      map_full_(other.map_full_) {}

WriteTransaction::~WriteTransaction() {
  cursors_.clear();  // cursors of a write transaction must be destroyed before it
  if (txn_ == nullptr) return;
  mdb_txn_abort(txn_);
  environment_->LeaveTransaction();
}

absl::StatusOr<Cursor*> WriteTransaction::WriterOf(DatabaseId database) {
  std::optional<Cursor>& cursor = cursors_[static_cast<size_t>(database)];
  if (!cursor.has_value()) {
    MDB_stat stat;
    const int code = mdb_stat(txn_, environment_->HandleOf(database), &stat);
    if (code != MDB_SUCCESS) return FromLmdb(code, Doing("writing", database, *environment_));
    meter_.BeginDatabase(database, {stat.ms_depth, stat.ms_branch_pages});
    ASSIGN_OR_RETURN(cursor, NewCursor(database));
  }
  return &*cursor;
}

void WriteTransaction::TouchLeafOf(DatabaseId database, const Cursor& cursor) {
  uint64_t page;
  if (environment_->PageOf(cursor.key().data(), page)) meter_.TouchLeaf(database, page);
}

// The leaf that an absent key goes into holds the item before or the one after it.
absl::Status WriteTransaction::MeterPut(DatabaseId database, Cursor& cursor, std::string_view key,
                                        size_t stored_bytes, bool& append) {
  const uint32_t overflow = OverflowPagesOf(key.size(), stored_bytes);
  const size_t leaf_bytes = overflow > 0 ? sizeof(uint64_t) : stored_bytes;
  meter_.AddOverflow(overflow);
  cursor.Seek(key);
  RETURN_IF_ERROR(cursor.status());
  append = !cursor.valid();
  if (cursor.valid()) TouchLeafOf(database, cursor);
  if (cursor.valid() && cursor.key() == key) {
    const size_t old_bytes = StoredBytesOf(key.size(), cursor.value().size());
    const uint32_t old_overflow = OverflowPagesOf(key.size(), old_bytes);
    const size_t old_leaf_bytes = old_overflow > 0 ? sizeof(uint64_t) : old_bytes;
    meter_.FreeOverflow(old_overflow);
    if (leaf_bytes > old_leaf_bytes) meter_.GrowLeaf(database, leaf_bytes - old_leaf_bytes, false);
  } else {
    if (cursor.valid()) {
      cursor.Previous();
    } else {
      cursor.Last();
    }
    RETURN_IF_ERROR(cursor.status());
    if (cursor.valid()) TouchLeafOf(database, cursor);
    meter_.GrowLeaf(database, key.size() + leaf_bytes, append);
  }
  return absl::OkStatus();
}

absl::Status WriteTransaction::CheckPages() const {
  if (meter_.pages() <= kMaxTouchedPages) return absl::OkStatus();
  return WithLimit(absl::ResourceExhaustedError(absl::StrCat(
                       "a write to ", environment_->directory(), " would touch more than ", kMaxTouchedPages,
                       " pages at once; it must be split into several transactions")),
                   kMaxTouchedPages);
}

absl::Status WriteTransaction::Failed(int code, DatabaseId database) {
  if (code == MDB_MAP_FULL) map_full_ = true;
  return FromLmdb(code, Doing("writing", database, *environment_), environment_->directory());
}

absl::Status WriteTransaction::Put(DatabaseId database, std::string_view key, std::string_view value) {
  ASSIGN_OR_RETURN(Cursor * cursor, WriterOf(database));
  if (key.empty() || key.size() > kMaxKeyBytes) {
    return FromLmdb(MDB_BAD_VALSIZE, Doing("writing", database, *environment_));
  }
  bool append = false;
  const size_t seal_bytes = SealBytesOf(key.size(), value.size());
  const size_t stored_bytes = seal_bytes + value.size();
  RETURN_IF_ERROR(MeterPut(database, *cursor, key, stored_bytes, append));
  RETURN_IF_ERROR(CheckPages());
  MDB_val key_val = ValOf(key);
  MDB_val stored{stored_bytes, nullptr};
  const unsigned flags = MDB_RESERVE | (append ? MDB_APPEND : 0);
  const int code = mdb_cursor_put(cursor->cursor_, &key_val, &stored, flags);
  if (code != MDB_SUCCESS) return Failed(code, database);
  char* const to = static_cast<char*>(stored.mv_data);
  std::memcpy(to + seal_bytes, value.data(), value.size());
  WriteSeal(database, key, value, to);
  return absl::OkStatus();
}

absl::Status WriteTransaction::DeleteAt(DatabaseId database, Cursor& cursor) {
  TouchLeafOf(database, cursor);
  const size_t key_bytes = cursor.key().size();
  meter_.FreeOverflow(OverflowPagesOf(key_bytes, StoredBytesOf(key_bytes, cursor.value().size())));
  meter_.ShrinkLeaf(database);
  RETURN_IF_ERROR(CheckPages());
  const int code = mdb_cursor_del(cursor.cursor_, 0);
  return code == MDB_SUCCESS ? absl::OkStatus() : Failed(code, database);
}

absl::StatusOr<bool> WriteTransaction::Delete(DatabaseId database, std::string_view key) {
  ASSIGN_OR_RETURN(Cursor * found, WriterOf(database));
  Cursor& cursor = *found;
  cursor.Seek(key);
  RETURN_IF_ERROR(cursor.status());
  if (!cursor.valid() || cursor.key() != key) return false;
  RETURN_IF_ERROR(DeleteAt(database, cursor));
  return true;
}

absl::StatusOr<bool> WriteTransaction::DeletePrefix(DatabaseId database, std::string_view prefix) {
  ASSIGN_OR_RETURN(Cursor * found, WriterOf(database));
  Cursor& cursor = *found;
  while (true) {
    cursor.Seek(prefix);
    RETURN_IF_ERROR(cursor.status());
    if (!cursor.At(prefix)) return true;
    if (NearlyFull()) return false;
    RETURN_IF_ERROR(DeleteAt(database, cursor));
  }
}

absl::Status WriteTransaction::Commit() {
  cursors_.clear();
  FaultPoint("storage/before_commit");
  int code = mdb_txn_commit(std::exchange(txn_, nullptr));
  environment_->LeaveTransaction();
  if (code != MDB_SUCCESS) {
    if (code == MDB_MAP_FULL) map_full_ = true;
    // LMDB calls it EIO when the disk took only a part of a write, which is no damage.
    const std::string file = absl::StrCat(environment_->directory(), "/data.mdb");
    if (code == EIO) {
      const int no_room = WhyNoRoom(file, uint64_t{meter_.pages()} * kPageBytes);
      if (no_room != 0) code = no_room;
    }
    return FromLmdb(code, absl::StrCat("committing to ", environment_->directory()), file);
  }
  FaultPoint("storage/after_commit");
  meter_.Committed();
  for (const std::function<void()>& call : on_commit_) call();
  return absl::OkStatus();
}

}  // namespace muster::index

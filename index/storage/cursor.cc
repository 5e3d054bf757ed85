#include "index/storage/cursor.h"

#include <lmdb.h>

#include <utility>

#include "index/storage/environment.h"
#include "index/storage/files/lmdb_status.h"

namespace muster::index {

Cursor::Cursor(Cursor&& other) noexcept { *this = std::move(other); }

Cursor& Cursor::operator=(Cursor&& other) noexcept {
  if (this == &other) return *this;
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  cursor_ = std::exchange(other.cursor_, nullptr);
  environment_ = other.environment_;
  guard_ = other.guard_;
  database_ = other.database_;
  reach_ = other.reach_;
  leaf_ = std::move(other.leaf_);
  valid_ = std::exchange(other.valid_, false);
  value_damaged_ = other.value_damaged_;
  leaves_large_ = other.leaves_large_;
  key_ = other.key_;
  value_ = other.value_;
  status_ = std::move(other.status_);
  return *this;
}

Cursor::~Cursor() {
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
}

absl::Status Cursor::LookBefore(int operation) {
  using Place = TreeGuard::Place;
  const Place place = operation == MDB_FIRST  ? Place::kFirst
                      : operation == MDB_LAST ? Place::kLast
                                              : Place::kAtKey;
  if (place == Place::kAtKey && leaf_.Covers(key_)) return absl::OkStatus();
  return environment_->LookAt(mdb_cursor_txn(cursor_), *guard_, {database_, place, key_, reach_}, leaf_);
}

void Cursor::Move(int operation) {
  value_damaged_ = false;
  if (!guard_->Trusts(database_)) {
    status_ = LookBefore(operation);
    valid_ = false;
    if (!status_.ok()) return;
  }
  MDB_val key{key_.size(), const_cast<char*>(key_.data())};
  MDB_val value{0, nullptr};
  const int code = mdb_cursor_get(cursor_, &key, &value, static_cast<MDB_cursor_op>(operation));
  valid_ = code == MDB_SUCCESS;
  if (valid_) {
    key_ = {static_cast<const char*>(key.mv_data), key.mv_size};
    const absl::StatusOr<std::string_view> unsealed = environment_->Unseal(
        *guard_, database_, key_, {static_cast<const char*>(value.mv_data), value.mv_size}, !leaves_large_);
    valid_ = unsealed.ok();
    if (valid_) {
      value_ = *unsealed;
    } else {
      value_damaged_ = true;
      status_ = unsealed.status();
    }
  } else if (code != MDB_NOTFOUND) {
    status_ = FromLmdb(code, "walking stored records");
  }
}

void Cursor::Seek(std::string_view key) {
  if (key.empty()) return First();
  key_ = key;
  Move(MDB_SET_RANGE);
}

void Cursor::SeekBefore(std::string_view key) {
  Seek(key);
  if (!status_.ok()) return;
  if (valid_) {
    Move(MDB_PREV);
  } else {
    Move(MDB_LAST);
  }
}

void Cursor::First() { Move(MDB_FIRST); }
void Cursor::Last() { Move(MDB_LAST); }
void Cursor::Next() { Move(MDB_NEXT); }
void Cursor::Previous() { Move(MDB_PREV); }

}  // namespace muster::index

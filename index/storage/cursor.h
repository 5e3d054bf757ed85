// Walks one database in key order.
#ifndef MUSTER_INDEX_STORAGE_CURSOR_H_
#define MUSTER_INDEX_STORAGE_CURSOR_H_

#include <string_view>

#include "absl/status/status.h"
#include "index/storage/pages/databases.h"
#include "index/storage/pages/tree_guard.h"

struct MDB_cursor;

namespace muster::index {

class Environment;

// A position in a database. Every move leaves it on an item (valid()) or off the end; an error leaves it off
// the end with a status() that stays. Pages and values are checked when this process first reads them
// (TreeGuard). Keys and values point into the map: valid until the transaction ends or, in a
// WriteTransaction, until its next write. Not thread-safe; destroy it before its transaction ends or is
// reset.
class Cursor {
 public:
  Cursor() = default;
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&& other) noexcept;
  ~Cursor();

  // To the first item whose key is ≥ `key`.
  void Seek(std::string_view key);
  // To the last item whose key is < `key`.
  void SeekBefore(std::string_view key);
  void First();
  void Last();
  // REQUIRES: valid().
  void Next();
  void Previous();

  // Whether values in overflow pages are returned unchecked from now on. The caller then calls
  // ReadTransaction::IsWhole before reading them. For cursors of a ReadTransaction.
  void LeaveLarge(bool leave) { leaves_large_ = leave; }

  bool valid() const { return valid_; }
  // Valid and the key starts with `prefix`: the loop condition of a walk over a key range.
  bool At(std::string_view prefix) const { return valid_ && key_.substr(0, prefix.size()) == prefix; }
  // REQUIRES: valid().
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  // After a DATA_LOSS status: the key of the damaged value; empty when the page itself is damaged. A walk may
  // continue behind that key.
  std::string_view damaged_key() const { return value_damaged_ ? key_ : std::string_view(); }
  // OK, or the error that ended the walk: check it after every walk.
  const absl::Status& status() const { return status_; }

 private:
  friend class Transaction;
  friend class ReadTransaction;
  friend class WriteTransaction;
  Cursor(MDB_cursor* cursor, Environment* environment, TreeGuard* guard, DatabaseId database,
         TreeGuard::Reach reach)
      : cursor_(cursor), environment_(environment), guard_(guard), database_(database), reach_(reach) {}
  void Move(int operation);
  absl::Status LookBefore(int operation);

  MDB_cursor* cursor_ = nullptr;
  Environment* environment_ = nullptr;
  TreeGuard* guard_ = nullptr;
  DatabaseId database_ = DatabaseId::kFragments;
  TreeGuard::Reach reach_ = TreeGuard::Reach::kNeighbours;
  LeafRange leaf_;  // around which everything was checked
  bool valid_ = false;
  bool value_damaged_ = false;
  bool leaves_large_ = false;
  std::string_view key_, value_;
  absl::Status status_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_CURSOR_H_

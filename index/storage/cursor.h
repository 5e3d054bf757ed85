// Walks one database in key order.
#ifndef MUSTER_INDEX_STORAGE_CURSOR_H_
#define MUSTER_INDEX_STORAGE_CURSOR_H_

#include <string_view>

#include "absl/status/status.h"

struct MDB_cursor;

namespace muster::index {

// A position in a database. Every move leaves it on an item (valid()) or off the end; an error leaves it off
// the end with a status() that stays. Keys and values point into the map: valid until the transaction ends
// or, in a WriteTransaction, until its next write. Not thread-safe; destroy it before its transaction ends or
// is reset.
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

  bool valid() const { return valid_; }
  // Valid and the key starts with `prefix`: the loop condition of a walk over a key range.
  bool At(std::string_view prefix) const { return valid_ && key_.substr(0, prefix.size()) == prefix; }
  // REQUIRES: valid().
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  // OK, or the error that ended the walk: check it after every walk.
  const absl::Status& status() const { return status_; }

 private:
  friend class Transaction;
  friend class ReadTransaction;
  friend class WriteTransaction;
  explicit Cursor(MDB_cursor* cursor) : cursor_(cursor) {}
  void Move(int operation);

  MDB_cursor* cursor_ = nullptr;
  bool valid_ = false;
  std::string_view key_, value_;
  absl::Status status_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_CURSOR_H_

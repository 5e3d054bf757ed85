// Value ids for the values that one load meets.
#ifndef MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_
#define MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// Looks up the stored id of a normalised value.
using StoredLookup = std::function<absl::StatusOr<std::optional<ValueId>>(std::string_view)>;

// The ids of one tag's values that are not stored yet, for all open loads of the tag: two that meet the same new
// value give it the same id, and each stores it. Ids of loads that end without publishing are used up, or are
// given out again when no load of the tag is open. Thread-safe.
class PendingValues {
 public:
  // `last_id`: the greatest id that the store has; 0: none.
  PendingValues(StoredLookup stored, ValueId last_id) : stored_(std::move(stored)), last_id_(last_id) {}

  struct Found {
    ValueId id = 0;
    bool is_stored = false;
  };
  // The value's id, assigned if it has none. RESOURCE_EXHAUSTED, kLimit, when the tag has kMaxValueId values.
  absl::StatusOr<Found> FindOrAdd(std::string_view normal) ABSL_LOCKS_EXCLUDED(mutex_);
  // Looks stored values up so from now on: the tag was new before.
  void SetLookup(StoredLookup stored) ABSL_LOCKS_EXCLUDED(mutex_);
  // Forgets values that the lookup finds by now.
  void Forget(const std::vector<std::pair<std::string_view, ValueId>>& stored) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  StoredLookup stored_ ABSL_GUARDED_BY(mutex_);
  ValueId last_id_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, ValueId> pending_ ABSL_GUARDED_BY(mutex_);
};

// The values of one tag in one load. Stored values keep their ids; new ones get ids of `PendingValues`, and are
// stored when the load stages. Not thread-safe.
class ValueInterner {
 public:
  explicit ValueInterner(std::shared_ptr<PendingValues> pending) : pending_(std::move(pending)) {}
  // With ids of its own: no other load of the tag is open.
  ValueInterner(StoredLookup stored, ValueId last_id)
      : pending_(std::make_shared<PendingValues>(std::move(stored), last_id)) {}

  // The id of a cell's text, as written (normalised or not), if this load met it before.
  std::optional<ValueId> FindSeen(std::string_view written) const {
    const auto found = seen_.find(written);
    if (found == seen_.end()) return std::nullopt;
    return found->second;
  }
  // The id of `normal`, assigned if it has none, and remembered for `written` too. RESOURCE_EXHAUSTED,
  // kLimit, when the tag has kMaxValueId values.
  absl::StatusOr<ValueId> Intern(std::string_view written, std::string_view normal);

  // As Intern, but the load doesn't store the value. A load beside this one that does gives it the same id.
  // kOwnValue when the tag has no id left for it.
  absl::StatusOr<ValueId> Reserve(std::string_view written, std::string_view normal);

  // The values that weren't stored when the load met them, in the order in which it did.
  const std::vector<std::pair<std::string_view, ValueId>>& fresh() const { return fresh_; }
  // The text of one of them; empty when none has the id. Slow.
  std::string_view FreshText(ValueId id) const;
  // The load was published: its values are found by `stored` from now on.
  void Publish(StoredLookup stored);
  // An estimate of the memory it holds, in bytes.
  uint64_t ByteSize() const;

 private:
  // A copy of the text that lives as long as the interner.
  std::string_view Keep(std::string_view text);

  std::shared_ptr<PendingValues> pending_;
  std::deque<std::string> blocks_;  // texts, end to end; a block never grows past its reserve
  absl::flat_hash_map<std::string_view, ValueId> seen_;
  std::vector<std::pair<std::string_view, ValueId>> fresh_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_

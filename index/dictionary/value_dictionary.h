// Value text ↔ value id of a tag, as stored. A value is stored by the first load that stages it. Whether a
// member has it is known from a snapshot's statistics, so values of refused or crashed loads stay invisible.
#ifndef MUSTER_INDEX_DICTIONARY_VALUE_DICTIONARY_H_
#define MUSTER_INDEX_DICTIONARY_VALUE_DICTIONARY_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/value_interner.h"
#include "index/storage/writer_queue.h"

namespace muster::index {

// The id of a normalised value. Empty when it has none, as for a text that can't be a value.
absl::StatusOr<std::optional<ValueId>> FindStoredValue(const Transaction& transaction, TagId tag,
                                                       std::string_view normal);
// The text of a value, pointing into the map. DATA_LOSS, kStorageCorrupt, when the id was never assigned.
absl::StatusOr<std::string_view> ValueText(const Transaction& transaction, TagId tag, ValueId value);
// The greatest id that was assigned; 0: none.
absl::StatusOr<ValueId> LastValueId(const Transaction& transaction, TagId tag);
// Calls `visit` for each value ≥ `from` with the prefix, in the order of bytes, until it returns false. The
// text points into the map. REQUIRES: `from` begins with `prefix`, or is greater.
absl::Status VisitValues(const Transaction& transaction, TagId tag, std::string_view prefix,
                         std::string_view from, const std::function<bool(std::string_view, ValueId)>& visit);
// Calls `visit` for each value of the tag < `text`, in descending order, until it returns false.
absl::Status VisitValuesBefore(const Transaction& transaction, TagId tag, std::string_view text,
                               const std::function<bool(std::string_view, ValueId)>& visit);

// A new value and the id that a load assigned to it. The text is borrowed.
struct FreshValue {
  TagId tag = 0;
  ValueId id = 0;
  std::string_view text;
};

// Stores new values of any tags, durably; those that are there already, with the same ids, stay. After a failure,
// each value is stored completely, or its id is used up and no text leads to it. REQUIRES: ascending by tag and
// id.
absl::Status StoreValues(WriterQueue& writer, std::vector<FreshValue> values);

// The records of one new value: calls `put` with the text by the id, then with the id by the text. Both belong
// into one transaction.
absl::Status PutValue(const FreshValue& value,
                      absl::FunctionRef<absl::Status(DatabaseId, std::string_view, std::string_view)> put);

// How the tag's stored values are found. Lifetime: the environment outlives it.
StoredLookup StoredValuesOf(Environment& environment, TagId tag);

// The pending values of each tag that open loads have. Thread-safe. Lifetime: the environment outlives it.
class ValueTables {
 public:
  explicit ValueTables(Environment& environment) : environment_(environment) {}

  // Those of the tag of that name, in which all loads that are open at the same time share. `tag`: 0 while the
  // tag is new.
  absl::StatusOr<std::shared_ptr<PendingValues>> Open(const std::string& name, TagId tag)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Environment& environment_;
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<PendingValues>> tables_ ABSL_GUARDED_BY(mutex_);
};

// An interner over the stored values of `tag`. Lifetime: the environment outlives it.
absl::StatusOr<ValueInterner> InternerOf(Environment& environment, TagId tag);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_VALUE_DICTIONARY_H_

// Value ids for the values that one load meets.
#ifndef MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_
#define MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "index/bitmap/row_id.h"

namespace muster::index {

// The values of one tag in one load. Stored values keep their ids; new ones get the next ids, and are stored
// when the load stages. Only one load at a time has a tag open, so no other interner assigns ids. Not
// thread-safe.
class ValueInterner {
 public:
  // Looks up the stored id of a normalised value.
  using StoredLookup = std::function<absl::StatusOr<std::optional<ValueId>>(std::string_view)>;

  // `last_id`: the greatest id that the store has; 0: none.
  ValueInterner(StoredLookup stored, ValueId last_id) : stored_(std::move(stored)), last_id_(last_id) {}

  // The id of a cell's text, as written (normalised or not), if this load met it before.
  std::optional<ValueId> FindSeen(std::string_view written) const {
    const auto found = seen_.find(written);
    if (found == seen_.end()) return std::nullopt;
    return found->second;
  }
  // The id of `normal`, assigned if it has none, and remembered for `written` too. RESOURCE_EXHAUSTED,
  // kLimit, when the tag has kMaxValueId values.
  absl::StatusOr<ValueId> Intern(std::string_view written, std::string_view normal);

  // As Intern, but a value that has no id gets none: the answer is then kOwnValue.
  absl::StatusOr<ValueId> FindOrNone(std::string_view written, std::string_view normal);

  // The values that aren't stored yet, in the order of their ids.
  const std::vector<std::pair<std::string_view, ValueId>>& fresh() const { return fresh_; }
  ValueId last_id() const { return last_id_; }
  // An estimate of the memory it holds, in bytes.
  uint64_t ByteSize() const;

 private:
  // A copy of the text that lives as long as the interner.
  std::string_view Keep(std::string_view text);

  StoredLookup stored_;
  ValueId last_id_;
  std::deque<std::string> blocks_;  // texts, end to end; a block never grows past its reserve
  absl::flat_hash_map<std::string_view, ValueId> seen_;
  std::vector<std::pair<std::string_view, ValueId>> fresh_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_

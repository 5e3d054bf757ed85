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

// One tag's values in one load: those that are stored already keep their ids, others get the next ones, which
// are stored when the load stages. One load at a time has a tag open, so nobody else gives out ids. Not
// thread-safe.
class ValueInterner {
 public:
  // Asks the store for the id of a normalised value.
  using StoredLookup = std::function<absl::StatusOr<std::optional<ValueId>>(std::string_view)>;

  // `last_id`: the greatest id that the store has; 0: none.
  ValueInterner(StoredLookup stored, ValueId last_id) : stored_(std::move(stored)), last_id_(last_id) {}

  // The id of a cell's text that this load met before, as it was written there (normalised or not).
  std::optional<ValueId> FindSeen(std::string_view written) const {
    const auto found = seen_.find(written);
    if (found == seen_.end()) return std::nullopt;
    return found->second;
  }
  // The id of `normal`, made when it has none, and remembered for `written` too. RESOURCE_EXHAUSTED, kLimit,
  // when the tag has kMaxValueId values.
  absl::StatusOr<ValueId> Intern(std::string_view written, std::string_view normal);

  // Values that the store doesn't have, in the order of their ids.
  const std::vector<std::pair<std::string_view, ValueId>>& fresh() const { return fresh_; }
  ValueId last_id() const { return last_id_; }
  // Bytes of memory that it holds, roughly.
  uint64_t ByteSize() const;

 private:
  // The text, kept for as long as the interner lives.
  std::string_view Keep(std::string_view text);

  StoredLookup stored_;
  ValueId last_id_;
  std::deque<std::string> blocks_;  // texts, end to end; a block never grows past its reserve
  absl::flat_hash_map<std::string_view, ValueId> seen_;
  std::vector<std::pair<std::string_view, ValueId>> fresh_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_VALUE_INTERNER_H_

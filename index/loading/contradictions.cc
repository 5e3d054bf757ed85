#include "index/loading/contradictions.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "index/dictionary/sentence.h"

namespace muster::index {
namespace {

constexpr uint32_t kAlone = std::numeric_limits<uint32_t>::max();

// For each record a number of its member among the members that have several records; kAlone for the others.
// Empty when every member has one record.
std::vector<uint32_t> NumberRepeatedMembers(const std::vector<Ordinal>& ordinals, size_t& repeated) {
  repeated = 0;
  if (std::adjacent_find(ordinals.begin(), ordinals.end(), std::greater_equal<>()) == ordinals.end())
    return {};
  std::vector<Ordinal> sorted = ordinals;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Ordinal> several;
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] == sorted[i - 1] && (several.empty() || several.back() != sorted[i]))
      several.push_back(sorted[i]);
  }
  if (several.empty()) return {};
  repeated = several.size();
  absl::flat_hash_map<Ordinal, uint32_t> number_of;
  number_of.reserve(several.size());
  for (size_t i = 0; i < several.size(); ++i) number_of.emplace(several[i], static_cast<uint32_t>(i));
  std::vector<uint32_t> numbers(ordinals.size(), kAlone);
  for (size_t record = 0; record < ordinals.size(); ++record) {
    if (const auto found = number_of.find(ordinals[record]); found != number_of.end())
      numbers[record] = found->second;
  }
  return numbers;
}

// What the accepted records so far say of one tag, for the members that have several records.
class TagClaims {
 public:
  TagClaims(const Tag& tag, const TypedColumn& column, size_t members)
      : tag_(tag), column_(column), state_(members, State::kSilent) {
    if (tag.kind != TagKind::kMulti) said_.resize(members);
  }

  // Moves to `record`. REQUIRES: ascending.
  void MoveTo(uint32_t record) {
    while (first_ < column_.size() && column_.records[first_] < record) ++first_;
    last_ = first_;
    while (last_ < column_.size() && column_.records[last_] == record) ++last_;
    while (clear_ < column_.cleared.size() && column_.cleared[clear_] < record) ++clear_;
    clears_ = clear_ < column_.cleared.size() && column_.cleared[clear_] == record;
  }

  // Why the record disagrees with the member's earlier ones; nothing when it doesn't.
  std::optional<std::string> Disagreement(uint32_t member) const {
    const State state = state_[member];
    if ((clears_ && state == State::kGiven) || (first_ < last_ && state == State::kCleared)) {
      return Sentence(
          "tag '", tag_.name, "': an earlier record of this member ",
          clears_ ? "gives a value, and this one clears it" : "clears it, and this one gives a value");
    }
    if (first_ == last_ || state == State::kSilent) return std::nullopt;
    if (tag_.kind != TagKind::kMulti) {
      if (said_[member] == Said(first_)) return std::nullopt;
      return Sentence("tag '", tag_.name, "': an earlier record of this member has another value");
    }
    if (!tag_.weighted) return std::nullopt;
    for (size_t i = first_; i < last_; ++i) {
      const auto found = weights_.find({member, column_.values[i]});
      if (found == weights_.end() || found->second == column_.numbers[i]) continue;
      return Sentence("tag '", tag_.name, "': an earlier record of this member gives a value another weight");
    }
    return std::nullopt;
  }

  // The record is accepted: remembers what it says.
  void Accept(uint32_t member) {
    if (clears_) state_[member] = State::kCleared;
    if (first_ == last_) return;
    state_[member] = State::kGiven;
    if (tag_.kind != TagKind::kMulti) said_[member] = Said(first_);
    if (!tag_.weighted) return;
    for (size_t i = first_; i < last_; ++i)
      weights_.emplace(std::pair(member, column_.values[i]), column_.numbers[i]);
  }

 private:
  enum class State : uint8_t { kSilent, kGiven, kCleared };

  int64_t Said(size_t entry) const {
    return column_.numbers.empty() ? static_cast<int64_t>(column_.values[entry]) : column_.numbers[entry];
  }

  const Tag& tag_;
  const TypedColumn& column_;
  std::vector<State> state_;   // by member
  std::vector<int64_t> said_;  // by member; not for MULTI
  absl::flat_hash_map<std::pair<uint32_t, ValueId>, int64_t> weights_;
  size_t first_ = 0, last_ = 0;  // the record's entries
  size_t clear_ = 0;
  bool clears_ = false;
};

}  // namespace

std::vector<uint8_t> FindContradictions(const SpooledRecords& records, absl::Span<const Tag> tags,
                                        RejectionLog& log) {
  size_t repeated = 0;
  const std::vector<uint32_t> member_of = NumberRepeatedMembers(records.ordinals, repeated);
  if (repeated == 0) return {};
  std::vector<TagClaims> claims;
  claims.reserve(tags.size());
  for (size_t i = 0; i < tags.size(); ++i) {
    // Values of a MULTI without weights unite; only clearing could contradict.
    const bool can_disagree =
        tags[i].kind != TagKind::kMulti || tags[i].weighted || !records.columns[i].cleared.empty();
    if (can_disagree) claims.emplace_back(tags[i], records.columns[i], repeated);
  }
  std::vector<uint8_t> dropped;
  for (uint32_t record = 0; record < member_of.size() && !claims.empty(); ++record) {
    const uint32_t member = member_of[record];
    if (member == kAlone) continue;
    std::optional<std::string> why;
    for (TagClaims& claim : claims) {
      claim.MoveTo(record);
      if (!why) why = claim.Disagreement(member);
    }
    if (!why) {
      for (TagClaims& claim : claims) claim.Accept(member);
      continue;
    }
    if (dropped.empty()) dropped.resize(records.ordinals.size(), 0);
    dropped[record] = 1;
    log.Reject(records.lines[record], Rejection::kContradiction, [&] { return *why; });
  }
  return dropped;
}

}  // namespace muster::index

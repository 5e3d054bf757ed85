// One pass over the records in the order of the input; of a long load, one over those of each tag. Only members
// with several records can contradict themselves, so values are remembered for those alone. A record is first compared in all tags, and accepted
// only when none disagrees. So a dropped record changes nothing, and records are compared with accepted ones
// only.
#include "index/loading/intake/contradictions.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "text/decimal.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr uint32_t kAlone = std::numeric_limits<uint32_t>::max();
// Takes the place of an entry: the cell clears the tag.
constexpr size_t kClearing = std::numeric_limits<size_t>::max();

// The number of each record's member among the members that have several records, or kAlone. `least` and
// `count` bound the ordinals; takes memory for each of them.
std::vector<uint32_t> NumberByTable(absl::Span<const Ordinal> ordinals, Ordinal least, uint64_t count,
                                    size_t& repeated) {
  std::vector<uint32_t> number_of(count, 0);  // first how many records: 0, 1 or more
  for (const Ordinal ordinal : ordinals) number_of[ordinal - least] += number_of[ordinal - least] < 2 ? 1 : 0;
  uint32_t next = 0;
  for (uint32_t& number : number_of) number = number == 2 ? next++ : kAlone;
  repeated = next;
  if (repeated == 0) return {};
  std::vector<uint32_t> numbers;
  numbers.reserve(ordinals.size());
  for (const Ordinal ordinal : ordinals) numbers.push_back(number_of[ordinal - least]);
  return numbers;
}

// For each record, the number of its member among the members that have several records, or kAlone. Empty
// when every member has one record.
std::vector<uint32_t> NumberRepeatedMembers(absl::Span<const Ordinal> ordinals, size_t& repeated) {
  repeated = 0;
  if (std::adjacent_find(ordinals.begin(), ordinals.end(), std::greater_equal<>()) == ordinals.end())
    return {};
  const auto [least, greatest] = std::minmax_element(ordinals.begin(), ordinals.end());
  const uint64_t count = *greatest - *least + 1;
  if (count / 2 <= ordinals.size()) return NumberByTable(ordinals, *least, count, repeated);
  std::vector<Ordinal> sorted(ordinals.begin(), ordinals.end());
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

// The values of one tag in the accepted records so far, for the members that have several records.
class TagClaims {
 public:
  // `column_number`: the tag's among the load's. `members`: how many have several records.
  TagClaims(const Tag& tag, const TypedColumn& column, size_t column_number, size_t members)
      : tag_(tag), column_(column), column_number_(column_number), state_(members, State::kSilent) {
    if (!TraitsOf(tag.kind).has_several) said_.resize(members);
  }

  // Moves to `record`. REQUIRES: ascending.
  void MoveTo(uint32_t record) {
    while (first_ < column_.size() && column_.records[first_] < record) ++first_;
    last_ = first_;
    while (last_ < column_.size() && column_.records[last_] == record) ++last_;
    while (clear_ < column_.cleared.size() && column_.cleared[clear_] < record) ++clear_;
    clears_ = clear_ < column_.cleared.size() && column_.cleared[clear_] == record;
  }

  // The first record behind the one at hand that has a value or clears the tag.
  std::optional<uint32_t> Next() const {
    const size_t clear = clear_ + (clears_ ? 1 : 0);
    std::optional<uint32_t> next;
    if (last_ < column_.size()) next = column_.records[last_];
    if (clear < column_.cleared.size()) next = std::min(next.value_or(kAlone), column_.cleared[clear]);
    return next;
  }

  // What disagrees with the member's earlier records: an entry of the column, or kClearing.
  std::optional<size_t> FindClash(uint32_t member) const {
    const State state = state_[member];
    if (clears_ && state == State::kGiven) return kClearing;
    if (first_ < last_ && state == State::kCleared) return first_;
    if (first_ == last_ || state == State::kSilent) return std::nullopt;
    if (!TraitsOf(tag_.kind).has_several) {
      return said_[member] == Said(first_) ? std::nullopt : std::optional(first_);
    }
    if (!tag_.weighted) return std::nullopt;
    for (size_t i = first_; i < last_; ++i) {
      const auto found = weights_.find({member, column_.values[i]});
      if (found != weights_.end() && found->second != column_.numbers[i]) return i;
    }
    return std::nullopt;
  }

  // The end of a sentence that names the member. REQUIRES: FindClash returned `clash`.
  std::string Explain(uint32_t member, size_t clash, const RecordTexts& texts) const {
    std::string here = "cleared", earlier = "cleared";
    if (clash != kClearing) here = ValueText(clash, texts);
    if (state_[member] == State::kGiven) earlier = EarlierText(member, clash, texts);
    return Sentence("tag '", tag_.name, "': ", here, " here, ", earlier, " in an earlier record");
  }

  // Accepts the record: remembers its values.
  void Accept(uint32_t member) {
    if (clears_) state_[member] = State::kCleared;
    if (first_ == last_) return;
    state_[member] = State::kGiven;
    if (!TraitsOf(tag_.kind).has_several) said_[member] = Said(first_);
    if (!tag_.weighted) return;
    for (size_t i = first_; i < last_; ++i)
      weights_.emplace(std::pair(member, column_.values[i]), column_.numbers[i]);
  }

 private:
  enum class State : uint8_t { kSilent, kGiven, kCleared };

  std::string ValueText(size_t entry, const RecordTexts& texts) const {
    if (!TraitsOf(tag_.kind).has_several) return ScalarText(Said(entry), texts);
    std::string value = ScalarText(column_.values[entry], texts);
    if (!tag_.weighted) return value;
    return Sentence(value, " with weight ", DecimalText(column_.numbers[entry], tag_.weight_scale));
  }

  std::string EarlierText(uint32_t member, size_t clash, const RecordTexts& texts) const {
    if (!TraitsOf(tag_.kind).has_several) return ScalarText(said_[member], texts);
    if (clash == kClearing) return "given values";
    const int64_t weight = weights_.at({member, column_.values[clash]});
    return Sentence("with weight ", DecimalText(weight, tag_.weight_scale));
  }

  std::string ScalarText(int64_t said, const RecordTexts& texts) const {
    if (!TraitsOf(tag_.kind).has_texts)
      return StoredValueText(tag_.kind, said, {.scale = tag_.scale, .zone = texts.zone});
    return Sentence("'", texts.value(column_number_, static_cast<ValueId>(said)), "'");
  }

  int64_t Said(size_t entry) const {
    return column_.numbers.empty() ? static_cast<int64_t>(column_.values[entry]) : column_.numbers[entry];
  }

  const Tag& tag_;
  const TypedColumn& column_;
  const size_t column_number_;
  std::vector<State> state_;   // by member
  std::vector<int64_t> said_;  // by member; not for MULTI
  absl::flat_hash_map<std::pair<uint32_t, ValueId>, int64_t> weights_;
  size_t first_ = 0, last_ = 0;  // the record's entries
  size_t clear_ = 0;
  bool clears_ = false;
};

// The records of a load as they are judged one after another.
class Judgement {
 public:
  Judgement(const SpooledRecords& records, const RecordTexts& texts, RejectionLog& log)
      : records_(records), texts_(texts), log_(log), dropped_(records.unknown) {}

  // Whether the record is left out before it is compared with others.
  bool LeavesOut(uint32_t record) const { return !records_.unknown.empty() && records_.unknown[record]; }

  // Drops the record, of the repeated member of that number, or accepts it.
  void Judge(uint32_t record, uint32_t member, absl::Span<TagClaims> claims) {
    std::optional<size_t> clash;
    const TagClaims* clashing = nullptr;
    for (TagClaims& claim : claims) {
      claim.MoveTo(record);
      if (clash) continue;
      clash = claim.FindClash(member);
      clashing = &claim;
    }
    if (!clash) {
      for (TagClaims& claim : claims) claim.Accept(member);
      return;
    }
    if (dropped_.empty()) dropped_.resize(records_.ordinals.size(), 0);
    dropped_[record] = 1;
    log_.Reject(records_.lines[record], Rejection::kContradiction, [&] {
      return Sentence("member '", texts_.member_id(records_.ordinals[record]), "', ",
                      clashing->Explain(member, *clash, texts_));
    });
  }

  std::vector<uint8_t> TakeDropped() { return std::move(dropped_); }

 private:
  const SpooledRecords& records_;
  const RecordTexts& texts_;
  RejectionLog& log_;
  std::vector<uint8_t> dropped_;
};

}  // namespace

std::vector<uint8_t> FindContradictions(const SpooledRecords& records, absl::Span<const Tag> tags,
                                        const RecordTexts& texts, RejectionLog& log,
                                        const ConflictRules& rules) {
  size_t repeated = 0;
  if (rules.removes) return records.unknown;
  const std::vector<uint32_t> member_of = NumberRepeatedMembers(records.ordinals, repeated);
  if (repeated == 0) return records.unknown;
  Judgement judgement(records, texts, log);
  std::vector<TagClaims> claims;
  claims.reserve(tags.size());
  for (size_t i = 0; i < tags.size(); ++i) {
    // Values of a MULTI without weights unite; only clearing could contradict.
    const bool can_disagree =
        !TraitsOf(tags[i].kind).has_several || tags[i].weighted || !records.columns[i].cleared.empty();
    if (!can_disagree || rules.Of(i) != OnConflict::kReject) continue;
    claims.emplace_back(tags[i], records.columns[i], i, repeated);
    if (!rules.is_long) continue;
    // A record has one tag, so that tags are judged one by one. The memory of one is freed before the next.
    for (std::optional<uint32_t> record = claims[0].Next(); record; record = claims[0].Next()) {
      if (member_of[*record] == kAlone || judgement.LeavesOut(*record)) {
        claims[0].MoveTo(*record);
      } else {
        judgement.Judge(*record, member_of[*record], absl::MakeSpan(claims));
      }
    }
    claims.clear();
  }
  for (uint32_t record = 0; record < member_of.size() && !claims.empty(); ++record) {
    if (member_of[record] != kAlone && !judgement.LeavesOut(record))
      judgement.Judge(record, member_of[record], absl::MakeSpan(claims));
  }
  return judgement.TakeDropped();
}

}  // namespace muster::index

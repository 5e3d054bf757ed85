// The planner's rewrites by name, and sets of them.
#ifndef MUSTER_QUERY_PLANNING_REWRITE_SET_H_
#define MUSTER_QUERY_PLANNING_REWRITE_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace muster::query {

// Each preserves the set that a plan denotes, whether or not others ran.
enum class Rewrite : uint8_t {
  kDropEmptyRows,       // empty rows become NOBODY
  kComplementLists,     // nearly all values of a tag: the members with a value, except the others
  kAskSlices,           // values and lists of values are evaluated by the tag's slices if that costs less
  kJoinComparisons,     // many comparisons of one number in an OR become one list, which is looked up
  kFoldConstants,       // NOT NOT, EVERYONE and NOBODY under AND, OR, AT LEAST
  kSimplifyThresholds,  // AT LEAST 1 is OR, AT LEAST n of n is AND
  kFlipThresholds,      // AT LEAST 2 of NOT a, NOT b, NOT c is NOT AT LEAST 2 of a, b, c
  kPushNegation,        // NOT moves to the operands: AND NOT instead of NOT over an OR
  kFlatten,             // AND in AND and OR in OR become one
  kFactorCommon,        // (a AND b) OR (a AND c) is a AND (b OR c)
  kOrderOperands,       // the cheapest and most selective first
  kShareOperands,       // for a batch: common operands of several conjunctions are computed once
};
inline constexpr size_t kRewrites = static_cast<size_t>(Rewrite::kShareOperands) + 1;

inline constexpr std::array<Rewrite, kRewrites> kAllRewrites = [] {
  std::array<Rewrite, kRewrites> all{};
  for (size_t i = 0; i < kRewrites; ++i) all[i] = static_cast<Rewrite>(i);
  return all;
}();

// A plain value. Incomplete sets are for tests.
class RewriteSet {
 public:
  static constexpr RewriteSet All() { return RewriteSet((uint32_t{1} << kRewrites) - 1); }
  static constexpr RewriteSet None() { return RewriteSet(0); }

  constexpr bool Has(Rewrite rewrite) const { return (bits_ & BitOf(rewrite)) != 0; }
  constexpr RewriteSet With(Rewrite rewrite) const { return RewriteSet(bits_ | BitOf(rewrite)); }
  constexpr RewriteSet Without(Rewrite rewrite) const { return RewriteSet(bits_ & ~BitOf(rewrite)); }

 private:
  explicit constexpr RewriteSet(uint32_t bits) : bits_(bits) {}
  static constexpr uint32_t BitOf(Rewrite rewrite) { return uint32_t{1} << static_cast<uint32_t>(rewrite); }

  uint32_t bits_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_REWRITE_SET_H_

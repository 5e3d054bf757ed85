// The planner's rewrites by name, and sets of them.
#ifndef MUSTER_QUERY_PLANNING_REWRITE_SET_H_
#define MUSTER_QUERY_PLANNING_REWRITE_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace muster::query {

// Each keeps the set that a plan denotes, whether or not others ran.
enum class Rewrite : uint8_t {
  kDropEmptyRows,       // rows that nobody is in are NOBODY
  kComplementLists,     // nearly all values of a tag: everybody with a value but the others
  kAskSlices,           // values and lists of values are asked of the tag's slices where that costs less
  kJoinComparisons,     // many comparisons of one number in one OR are one list, which is looked up
  kFoldConstants,       // NOT NOT, EVERYONE and NOBODY under AND, OR, AT LEAST
  kSimplifyThresholds,  // AT LEAST 1 is OR, AT LEAST n of n is AND
  kFlipThresholds,      // AT LEAST 2 of NOT a, NOT b, NOT c is NOT AT LEAST 2 of a, b, c
  kPushNegation,        // NOT moves to the operands: AND NOT rather than OR, then NOT
  kFlatten,             // AND in AND and OR in OR become one
  kFactorCommon,        // (a AND b) OR (a AND c) is a AND (b OR c)
  kOrderOperands,       // the cheapest and most selective first
  kShareOperands,       // of a batch: what several conjunctions have in common is computed once
};
inline constexpr size_t kRewrites = static_cast<size_t>(Rewrite::kShareOperands) + 1;

inline constexpr std::array<Rewrite, kRewrites> kAllRewrites = [] {
  std::array<Rewrite, kRewrites> all{};
  for (size_t i = 0; i < kRewrites; ++i) all[i] = static_cast<Rewrite>(i);
  return all;
}();

// A plain value. Sets without some of them are for tests.
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

// Ways of planning one expression. All of them must give the same answer.
#ifndef MUSTER_TESTS_ORACLE_PLAN_CHOICES_H_
#define MUSTER_TESTS_ORACLE_PLAN_CHOICES_H_

#include <vector>

#include "query/planning/plan.h"

namespace muster::query {

inline constexpr PlanOptions kNoRewrites = {.rewrites = RewriteSet::None()};
inline constexpr PlanOptions kSlicesEverywhere = {.slice_use = SliceUse::kAlways};

// What questions use, but for these rewrites.
template <typename... Rewrites>
constexpr PlanOptions Without(Rewrites... off) {
  PlanOptions options;
  ((options.rewrites = options.rewrites.Without(off)), ...);
  return options;
}

// What questions use, slices wherever there are any, all rewrites off, and then each one alone off, with both
// uses of slices.
inline std::vector<PlanOptions> PlanChoices() {
  std::vector<PlanOptions> choices = {PlanOptions{}, kSlicesEverywhere, kNoRewrites};
  for (const Rewrite off : kAllRewrites) {
    for (const SliceUse use : {SliceUse::kWhenCheaper, SliceUse::kAlways})
      choices.push_back({.rewrites = RewriteSet::All().Without(off), .slice_use = use});
  }
  return choices;
}
// The first that has only one rewrite off.
inline constexpr size_t kFirstAlone = 3;

}  // namespace muster::query

#endif  // MUSTER_TESTS_ORACLE_PLAN_CHOICES_H_

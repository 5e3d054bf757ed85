// Binds one clause: a predicate on a tag.
#ifndef MUSTER_QUERY_BINDING_CLAUSE_BINDER_H_
#define MUSTER_QUERY_BINDING_CLAUSE_BINDER_H_

#include <compare>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/binding/catalog_view.h"
#include "query/binding/clause_sets.h"
#include "query/binding/literal_extent.h"
#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem_list.h"
#include "query/tree/plan_tree.h"
#include "text/nearest_names.h"

namespace muster::query {

// A tag that an expression names in one of its views.
struct NamedTag {
  ViewIndex view = kFirstView;
  index::TagId tag = 0;
  friend auto operator<=>(const NamedTag&, const NamedTag&) = default;
};

// The names of a view's tags, for suggestions.
struct TagChoices {
  ViewIndex view = kFirstView;
  NameChoices names;
};

// Collects the findings about an expression while it is bound.
struct BindingNotes {
  ProblemList problems;
  ProblemList warnings;
  std::set<NamedTag> tags;
  std::vector<NamedTag> clause_tags;  // of the clause that was bound last, each once, in its order
  std::set<std::string> lists;        // in Unicode's form C
  // Cached for the last view with a misspelt tag only: the names of all views would take many megabytes.
  std::optional<TagChoices> choices;
};

struct BoundSum;

// Binds clauses of one expression in one view, and collects problems and warnings. Not thread-safe; the
// constructor's arguments must outlive it.
class ClauseBinder {
 public:
  ClauseBinder(const CatalogView& catalog, const LanguageLimits& limits, BindingNotes& notes);

  // Binds a leaf that names a tag; returns no tree if a problem was found. Errors are those of the store and
  // the budget.
  absl::StatusOr<PlanOperand> Bind(const Expression& clause);
  // Binds a BUCKET, without a cut to those who had joined by the view's date; no tree if a problem was found.
  // Errors are those of the store and the budget. REQUIRES: CheckBucket found no problem.
  absl::StatusOr<PlanOperand> Buckets(const Expression& clause);

 private:
  absl::StatusOr<PlanOperand> OnTag(const Expression& clause, const index::Tag& tag);
  // Null, with a problem reported, if there is no such tag. `dashed`: the dashed name that may contain this
  // one.
  const index::Tag* FindTag(const std::string& written, SourceSpan span, std::string_view dashed = "");
  absl::StatusOr<PlanOperand> OnTexts(const Expression& clause, const index::Tag& tag);
  // Binds HAS ALL; `ids` holds one value for each literal of the clause.
  PlanOperand HasAll(const Expression& clause, const index::Tag& tag, const std::vector<index::ValueId>& ids);
  absl::StatusOr<PlanOperand> Like(const Expression& clause, const index::Tag& tag);
  absl::StatusOr<PlanOperand> Weight(const Expression& clause, const index::Tag& tag);
  // REQUIRES: CheckBirthday found no problem.
  PlanOperand Birthdays(const Expression& clause, const index::Tag& tag);
  // In sum_clauses.cc.
  absl::StatusOr<PlanOperand> Sum(const Expression& clause);
  absl::StatusOr<bool> HasRoom(const Expression& clause, const BoundSum& sum);
  bool ReadTerms(const Expression& clause, BoundSum& sum);
  bool FitsSum(const Expression& clause, const Term& term, const index::Tag& tag);
  bool ReportDashedTag(const std::string& name, SourceSpan span);
  Interval RangeOf(const Expression& clause, const BoundSum& sum);
  PlanOperand SetOf(const Expression& clause, const BoundSum& sum);
  PlanOperand OnFlag(const Expression& clause, const index::Tag& tag);
  PlanOperand OnNumbers(const Expression& clause, const index::Tag& tag);
  // The values of the clause's first `literal_count` literals, in form C; empty, with problems reported, if a
  // literal is not a text.
  std::optional<std::vector<std::string>> Texts(const Expression& clause, const index::Tag& tag,
                                                size_t literal_count);

  // Appends the ids of the literals' values to `ids`, in order. A value that no member has is left out, with
  // a warning, and sets `missing`. Returns false, with a problem reported, if a literal is not a text.
  absl::StatusOr<bool> ValueIds(const Expression& clause, const index::Tag& tag, size_t literal_count,
                                std::vector<index::ValueId>& ids, bool& missing);
  // Reports a type error. `value` is the literal that doesn't fit; null if the operator doesn't.
  void WrongType(const index::Tag& tag, SourceSpan span, const std::string& rest,
                 const Literal* value = nullptr);
  // The sentence "No member has", `what`, of the tag, and the view's date if it has one.
  std::string NoMemberHas(const index::Tag& tag, std::string_view what) const;
  void WarnOfValue(const index::Tag& tag, const std::string& value, SourceSpan span);
  void WarnOfBlank(const index::Tag& tag, const std::string& start, const std::string& value,
                   SourceSpan span);
  void WarnOfPattern(const Expression& clause, const index::Tag& tag, const LikePattern& pattern);
  // The end of a sentence that suggests the values nearest to `about.value`. Sets `about.nearest` to them.
  std::string DidYouMean(const index::Tag& tag, Subject& about) const;
  // Adds a warning if the ends of a BETWEEN are reversed.
  void WarnOfReversed(const Expression& clause, const index::Tag& tag, const Literal& low,
                      const Literal& high);
  // Reports an unknown tag, with the nearest names or the reason why the view lacks it.
  void NoteUnknown(const std::string& name, SourceSpan span, std::string_view dashed);
  // The sentence about an unknown tag. Sets `nearest` to the nearest names.
  std::string WhyUnknown(const std::string& name, std::string_view dashed, std::vector<std::string>& nearest);

  const CatalogView& catalog_;
  const LanguageLimits& limits_;
  const Calendar calendar_;
  const ClauseSets sets_;
  BindingNotes& notes_;
  ProblemList& problems_;
  ProblemList& warnings_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_CLAUSE_BINDER_H_

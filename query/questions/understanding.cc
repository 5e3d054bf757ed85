#include "query/questions/understanding.h"

#include <optional>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/binder.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "query/segments/expansion.h"
#include "text/normal_form.h"

namespace muster::query {
namespace {

// REQUIRES: the tree came from Parse, or CheckTree finds no problem with it.
absl::StatusOr<Understanding> BindTree(const Expression& tree, std::string_view text,
                                       const QuestionViews& views, QuestionSegments& segments) {
  Understanding understanding;
  understanding.segment_names = SegmentNamesIn(tree);
  Expansion expansion;
  if (!understanding.segment_names.empty()) {
    RETURN_IF_ERROR(segments.Read(understanding.segment_names));
    expansion = Expand({tree, text, segments.owner()}, segments.definitions());
    if (!expansion.problems.empty()) {
      understanding.problems = std::move(expansion.problems);
      return understanding;
    }
  }
  ASSIGN_OR_RETURN(BindResult bound, Bind(expansion.tree != nullptr ? *expansion.tree : tree, views.first()));
  RETURN_IF_ERROR(views.status());
  expansion.places.ToExpression(bound.problems);
  expansion.places.ToExpression(bound.warnings);
  if (!bound.ok()) {
    understanding.problems = std::move(bound.problems);
    return understanding;
  }
  RETURN_IF_ERROR(views.first().budget().Check());
  for (const DefinitionPlaces::Origin& origin : expansion.places.origins())
    understanding.segments.push_back(origin.segment);
  understanding.canonical = CanonicalOf(tree);
  understanding.warnings = std::move(bound.warnings);
  understanding.tags = std::move(bound.tags);
  understanding.tree = std::move(bound.tree);
  return understanding;
}

}  // namespace

// The parser and CheckTree let only UTF-8 through, which always has a normal form.
std::string CanonicalOf(const Expression& tree) { return CanonicalText(tree, InNormalForm); }

absl::StatusOr<Understanding> Understand(const Wording& wording, const QuestionViews& views,
                                         QuestionSegments& segments) {
  Understanding wrong;
  if (wording.tree != nullptr) {
    wrong.problems = CheckTree(*wording.tree);
    if (!wrong.problems.empty()) return wrong;
    return BindTree(*wording.tree, "", views, segments);
  }
  ParseResult parsed = Parse(wording.text);
  RETURN_IF_ERROR(views.first().budget().Check());
  if (!parsed.ok()) {
    wrong.problems = std::move(parsed.problems);
    return wrong;
  }
  absl::StatusOr<Understanding> understanding = BindTree(*parsed.expression, wording.text, views, segments);
  if (understanding.ok()) understanding->notices = std::move(parsed.notices);
  return understanding;
}

}  // namespace muster::query

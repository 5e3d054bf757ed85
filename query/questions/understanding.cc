#include "query/questions/understanding.h"

#include <optional>
#include <utility>
#include <vector>

#include "index/status/status_macros.h"
#include "query/binding/binder.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "query/questions/saved_pins.h"
#include "query/segments/expansion.h"
#include "text/normal_form.h"

namespace muster::query {
namespace {

// REQUIRES: the tree came from Parse, or CheckTree finds no problem with it.
absl::StatusOr<Understanding> BindTree(const Expression& tree, std::string_view text,
                                       const QuestionViews& views, QuestionSegments& segments,
                                       UnderstoodNodes* nodes) {
  Understanding understanding;
  understanding.segment_names = SegmentNamesIn(tree);
  understanding.list_names = ListNamesIn(tree);
  understanding.salts = SaltsIn(tree);
  Expansion not_kept;
  Expansion& expansion = nodes == nullptr ? not_kept : nodes->expansion;
  if (!understanding.segment_names.empty()) {
    RETURN_IF_ERROR(segments.Read(understanding.segment_names));
    expansion = Expand({tree, text, segments.owner()}, segments.definitions());
    if (!expansion.problems.empty()) {
      understanding.problems = std::move(expansion.problems);
      return understanding;
    }
  }
  const Expression& root = expansion.tree != nullptr ? *expansion.tree : tree;
  if (nodes != nullptr) nodes->root = &root;
  ASSIGN_OR_RETURN(BindResult bound,
                   Bind(root, views.first(), {}, nodes == nullptr ? nullptr : &nodes->bound));
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
  understanding.saved = PinsOfSegments(understanding.segments);
  for (const std::string& list : bound.lists) understanding.saved.push_back(views.PinOfList(list));
  SortPins(understanding.saved);
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
                                         QuestionSegments& segments, UnderstoodNodes* nodes) {
  Understanding wrong;
  if (wording.tree != nullptr) {
    wrong.problems = CheckTree(*wording.tree);
    if (!wrong.problems.empty()) return wrong;
    return BindTree(*wording.tree, "", views, segments, nodes);
  }
  ParseResult parsed = Parse(wording.text);
  RETURN_IF_ERROR(views.first().budget().Check());
  if (!parsed.ok()) {
    wrong.problems = std::move(parsed.problems);
    return wrong;
  }
  absl::StatusOr<Understanding> understanding =
      BindTree(*parsed.expression, wording.text, views, segments, nodes);
  if (understanding.ok()) understanding->notices = std::move(parsed.notices);
  if (nodes != nullptr) nodes->parsed = std::move(parsed.expression);
  return understanding;
}

}  // namespace muster::query

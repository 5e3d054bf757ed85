#include "query/segments/expansion.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/base/attributes.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "query/language/problem_list.h"
#include "text/nearest_names.h"
#include "text/normal_form.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

std::string Named(std::string_view segment) { return Excerpt(StringText(segment)); }

// A definition that is being copied; `outer` links to those that lead to it.
struct Frame {
  const Frame* outer = nullptr;
  std::string_view name;  // the segment's; in the outermost frame the owner's
  std::string_view text;  // the text that its spans refer to
  int32_t begin = 0;      // the offset that is added to its spans
  int depth = 0;          // the number of enclosing segments
  SourceSpan reference;   // the SEGMENT of the expression that led here
};

// Copies a tree. It checks the limits before it copies a node, so that size and recursion stay bounded.
class Expander {
 public:
  Expander(const ExpandedExpression& expression, const Definitions& definitions, const LanguageLimits& limits,
           Expansion& expansion)
      : definitions_(definitions), limits_(limits), expansion_(expansion) {
    root_.name = expression.owner;
    root_.text = expression.text;
    bytes_ = expression.text.size();
    next_begin_ = static_cast<int32_t>(expression.text.size()) + 1;
  }

  ExpressionPtr CopyRoot(const Expression& tree) { return Copy(tree, 1, root_); }
  std::vector<Problem> TakeProblems() { return problems_.Take(); }

 private:
  // Recurses max_expanded_levels deep, so its frame has to be small: what has locals of its own is not inlined.
  ExpressionPtr Copy(const Expression& node, int level, const Frame& in);
  ABSL_ATTRIBUTE_NOINLINE ExpressionPtr CopyNode(const Expression& node, const Frame& in);
  ABSL_ATTRIBUTE_NOINLINE ExpressionPtr CopyDefinition(const Expression& node, int level, const Frame& in);
  ABSL_ATTRIBUTE_NOINLINE bool Admit(const Expression& node, int level, const Frame& in);
  bool AdmitDefinition(const Definition& definition, SourceSpan span, const Frame& in);
  // The path of names that leads to `name` from within `in`, outermost first.
  static std::vector<std::string> WayTo(std::string_view name, const Frame& in);
  static bool Within(std::string_view name, const Frame& in);
  // The beginning of the definition's range of offsets. The first call for a definition assigns it.
  int32_t BeginOf(const Definition& definition, SourceSpan reference, const Frame& in);
  // Converts a span of `in`'s text to one of the expanded tree.
  static SourceSpan Moved(SourceSpan span, const Frame& in);
  void Refuse(SourceSpan span, index::Reason reason, std::string message, Subject about);

  const Definitions& definitions_;
  const LanguageLimits& limits_;
  Expansion& expansion_;
  ProblemList problems_;
  Frame root_;
  std::map<const Definition*, int32_t> begins_;
  int32_t next_begin_ = 0;
  size_t nodes_ = 0;
  size_t bytes_ = 0;  // size of all texts copied so far
};

SourceSpan Expander::Moved(SourceSpan span, const Frame& in) {
  if (in.outer == nullptr) return span;
  return {in.begin + std::max(span.offset, 0), span.length, -1};
}

void Expander::Refuse(SourceSpan span, index::Reason reason, std::string message, Subject about) {
  problems_.Add(reason, span, std::move(message), std::move(about));
}

bool Expander::Admit(const Expression& node, int level, const Frame& in) {
  if (++nodes_ > limits_.max_nodes) {
    problems_.AddAndStop(index::Reason::kLimit, Moved(node.span, in),
                         Sentence("With the segments that it names, the expression has more than ",
                                  limits_.max_nodes, " conditions and operators; ask for parts of it."),
                         {.limit = limits_.max_nodes});
    return false;
  }
  if (level > limits_.max_expanded_levels) {
    const auto limit = static_cast<uint64_t>(limits_.max_expanded_levels);
    problems_.AddAndStop(index::Reason::kLimit, Moved(node.span, in),
                         Sentence("With the segments that it names, the expression is more than ", limit,
                                  " levels deep here; write the segments flatter."),
                         {.limit = limit});
    return false;
  }
  return true;
}

ExpressionPtr Expander::Copy(const Expression& node, int level, const Frame& in) {
  if (problems_.stopped()) return nullptr;
  if (node.op == Operator::kSegment) return CopyDefinition(node, level, in);
  if (!Admit(node, level, in)) return nullptr;
  ExpressionPtr copy = CopyNode(node, in);
  copy->operands.reserve(node.operands.size());
  for (const ExpressionPtr& operand : node.operands) copy->operands.push_back(Copy(*operand, level + 1, in));
  return copy;
}

ExpressionPtr Expander::CopyNode(const Expression& node, const Frame& in) {
  auto copy = std::make_unique<Expression>(node.op);
  copy->tag = node.tag;
  copy->comparison = node.comparison;
  copy->negated = node.negated;
  copy->count = node.count;
  copy->literals = node.literals;
  for (Literal& literal : copy->literals) literal.span = Moved(literal.span, in);
  copy->terms = node.terms;
  for (Term& term : copy->terms) {
    term.span = Moved(term.span, in);
    term.tag_span = Moved(term.tag_span, in);
    term.literal.span = Moved(term.literal.span, in);
  }
  copy->span = Moved(node.span, in);
  copy->tag_span = Moved(node.tag_span, in);
  return copy;
}

bool Expander::Within(std::string_view name, const Frame& in) {
  for (const Frame* frame = &in; frame != nullptr; frame = frame->outer) {
    if (!frame->name.empty() && frame->name == name) return true;
  }
  return false;
}

std::vector<std::string> Expander::WayTo(std::string_view name, const Frame& in) {
  std::vector<std::string> way = {std::string(name)};
  for (const Frame* frame = &in; frame != nullptr; frame = frame->outer) {
    if (!frame->name.empty()) way.emplace_back(frame->name);
  }
  std::reverse(way.begin(), way.end());
  return way;
}

// "'a' → 'b'".
std::string WayText(const std::vector<std::string>& way) {
  std::string text;
  for (const std::string& name : way) AppendSentence(text, text.empty() ? "" : " → ", Named(name));
  return text;
}

bool Expander::AdmitDefinition(const Definition& definition, SourceSpan span, const Frame& in) {
  const std::string& name = definition.segment->name;
  if (in.depth >= limits_.max_segment_depth) {
    const auto limit = static_cast<uint64_t>(limits_.max_segment_depth);
    Refuse(span, index::Reason::kLimit,
           Sentence("SEGMENT ", Named(name), " lies more than ", limit,
                    " segments deep; write what one of those around it stands for instead of its name."),
           {.limit = limit, .segment = name});
    return false;
  }
  bytes_ += definition.segment->definition.text.size();
  if (bytes_ > limits_.max_text_bytes) {
    problems_.AddAndStop(
        index::Reason::kLimit, span,
        Sentence("With the segments that it names, the expression has more than ", limits_.max_text_bytes,
                 " bytes; load the members that long lists name as an id list, and name "
                 "that."),
        {.limit = limits_.max_text_bytes, .segment = name});
    return false;
  }
  return true;
}

int32_t Expander::BeginOf(const Definition& definition, SourceSpan reference, const Frame& in) {
  const auto [place, is_new] = begins_.try_emplace(&definition, next_begin_);
  if (is_new) {
    next_begin_ += static_cast<int32_t>(definition.segment->definition.text.size()) + 1;
    std::vector<std::string> way = WayTo(definition.segment->name, in);
    if (!root_.name.empty()) way.erase(way.begin());
    expansion_.places.Add({place->second, definition.segment, WayText(way), reference});
  }
  return place->second;
}

ExpressionPtr Expander::CopyDefinition(const Expression& node, int level, const Frame& in) {
  const std::string name = InNormalForm(node.tag);
  const SourceSpan span = Moved(node.span, in);
  if (Within(name, in)) {
    std::vector<std::string> way = WayTo(name, in);
    way.erase(way.begin(), std::find(way.begin(), way.end(), name));
    std::string circle;
    for (const std::string& each : way) AppendSentence(circle, circle.empty() ? "" : " → ", each);
    if (way.size() == 2) {
      Refuse(span, index::Reason::kSegmentCycle,
             Sentence("SEGMENT ", Named(name), " can't be a part of its own definition, in a cycle: ", circle,
                      "; write what it stands for."),
             {.segment = name});
      return nullptr;
    }
    Refuse(span, index::Reason::kSegmentCycle,
           Sentence("SEGMENT ", Named(name), " leads back to itself, in a cycle: ", circle,
                    "; leave one of them out."),
           {.segment = name});
    return nullptr;
  }
  const Definition* const definition = definitions_.Find(name);
  if (definition == nullptr) {
    const std::vector<std::string> nearest = definitions_.NearestTo(name);
    const std::string hint = DidYouMean(nearest);
    Refuse(span, index::Reason::kUnknownSegment,
           Sentence("There is no segment ", Named(name),
                    hint.empty() ? "; `muster segments` lists those that there are." : hint),
           {.nearest = nearest, .segment = name});
    return nullptr;
  }
  if (!AdmitDefinition(*definition, span, in)) return nullptr;
  const SourceSpan reference = in.outer == nullptr ? node.span : in.reference;
  const Frame inner = {&in,
                       definition->segment->name,
                       definition->segment->definition.text,
                       BeginOf(*definition, reference, in),
                       in.depth + 1,
                       reference};
  if (definition->parsed.ok()) {
    auto segment = std::make_unique<Expression>(Operator::kSegment);
    segment->tag = name;
    segment->span = span;
    segment->operands.push_back(Copy(*definition->parsed.expression, level, inner));
    return segment;
  }
  for (const Problem& problem : definition->parsed.problems)
    Refuse(Moved(problem.span, inner), problem.reason, problem.message, problem.about);
  return nullptr;
}

}  // namespace

const DefinitionPlaces::Origin* DefinitionPlaces::OriginOf(SourceSpan span) const {
  const auto behind =
      std::upper_bound(origins_.begin(), origins_.end(), span.offset,
                       [](int32_t offset, const Origin& origin) { return offset < origin.begin; });
  return behind == origins_.begin() ? nullptr : &*std::prev(behind);
}

void DefinitionPlaces::ToExpression(std::vector<Problem>& problems) const {
  for (Problem& problem : problems) {
    const Origin* const found = OriginOf(problem.span);
    if (found == nullptr) continue;
    const Origin& origin = *found;
    const std::string& text = origin.segment->definition.text;
    const Place place = PlaceOf(text, problem.span.offset - origin.begin);
    problem.message = Sentence("In SEGMENT ", origin.way, ", line ", place.line, ", column ", place.column,
                               ": ", problem.message);
    problem.span = origin.reference;
    if (problem.about.segment.empty()) problem.about.segment = origin.segment->name;
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.span.offset < b.span.offset; });
}

Expansion Expand(const ExpandedExpression& expression, const Definitions& definitions,
                 const LanguageLimits& limits) {
  Expansion expansion;
  Expander expander(expression, definitions, limits, expansion);
  expansion.tree = expander.CopyRoot(expression.tree);
  expansion.problems = expander.TakeProblems();
  if (expansion.problems.empty()) return expansion;
  expansion.tree = nullptr;
  expansion.places.ToExpression(expansion.problems);
  return expansion;
}

}  // namespace muster::query

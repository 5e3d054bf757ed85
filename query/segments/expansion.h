// SEGMENT 'name' → the same with the segment's definition as its operand.
#ifndef MUSTER_QUERY_SEGMENTS_EXPANSION_H_
#define MUSTER_QUERY_SEGMENTS_EXPANSION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index/segments/segment.h"
#include "query/language/expression.h"
#include "query/language/limits.h"
#include "query/language/problem.h"
#include "query/segments/definitions.h"

namespace muster::query {

// Where in an expanded tree the definitions lie. Each definition has a range of offsets of its own behind
// those of the expression that names it, so that the place of any node can be told from its offset.
// A plain value.
class DefinitionPlaces {
 public:
  // A definition, by way of the first SEGMENT that leads to it.
  struct Origin {
    int32_t begin = 0;  // of its range
    index::SegmentPtr segment;
    std::string way;       // the names that lead to it, the last of which is its own
    SourceSpan reference;  // the SEGMENT of the expression that the way begins with
  };

  // The places in the expression itself: a problem within a definition becomes one of the SEGMENT that leads
  // to it, and its sentence says in which segment it is, and where there. By place.
  void ToExpression(std::vector<Problem>& problems) const;

  // By their range.
  const std::vector<Origin>& origins() const { return origins_; }
  // The definition that a place of the expanded tree lies in; null: the expression itself. Lives as long as
  // this, while nothing is added.
  const Origin* OriginOf(SourceSpan span) const;
  void Add(Origin origin) { origins_.push_back(std::move(origin)); }

 private:
  std::vector<Origin> origins_;
};

// A tree in which each SEGMENT has its definition, or at least one problem of the expression and no tree.
struct Expansion {
  ExpressionPtr tree;
  DefinitionPlaces places;
  std::vector<Problem> problems;
};

// What is expanded.
struct ExpandedExpression {
  const Expression& tree;  // came from Parse, or CheckTree finds no problem with it
  std::string_view text;   // which the tree came from; empty: it came as a tree
  std::string_view owner;  // the segment whose definition it is to become, in Unicode's form C; empty: none
};

// Copies the tree, and gives each SEGMENT a copy of its definition as its operand: it means what that would
// mean in its place, in parentheses, to any depth. Problems: names that `definitions` doesn't hold, a cycle (of which the owner may
// be a part), definitions that can't be read, and the limits of `limits`, which hold for the expanded tree.
Expansion Expand(const ExpandedExpression& expression, const Definitions& definitions,
                 const LanguageLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_SEGMENTS_EXPANSION_H_

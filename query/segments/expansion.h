// Expands saved segments: gives each SEGMENT 'name' its definition as an operand.
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

// The places of the definitions in an expanded tree. Each definition has its own range of offsets, after
// those of the expression, so that the offset of a node tells which text it comes from, and where.
// A plain value.
class DefinitionPlaces {
 public:
  // A definition and the first SEGMENT that leads to it.
  struct Origin {
    int32_t begin = 0;  // the first offset of its range
    index::SegmentPtr segment;
    std::string way;       // the path of names that leads to it, ending with its own name
    SourceSpan reference;  // the SEGMENT of the expression that begins the path
  };

  // Moves problems within definitions into the expression: each gets the span of the SEGMENT that leads to
  // it, and its message names the segment, line and column. Sorts the problems by place.
  void ToExpression(std::vector<Problem>& problems) const;

  // In the order of their ranges.
  const std::vector<Origin>& origins() const { return origins_; }
  // The definition that contains a place of the expanded tree; null for the expression itself. Valid as long
  // as this lives and nothing is added.
  const Origin* OriginOf(SourceSpan span) const;
  void Add(Origin origin) { origins_.push_back(std::move(origin)); }

 private:
  std::vector<Origin> origins_;
};

// A tree in which each SEGMENT has its definition, or at least one problem and no tree. The problems have
// places in the expression.
struct Expansion {
  ExpressionPtr tree;
  DefinitionPlaces places;
  std::vector<Problem> problems;
};

// An expression to expand. Borrows all of it.
struct ExpandedExpression {
  const Expression& tree;  // from Parse, or a tree in which CheckTree finds no problem
  std::string_view text;   // the source of the tree; empty if it was given as a tree
  std::string_view owner;  // the segment that it will define, in Unicode's form C; empty if none
};

// Copies the tree and gives each SEGMENT a copy of its definition as its operand, recursively. A SEGMENT then
// means what its definition would mean there in parentheses. Problems are names that `definitions` lacks,
// cycles (the owner may be part of one), definitions that can't be parsed, and trees that exceed `limits`
// once expanded.
Expansion Expand(const ExpandedExpression& expression, const Definitions& definitions,
                 const LanguageLimits& limits = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_SEGMENTS_EXPANSION_H_

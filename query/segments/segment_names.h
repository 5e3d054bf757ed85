// Finds the segments, id lists and salts that an expression names.
#ifndef MUSTER_QUERY_SEGMENTS_SEGMENT_NAMES_H_
#define MUSTER_QUERY_SEGMENTS_SEGMENT_NAMES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "query/language/expression.h"

namespace muster::query {

using NameSet = std::set<std::string, std::less<>>;

// The names behind every SEGMENT of the tree, in Unicode's form C. Doesn't recurse: any tree is safe.
NameSet SegmentNamesIn(const Expression& tree);

// As SegmentNamesIn, for LIST.
NameSet ListNamesIn(const Expression& tree);

// Where each salt of the tree's BUCKETs is first named; salts are in Unicode's form C.
using SaltPlaces = std::map<std::string, SourceSpan, std::less<>>;
// Doesn't recurse either.
SaltPlaces SaltsIn(const Expression& tree);

// Whether a text contains the word SEGMENT in any case. If it doesn't, it names no segments.
bool MayNameSegments(std::string_view text);

}  // namespace muster::query

#endif  // MUSTER_QUERY_SEGMENTS_SEGMENT_NAMES_H_

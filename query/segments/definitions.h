// The definitions of the saved segments that a question names.
#ifndef MUSTER_QUERY_SEGMENTS_DEFINITIONS_H_
#define MUSTER_QUERY_SEGMENTS_DEFINITIONS_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "index/segments/segment.h"
#include "query/language/limits.h"
#include "query/language/parser.h"

namespace muster::query {

// A segment with its parsed definition: the tree, or the problems that kept it from being parsed.
struct Definition {
  index::SegmentPtr segment;
  ParseResult parsed;  // from the text as its author wrote it
};

// Definitions by name, each parsed once. Movable; not thread-safe while it is filled.
class Definitions {
 public:
  explicit Definitions(const LanguageLimits& limits = {}) : limits_(limits) {}

  void Add(index::SegmentPtr segment);
  // Adds a name that no segment has, with the names that may have been meant, nearest first.
  void AddMissing(std::string name, std::vector<std::string> nearest);

  // Null if no such segment was added. `name` is in Unicode's form C. The result lives as long as this.
  const Definition* Find(std::string_view name) const;
  // Empty for a name that wasn't added as missing.
  std::vector<std::string> NearestTo(std::string_view name) const;

 private:
  const LanguageLimits limits_;
  std::map<std::string, Definition, std::less<>> by_name_;
  std::map<std::string, std::vector<std::string>, std::less<>> missing_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_SEGMENTS_DEFINITIONS_H_

// All limits of the language, with their reasons.
#ifndef MUSTER_QUERY_LANGUAGE_LIMITS_H_
#define MUSTER_QUERY_LANGUAGE_LIMITS_H_

#include <cstddef>

#include "text/limits.h"

namespace muster::query {

struct LanguageLimits {
  size_t max_text_bytes = 8u << 20;  // half a gRPC message: room for a pasted IN list, not for a file
  int max_depth = 200;               // as text; people and rule builders nest far less
  int max_tree_depth = 40;           // as a proto tree: protobuf stops at 100 nested messages
  size_t max_nodes = 100'000;        // bounds planning time and memory
  size_t max_in_values = 65'536;     // for more, join several lists with OR
  size_t max_value_bytes = kValueBytesMax;
  size_t max_sum_terms = 32;      // bounds the memory of an evaluation: all their slices are read together
  size_t max_sum_digits = 1'000;  // of its terms together: what 128 bits hold has 39
  int max_segment_depth = 20;     // SEGMENT within the definition of a SEGMENT; more than anyone can follow
  int max_expanded_levels = 800;  // of the tree with its segments: what a text of max_depth may come to
  size_t max_definition_bytes = 64u << 20;  // of all segments that a question or a batch reads
  size_t max_dates = 1'000;  // AS OF, different ones, of an expression or batch: nearly three years
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_LIMITS_H_

// Did you mean …?
#ifndef MUSTER_QUERY_BINDING_NEAREST_NAMES_H_
#define MUSTER_QUERY_BINDING_NEAREST_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace muster::query {

// At most `limit` of `candidates` that `name` may have been meant for, nearest first: those that differ in
// case only, then by the number of typing errors (a code point missing, added, wrong, or swapped with its
// neighbour; at most one in three, or in two that are no ASCII), then those that contain `name` or that it
// contains. Equal ones in the order of the candidates.
std::vector<std::string> NearestNames(std::string_view name, const std::vector<std::string>& candidates,
                                      size_t limit);

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_NEAREST_NAMES_H_

// What an expression refers to outside itself: saved segments and id lists.
#ifndef MUSTER_QUERY_BINDING_REFERENCE_RESOLVER_H_
#define MUSTER_QUERY_BINDING_REFERENCE_RESOLVER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Const and thread-safe. A status of UNIMPLEMENTED, NOT_FOUND or INVALID_ARGUMENT becomes a problem of the
// expression with the status's message; any other one ends the binding.
class ReferenceResolver {
 public:
  virtual ~ReferenceResolver() = default;
  virtual absl::StatusOr<PlanOperand> Segment(std::string_view name) const = 0;
  virtual absl::StatusOr<PlanOperand> IdList(std::string_view name) const = 0;
};

// Answers UNIMPLEMENTED to everything, with what to write instead. Lives for ever.
const ReferenceResolver& NoReferences();

}  // namespace muster::query

#endif  // MUSTER_QUERY_BINDING_REFERENCE_RESOLVER_H_

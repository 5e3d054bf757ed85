#include "query/binding/reference_resolver.h"

#include "absl/status/status.h"
#include "query/language/excerpt.h"
#include "query/language/leaf_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

class NoReferenceResolver final : public ReferenceResolver {
 public:
  absl::StatusOr<PlanOperand> Segment(std::string_view name) const override {
    return absl::UnimplementedError(Sentence("SEGMENT ", Excerpt(StringText(name)),
                                             " can't be evaluated yet: this server saves no segments; write "
                                             "the segment's conditions in parentheses."));
  }
  absl::StatusOr<PlanOperand> IdList(std::string_view name) const override {
    return absl::UnimplementedError(Sentence(
        "LIST ", Excerpt(StringText(name)),
        " can't be evaluated yet: this server keeps no id lists; load the ids as a FLAG tag and name that."));
  }
};

}  // namespace

const ReferenceResolver& NoReferences() {
  static const NoReferenceResolver* const kUnimplemented = new NoReferenceResolver();
  return *kUnimplemented;
}

}  // namespace muster::query

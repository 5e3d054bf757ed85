#include "query/language/problem_list.h"

#include <algorithm>

namespace muster::query {

void ProblemList::Add(index::Reason reason, SourceSpan span, std::string message, Subject about) {
  if (stopped()) return;
  for (const Problem& problem : problems_) {
    if (problem.span.offset == span.offset && span.offset >= 0) return;
  }
  problems_.push_back({reason, std::move(message), span, std::move(about)});
}

void ProblemList::AddOver(index::Reason reason, SourceSpan span, std::string message) {
  std::erase_if(problems_, [span](const Problem& problem) {
    const int32_t offset = problem.span.offset;
    return offset >= span.offset && offset < span.offset + span.length;
  });
  Add(reason, span, std::move(message));
}

void ProblemList::AddAndStop(index::Reason reason, SourceSpan span, std::string message, Subject about) {
  Add(reason, span, std::move(message), std::move(about));
  stopped_ = true;
}

std::vector<Problem> ProblemList::Take() {
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const Problem& a, const Problem& b) { return a.span.offset < b.span.offset; });
  return std::move(problems_);
}

}  // namespace muster::query

// Collects problems while a text is read.
#ifndef MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_
#define MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_

#include <string>
#include <utility>
#include <vector>

#include "query/language/problem.h"

namespace muster::query {

// At most kMaxProblems, one a place: what goes wrong where something already did is a consequence of it.
// Not thread-safe.
class ProblemList {
 public:
  void Add(index::Reason reason, SourceSpan span, std::string message, Subject about = {});
  // As Add, and nothing more is worth reading: a limit was passed.
  void AddAndStop(index::Reason reason, SourceSpan span, std::string message, Subject about = {});
  // As Add, in the place of all problems that begin within the span.
  void AddOver(index::Reason reason, SourceSpan span, std::string message);
  // The list is full, or reading is to stop.
  bool stopped() const { return stopped_ || problems_.size() >= kMaxProblems; }
  bool empty() const { return problems_.empty(); }
  // By place.
  std::vector<Problem> Take();

 private:
  std::vector<Problem> problems_;
  bool stopped_ = false;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_

// Collects problems while a text is parsed.
#ifndef MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_
#define MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "query/language/problem.h"

namespace muster::query {

// At most kMaxProblems problems, one per place: a second one at the same place is a consequence of the first.
// Not thread-safe.
class ProblemList {
 public:
  void Add(index::Reason reason, SourceSpan span, std::string message, Subject about = {});
  // As Add, and stops the reader: a limit was exceeded.
  void AddAndStop(index::Reason reason, SourceSpan span, std::string message, Subject about = {});
  // As Add, and replaces all problems that begin within the span.
  void AddOver(index::Reason reason, SourceSpan span, std::string message);
  // Whether the list is full or AddAndStop was called.
  bool stopped() const { return stopped_ || problems_.size() >= kMaxProblems; }
  bool empty() const { return problems_.empty(); }
  size_t size() const { return problems_.size(); }
  // Returns the problems sorted by place.
  std::vector<Problem> Take();

 private:
  std::vector<Problem> problems_;
  bool stopped_ = false;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_PROBLEM_LIST_H_

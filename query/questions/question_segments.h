// The saved segments that a question or batch names: read once, from one state of the store.
#ifndef MUSTER_QUERY_QUESTIONS_QUESTION_SEGMENTS_H_
#define MUSTER_QUERY_QUESTIONS_QUESTION_SEGMENTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/population/population.h"
#include "index/segments/segment.h"
#include "query/questions/wording.h"
#include "query/segments/definitions.h"
#include "query/segments/segment_names.h"

namespace muster::query {

// For one thread; population and budget outlive it.
class QuestionSegments {
 public:
  // `pins`: of a token, see Standpoint. `owner`: the segment whose definition the expression is to become, in
  // Unicode's form C; empty: none.
  QuestionSegments(index::Population& population, std::vector<index::SegmentPin> pins, WorkBudget& budget,
                   std::string owner = "")
      : population_(population), pins_(std::move(pins)), budget_(budget), owner_(std::move(owner)) {}
  QuestionSegments(const QuestionSegments&) = delete;
  QuestionSegments& operator=(const QuestionSegments&) = delete;

  // Reads the definitions of `names`, and of all that they name. The first call that gives a name reads;
  // others do nothing, so a batch gives the names of all its expressions in its first call. What is
  // parsed is spent of the budget. FAILED_PRECONDITION, kSnapshotExpired, naming the segment, when one that a
  // pin names was updated or deleted; INVALID_ARGUMENT, kLimit, when definitions have more bytes than
  // LanguageLimits::max_definition_bytes.
  absl::Status Read(const NameSet& names);

  const Definitions& definitions() const { return definitions_; }
  const std::string& owner() const { return owner_; }

 private:
  absl::Status CheckPin(const index::Segment& segment) const;
  absl::Status AddMissing(const std::string& name);

  index::Population& population_;
  const std::vector<index::SegmentPin> pins_;
  WorkBudget& budget_;
  const std::string owner_;
  bool is_read_ = false;
  Definitions definitions_;
};

// The names of segments in all wordings; those that can't be parsed have none.
NameSet SegmentNamesIn(absl::Span<const Wording> wordings);

// As a token names them; ascending, each once.
std::vector<index::SegmentPin> SegmentPinsOf(absl::Span<const index::SegmentPtr> segments);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_QUESTION_SEGMENTS_H_

// Reads the saved segments that a question or batch names, once and from one state of the store.
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

// Not thread-safe; population and budget must outlive it.
class QuestionSegments {
 public:
  // `pins` are a token's, see Standpoint. `owner` is the segment that the expression will define, in
  // Unicode's form C; empty if none.
  QuestionSegments(index::Population& population, std::vector<index::SavedPin> pins, WorkBudget& budget,
                   std::string owner = "")
      : population_(population), pins_(std::move(pins)), budget_(budget), owner_(std::move(owner)) {}
  QuestionSegments(const QuestionSegments&) = delete;
  QuestionSegments& operator=(const QuestionSegments&) = delete;

  // Reads the definitions of `names` and of all segments that they name, recursively. Only the first call
  // with a name reads; later calls do nothing, so a batch passes the names of all its expressions at once.
  // Charges parsing to the budget. Errors: FAILED_PRECONDITION, kSnapshotExpired, naming the segment, if a
  // pinned one was updated or deleted; INVALID_ARGUMENT, kLimit, if the definitions have more bytes than
  // LanguageLimits::max_definition_bytes.
  absl::Status Read(const NameSet& names);

  const Definitions& definitions() const { return definitions_; }
  const std::string& owner() const { return owner_; }

 private:
  absl::Status CheckPin(const index::Segment& segment) const;
  absl::Status AddMissing(const std::string& name);

  index::Population& population_;
  const std::vector<index::SavedPin> pins_;
  WorkBudget& budget_;
  const std::string owner_;
  bool is_read_ = false;
  Definitions definitions_;
};

// The names of the segments in all wordings. A wording that can't be parsed contributes none.
NameSet SegmentNamesIn(absl::Span<const Wording> wordings);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_QUESTION_SEGMENTS_H_

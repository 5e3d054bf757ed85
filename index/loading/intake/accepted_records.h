// Selects the records of a load that count, and checks whether they are enough to load.
#ifndef MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_
#define MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/intake/record_intake.h"
#include "index/loading/intake/record_spool.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/environment.h"

namespace muster::index {

// The records of the intake, and the order of those that don't contradict each other. Not movable: the order
// refers to the records.
struct AcceptedRecords {
  AcceptedRecords(SpooledRecords all, const std::vector<uint8_t>& dropped)
      : records(std::move(all)), order(records.ordinals, dropped) {}
  AcceptedRecords(const AcceptedRecords&) = delete;
  AcceptedRecords& operator=(const AcceptedRecords&) = delete;

  SpooledRecords records;
  const MemberOrder order;
};

// The sources of ids and values that existed before the load, for messages.
struct KnownTexts {
  const MemberDictionary& members;
  Environment& index;
};

// Ends the feeding: takes the records, drops those that contradict earlier ones, and counts into `result` how
// many were rejected and why. `records`: how many the client sent. INVALID_ARGUMENT, kBadRequest: another
// number arrived. FAILED_PRECONDITION: kTooManyRejected, or kNoRecords when none counts and the spec doesn't
// allow that.
absl::StatusOr<std::unique_ptr<AcceptedRecords>> AcceptRecords(const LoadPlan& plan, const KnownTexts& known,
                                                               RecordIntake& intake, uint64_t records,
                                                               LoadResult& result);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_ACCEPTED_RECORDS_H_

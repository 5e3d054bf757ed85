// The implementations of Load.
#ifndef MUSTER_INDEX_POPULATION_LOAD_SESSION_H_
#define MUSTER_INDEX_POPULATION_LOAD_SESSION_H_

#include <memory>

#include "index/loading/intake/record_intake.h"
#include "index/loading/load_commit.h"
#include "index/loading/plan/load_plan.h"
#include "index/population/load.h"
#include "index/population/open_loads.h"

namespace muster::index {

// An open load. It keeps its claim until it is committed, refused or destroyed; the claim of a load that is fed through
// several calls is that load's, too. `population` keeps alive what `target` refers to.
std::unique_ptr<Load> NewLoadSession(std::shared_ptr<const void> population, LoadTarget target, LoadPlan plan,
                                     std::unique_ptr<RecordIntake> intake,
                                     std::shared_ptr<OpenLoads::Claim> claim);

// A load whose label was published before. It ignores the records that it gets, and returns the first
// result.
std::unique_ptr<Load> NewRepeatedLoad(LoadResult result);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_LOAD_SESSION_H_

// Stages a SINGLE tag, whose members each have one of many values.
#ifndef MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_

#include "absl/status/statusor.h"
#include "index/loading/staging/tag_stage.h"

namespace muster::index {

// Up to kValuesWithoutSlicesMax values a version is value rows alone, and a MERGE looks into all of them.
// Above, it also has the value ids as slices at value id 0: a MERGE reads the old values there and touches
// the rows of old and new values only. Above kValuesWithRowsMax only frequent values have rows: of the others
// there are statistics and slices. A load that takes a tag past a limit stages a new store with its whole
// content; which values have rows stays as it was when the store was built, until a REPLACE for which that
// was a bad choice.
absl::StatusOr<StagedVersion> StageSingle(const TagStage& stage, MemberCells cells);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_

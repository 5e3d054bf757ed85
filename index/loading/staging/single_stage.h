// Stages a SINGLE tag, whose members each have one of many values.
#ifndef MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "index/loading/staging/tag_stage.h"

namespace muster::index {

// Up to kValuesWithoutSlicesMax values, a version has value rows only, and a MERGE reads all of them. Above
// that, it also has the value ids as slices at value id 0: a MERGE reads the old values there, and changes
// only the rows of old and new values. Above kValuesWithRowsMax, only frequent values have rows; the others
// have statistics and slices. A load that takes a tag past a limit stages a new store with its whole content.
// Which values have rows is decided when a store is built, and stays so until a REPLACE that the choice
// doesn't fit.
absl::StatusOr<std::unique_ptr<TagStage>> NewSingleStage(const TagStaging& staging);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_SINGLE_STAGE_H_

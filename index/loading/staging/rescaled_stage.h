// Stages a NUMBER tag whose parent has numbers of another scale: a new store with the whole content in the
// tag's own.
#ifndef MUSTER_INDEX_LOADING_STAGING_RESCALED_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_RESCALED_STAGE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "index/loading/staging/rescaled_rows.h"
#include "index/loading/staging/tag_stage.h"

namespace muster::index {

// As MERGE of cells, which may be empty, into the parent, whose numbers have the scale `from`. REQUIRES: a
// parent; from < staging.tag.scale, by no more than StepsInRange(farthest.magnitude); `farthest` is the
// parent's.
std::unique_ptr<TagStage> NewRescaledStage(const TagStaging& staging, int from,
                                           const FarthestNumber& farthest);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_RESCALED_STAGE_H_

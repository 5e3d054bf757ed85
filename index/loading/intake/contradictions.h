// Records of one load that disagree with an earlier record of the same member (docs/semantics.md, rule 15).
#ifndef MUSTER_INDEX_LOADING_INTAKE_CONTRADICTIONS_H_
#define MUSTER_INDEX_LOADING_INTAKE_CONTRADICTIONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/catalog/tag.h"
#include "index/loading/intake/rejection_log.h"
#include "index/loading/intake/typed_column.h"

namespace muster::index {

// The texts of numbers, for messages; called only for the few records that are shown.
struct RecordTexts {
  std::function<std::string(Ordinal)> member_id;
  std::function<std::string(size_t column, ValueId)> value;
  absl::TimeZone zone;  // of timestamps
};

// Returns which records are dropped, one byte each; empty when none is. Records are judged in the order of
// the input: one whose cells disagree with the member's earlier accepted records is dropped completely,
// across all tags, and changes nothing. Equal values agree; MULTI values unite, but two weights of one value
// disagree; a cell that clears a tag disagrees with one that gives a value. Each dropped record is logged,
// with both values. REQUIRES: `tags` has one for each column.
std::vector<uint8_t> FindContradictions(const SpooledRecords& records, absl::Span<const Tag> tags,
                                        const RecordTexts& texts, RejectionLog& log);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_CONTRADICTIONS_H_

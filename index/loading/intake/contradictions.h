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
#include "index/loading/plan/load_spec.h"

namespace muster::index {

// The texts of numbers, for messages; called only for the few records that are shown.
struct RecordTexts {
  std::function<std::string(Ordinal)> member_id;
  std::function<std::string(size_t column, ValueId)> value;
  absl::TimeZone zone;  // of timestamps
};

// Which of a member's records count. A plain value.
struct ConflictRules {
  std::vector<OnConflict> of_tags;  // by column; empty: all reject
  bool is_long = false;             // no record has cells of two tags
  bool removes = false;             // cells take values away (REMOVE), so that no two records disagree

  OnConflict Of(size_t column) const { return of_tags.empty() ? OnConflict::kReject : of_tags[column]; }
};

// Returns which records are dropped, one byte each; empty when none is. Records are judged in the order of
// the input: one whose cells disagree with the member's earlier accepted records is dropped completely,
// across all tags, and changes nothing. Equal values agree; MULTI values unite, but two weights of one value
// disagree; a cell that clears a tag disagrees with one that gives a value. Tags whose rule is another than
// kReject are not compared. Each dropped record is logged, with both values. Records that are left out already
// (SpooledRecords::unknown) are dropped, and not logged. REQUIRES: `tags` has one for each column.
std::vector<uint8_t> FindContradictions(const SpooledRecords& records, absl::Span<const Tag> tags,
                                        const RecordTexts& texts, RejectionLog& log,
                                        const ConflictRules& rules = {});

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_CONTRADICTIONS_H_

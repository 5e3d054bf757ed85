// Decodes the messages of loads into index types, and encodes their results.
#ifndef MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_
#define MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/loading/past_loads.h"
#include "index/loading/plan/load_spec.h"
#include "muster/v1/load_service.pb.h"

namespace muster::server {

// The most bytes of a client's message about a rejected record; longer ones are cut.
inline constexpr size_t kMaxRejectionBytes = 1'000;

// INVALID_ARGUMENT names the field of `spec` that is missing or contradicts another. The index checks names
// and formats, and whatever depends on the catalogue.
absl::StatusOr<index::LoadSpec> DecodeLoadSpec(const v1::LoadSpec& spec);

// Views into `batch`, which must outlive them. INVALID_ARGUMENT when columns and cells are inconsistent;
// every offset in the result is within its text, and every tag's number among the `tags` of the load's spec.
// `is_long`: as the spec says.
absl::StatusOr<index::RecordBatchView> DecodeBatch(const v1::RecordBatch& batch, size_t tags,
                                                   bool is_long = false);

v1::RejectedRecord EncodeRejected(const index::RejectedRecord& record);

// `everyone`: the members that the tags' coverage is a share of; 0: unknown.
v1::LoadRecordsResponse EncodeLoadResult(const index::LoadResult& result, uint64_t everyone);

// What ListLoads says of a published load. `zone`: the population's.
v1::Load EncodePastLoad(const index::PastLoad& load, absl::TimeZone zone);
// Adds what GetLoad says in addition.
void AddLoadResult(const index::PastLoad& load, v1::Load& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_

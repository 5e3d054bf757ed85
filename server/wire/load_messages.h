// Loads: messages → index types, and their results back.
#ifndef MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_
#define MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "index/loading/plan/load_spec.h"
#include "muster/v1/load_service.pb.h"

namespace muster::server {

// What the client may say of one rejected record at most; longer messages are cut.
inline constexpr size_t kMaxRejectionBytes = 1'000;

// INVALID_ARGUMENT names the field of `spec` that is missing or contradicts another. Names, formats and what
// the catalogue knows are the index's to judge.
absl::StatusOr<index::LoadSpec> DecodeLoadSpec(const v1::LoadSpec& spec);

// Views into `batch`, which must outlive them. INVALID_ARGUMENT when columns and cells don't fit each other:
// every offset in the result is within its text. REQUIRES: `tags` is the number of tags of the load's spec.
absl::StatusOr<index::RecordBatchView> DecodeBatch(const v1::RecordBatch& batch, size_t tags);

v1::LoadRecordsResponse EncodeLoadResult(const index::LoadResult& result);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_LOAD_MESSAGES_H_

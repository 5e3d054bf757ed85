// Decodes the messages that feed a load in parts, and encodes what is stored of it.
#ifndef MUSTER_SERVER_WIRE_FEED_MESSAGES_H_
#define MUSTER_SERVER_WIRE_FEED_MESSAGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "index/population/feeds/fed_load.h"
#include "muster/v1/load_service.pb.h"

namespace muster::server {

// The greatest line within a part: lines of 10,000 parts add up within 64 bits.
inline constexpr uint64_t kPartLineMax = uint64_t{1} << 48;

// A spec as a fed load stores it, without what is no part of its content. The same spec always gives the same bytes.
std::string EncodeFedSpec(const v1::LoadSpec& spec);
// INTERNAL when the bytes are no spec.
absl::StatusOr<v1::LoadSpec> DecodeFedSpec(const std::string& encoded);

// The part of a batch. INVALID_ARGUMENT names the field. `tags` and `is_long`: of the load's spec, as DecodeBatch takes
// them; the batch is checked in the same way.
absl::StatusOr<index::PartKey> DecodeFedBatch(const v1::FeedBatch& batch, size_t tags, bool is_long);
// How many records the batch has, rejected ones included.
uint32_t RecordsOf(const v1::RecordBatch& batch);

// INVALID_ARGUMENT names the field.
absl::StatusOr<std::vector<index::CommittedPart>> DecodeCommittedParts(const v1::CommitLoadRequest& request);

void EncodePart(const index::PartKey& key, const index::PartExtent& durable, v1::LoadPart& encoded);
void EncodeParts(const std::vector<index::FedPart>& parts,
                 google::protobuf::RepeatedPtrField<v1::LoadPart>& encoded);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_FEED_MESSAGES_H_

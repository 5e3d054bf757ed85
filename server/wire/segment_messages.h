// Converts saved segments between index types and messages.
#ifndef MUSTER_SERVER_WIRE_SEGMENT_MESSAGES_H_
#define MUSTER_SERVER_WIRE_SEGMENT_MESSAGES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "index/segments/segment.h"
#include "muster/v1/query_service.pb.h"
#include "muster/v1/segment_service.pb.h"
#include "query/questions/definition_salts.h"

namespace muster::server {

// The moment to the second, as ISO 8601 in the zone.
std::string MomentText(absl::Time moment, absl::TimeZone zone);

// `zone`: the time zone of the population.
v1::Segment EncodeSegment(const index::Segment& segment, absl::TimeZone zone);

// Adds the salts to the segment.
void EncodeSalts(const std::vector<query::DefinitionSalt>& salts, v1::Segment& segment);

// The identity of the definition that a request's etag names; empty for an empty etag. Text that is not an
// etag gives 0, which no definition has.
std::optional<index::Identity> DecodeEtag(std::string_view etag);

// Encodes the segments that the expression refers to, by name.
void EncodeExplained(const std::vector<index::SegmentPtr>& segments, v1::ExplainExpressionResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_SEGMENT_MESSAGES_H_

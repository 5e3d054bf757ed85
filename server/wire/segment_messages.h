// Saved segments: index types ↔ messages.
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

namespace muster::server {

// `zone`: the population's.
v1::Segment EncodeSegment(const index::Segment& segment, absl::TimeZone zone);

// The definition that a request's etag means; nothing for an empty one. Any other text than an etag is that
// of no definition: 0.
std::optional<index::Identity> DecodeEtag(std::string_view etag);

// The segments that an expression was understood with, by name.
void EncodeExplained(const std::vector<index::SegmentPtr>& segments, v1::ExplainExpressionResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_SEGMENT_MESSAGES_H_

#include "server/wire/segment_messages.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "text/abseil_text.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

std::string EtagOf(const index::Segment& segment) { return absl::StrFormat("%016x", segment.identity); }

v1::SaltState EncodeState(query::SaltState state) {
  switch (state) {
    case query::SaltState::kStored:
      return v1::SALT_STATE_STORED;
    case query::SaltState::kBuilding:
      return v1::SALT_STATE_BUILDING;
    case query::SaltState::kNoPlace:
      return v1::SALT_STATE_NO_PLACE;
    case query::SaltState::kNotKept:
      return v1::SALT_STATE_NOT_KEPT;
  }
  return v1::SALT_STATE_UNSPECIFIED;
}

}  // namespace

std::string MomentText(absl::Time moment, absl::TimeZone zone) {
  return TimestampText(absl::ToUnixSeconds(moment) * 1'000'000, zone);
}

v1::Segment EncodeSegment(const index::Segment& segment, absl::TimeZone zone) {
  v1::Segment encoded;
  encoded.set_name(segment.name);
  encoded.set_expression(segment.definition.text);
  encoded.set_canonical(segment.definition.canonical);
  for (const std::string& used : segment.definition.uses) encoded.add_uses(used);
  for (const std::string& list : segment.definition.lists) encoded.add_lists(list);
  encoded.set_etag(EtagOf(segment));
  encoded.set_version(segment.version);
  encoded.set_create_time(MomentText(segment.created, zone));
  encoded.set_update_time(MomentText(segment.updated, zone));
  return encoded;
}

void EncodeSalts(const std::vector<query::DefinitionSalt>& salts, v1::Segment& segment) {
  for (const query::DefinitionSalt& salt : salts) {
    v1::SegmentSalt& encoded = *segment.add_salts();
    encoded.set_salt(salt.salt);
    encoded.set_state(EncodeState(salt.state));
    encoded.set_stored_id_count(salt.stored);
    encoded.set_missing_id_count(salt.missing);
  }
}

std::optional<index::Identity> DecodeEtag(std::string_view etag) {
  if (etag.empty()) return std::nullopt;
  constexpr size_t kDigits = 16;
  index::Identity identity = 0;
  if (etag.size() != kDigits || !absl::SimpleHexAtoi(ForAbseil(etag), &identity)) return 0;
  return identity;
}

void EncodeExplained(const std::vector<index::SegmentPtr>& segments,
                     v1::ExplainExpressionResponse& response) {
  std::vector<index::SegmentPtr> by_name = segments;
  std::sort(by_name.begin(), by_name.end(),
            [](const index::SegmentPtr& a, const index::SegmentPtr& b) { return a->name < b->name; });
  for (const index::SegmentPtr& segment : by_name) {
    v1::ExplainedSegment& encoded = *response.add_segments();
    encoded.set_name(segment->name);
    encoded.set_canonical(segment->definition.canonical);
  }
}

}  // namespace muster::server

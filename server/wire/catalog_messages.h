// Converts populations, tags and members between index types and messages.
#ifndef MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_
#define MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/catalog/tag.h"
#include "index/catalog/tag_change.h"
#include "index/population/population.h"
#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/query_service.pb.h"

namespace muster::server {

v1::TagKind EncodeKind(index::TagKind kind);
// Empty for TAG_KIND_UNSPECIFIED and for numbers that this server doesn't know.
std::optional<index::TagKind> DecodeKind(v1::TagKind kind);

// Parses `text` as a day; empty text gives no day. INVALID_ARGUMENT at `field`.
absl::StatusOr<std::optional<absl::CivilDay>> DecodeOptionalDate(std::string_view field,
                                                                 std::string_view text);

// The tag that CreateTag declares. INVALID_ARGUMENT at `field`.kind and so on for contradictory fields; the
// index checks names.
absl::StatusOr<index::Tag> DecodeTag(const v1::Tag& tag, std::string_view field);
// The change that UpdateTag requests. INVALID_ARGUMENT at `update_mask` for a field that can't be changed,
// and at `tag`.scale.
absl::StatusOr<index::TagChange> DecodeTagChange(const v1::UpdateTagRequest& request);
// `everyone`: the number of members in the snapshot that the statistics describe.
v1::Tag EncodeTag(const index::Tag& tag, const index::TagStatistics& statistics, uint64_t everyone);

// Encodes the tag with at most `most` of its values.
void EncodeMemberTag(const index::MemberTag& tag, size_t most, v1::MemberTag& encoded);
// The member's tags that have values, and the names of those that don't, each by name.
void EncodeProfile(const index::MemberProfile& profile, v1::LookupMemberResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_

// Populations, tags and members: index types ↔ messages.
#ifndef MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_
#define MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_

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
// Nothing for TAG_KIND_UNSPECIFIED and numbers that this server doesn't know.
std::optional<index::TagKind> DecodeKind(v1::TagKind kind);

// `text` as a day, or nothing when it is empty. INVALID_ARGUMENT at `field`.
absl::StatusOr<std::optional<absl::CivilDay>> DecodeOptionalDate(std::string_view field,
                                                                 std::string_view text);

// What CreateTag declares. INVALID_ARGUMENT at `field`.kind and so on for what doesn't go together; names are
// the index's to judge.
absl::StatusOr<index::Tag> DecodeTag(const v1::Tag& tag, std::string_view field);
// What UpdateTag changes. INVALID_ARGUMENT at `update_mask` for what it can't change, and at `tag`.scale.
absl::StatusOr<index::TagChange> DecodeTagChange(const v1::UpdateTagRequest& request);
// `everyone`: members of the population in the snapshot that the statistics are of.
v1::Tag EncodeTag(const index::Tag& tag, const index::TagStatistics& statistics, uint64_t everyone);

// Tags with values and names of those without, by name.
void EncodeProfile(const index::MemberProfile& profile, v1::LookupMemberResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_CATALOG_MESSAGES_H_

#include "server/wire/catalog_messages.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/wire/error_status.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::server {
namespace {

constexpr size_t kMaxShownPathBytes = 100;

}  // namespace

// The two enums use the same numbers.
static_assert(std::size(index::kTagKinds) == v1::TagKind_ARRAYSIZE);
static_assert(static_cast<int>(index::TagKind::kFlag) == v1::TAG_KIND_FLAG);
static_assert(static_cast<int>(index::TagKind::kSingle) == v1::TAG_KIND_SINGLE);
static_assert(static_cast<int>(index::TagKind::kMulti) == v1::TAG_KIND_MULTI);
static_assert(static_cast<int>(index::TagKind::kNumber) == v1::TAG_KIND_NUMBER);
static_assert(static_cast<int>(index::TagKind::kDate) == v1::TAG_KIND_DATE);
static_assert(static_cast<int>(index::TagKind::kTimestamp) == v1::TAG_KIND_TIMESTAMP);

v1::TagKind EncodeKind(index::TagKind kind) { return static_cast<v1::TagKind>(kind); }

std::optional<index::TagKind> DecodeKind(v1::TagKind kind) {
  if (kind < 0 || !index::IsTagKind(static_cast<uint64_t>(kind))) return std::nullopt;
  return static_cast<index::TagKind>(kind);
}

absl::StatusOr<std::optional<absl::CivilDay>> DecodeOptionalDate(std::string_view field,
                                                                 std::string_view text) {
  if (text.empty()) return std::optional<absl::CivilDay>();
  const std::optional<absl::CivilDay> day = ParseDate(text);
  if (!day.has_value()) {
    return FieldError(
        field, "this is not a date that exists: write YYYY-MM-DD, years 0001 to 9999, or leave it empty");
  }
  return day;
}

absl::StatusOr<index::Tag> DecodeTag(const v1::Tag& tag, std::string_view field) {
  const std::string at(field);
  index::Tag decoded;
  decoded.name = tag.name();
  const std::optional<index::TagKind> kind = DecodeKind(tag.kind());
  if (!kind.has_value()) {
    return FieldError(at + ".kind",
                      "the kind is missing: give FLAG, SINGLE, MULTI, NUMBER, DATE or TIMESTAMP");
  }
  decoded.kind = *kind;
  if (tag.scale() > static_cast<uint32_t>(kMaxScale)) {
    return FieldError(at + ".scale", absl::StrCat("the scale is ", tag.scale(), ": give 0 to ", kMaxScale));
  }
  if (tag.scale() != 0 && !index::TraitsOf(*kind).has_scale) {
    return FieldError(at + ".scale", "only a NUMBER has a scale: leave it 0, or make the tag a NUMBER");
  }
  if (tag.weighted() && !index::TraitsOf(*kind).has_weights) {
    return FieldError(at + ".weighted",
                      "only a MULTI tag has weights: leave it false, or make the tag MULTI");
  }
  if (tag.weight_scale() > static_cast<uint32_t>(kMaxScale)) {
    return FieldError(at + ".weight_scale",
                      absl::StrCat("the scale is ", tag.weight_scale(), ": give 0 to ", kMaxScale));
  }
  if (tag.weight_scale() != 0 && !tag.weighted()) {
    return FieldError(at + ".weight_scale", "the tag has no weights: leave it 0, or set `weighted`");
  }
  decoded.scale = static_cast<int>(tag.scale());
  decoded.weighted = tag.weighted();
  decoded.weight_scale = static_cast<int>(tag.weight_scale());
  decoded.description = tag.description();
  decoded.owner = tag.owner();
  decoded.source = tag.source();
  return decoded;
}

absl::StatusOr<index::TagChange> DecodeTagChange(const v1::UpdateTagRequest& request) {
  const v1::Tag& tag = request.tag();
  std::set<std::string> paths(request.update_mask().paths().begin(), request.update_mask().paths().end());
  if (paths.empty()) {
    if (tag.scale() != 0) paths.insert("scale");
    if (!tag.description().empty()) paths.insert("description");
    if (!tag.owner().empty()) paths.insert("owner");
    if (!tag.source().empty()) paths.insert("source");
  } else if (paths.erase("*") > 0) {
    paths.insert({"description", "owner", "source"});
    if (tag.kind() == v1::TAG_KIND_NUMBER) paths.insert("scale");
  }
  index::TagChange change;
  for (const std::string& path : paths) {
    if (path == "scale") {
      if (tag.scale() > static_cast<uint32_t>(kMaxScale)) {
        return FieldError("tag.scale", absl::StrCat("the scale is ", tag.scale(), ": give 0 to ", kMaxScale));
      }
      change.scale = static_cast<int>(tag.scale());
    } else if (path == "description") {
      change.description = tag.description();
    } else if (path == "owner") {
      change.owner = tag.owner();
    } else if (path == "source") {
      change.source = tag.source();
    } else {
      return FieldError("update_mask",
                        absl::StrCat("a tag's '", path.substr(0, kMaxShownPathBytes),
                                     "' can't be changed: name scale, description, owner or source"));
    }
  }
  return change;
}

v1::Tag EncodeTag(const index::Tag& tag, const index::TagStatistics& statistics, uint64_t everyone) {
  v1::Tag encoded;
  encoded.set_name(tag.name);
  encoded.set_kind(EncodeKind(tag.kind));
  encoded.set_scale(static_cast<uint32_t>(tag.scale));
  encoded.set_weighted(tag.weighted);
  encoded.set_weight_scale(static_cast<uint32_t>(tag.weight_scale));
  encoded.set_description(tag.description);
  encoded.set_owner(tag.owner);
  encoded.set_source(tag.source);
  encoded.set_member_count(statistics.member_count);
  if (everyone != 0) {
    encoded.set_coverage(static_cast<double>(statistics.member_count) / static_cast<double>(everyone));
  }
  encoded.set_value_count(statistics.value_count);
  encoded.set_version(statistics.version);
  if (statistics.business_date.has_value()) encoded.set_business_date(DateText(*statistics.business_date));
  return encoded;
}

void EncodeMemberTag(const index::MemberTag& tag, size_t most, v1::MemberTag& encoded) {
  encoded.set_tag(tag.tag.name);
  encoded.set_kind(EncodeKind(tag.tag.kind));
  const size_t shown = std::min(tag.values.size(), most);
  for (size_t i = 0; i < shown; ++i) {
    v1::MemberValue& value = *encoded.add_values();
    value.set_text(tag.values[i].text);
    value.set_weight(tag.values[i].weight);
  }
  encoded.set_more_values(static_cast<uint32_t>(tag.values.size() - shown));
}

void EncodeProfile(const index::MemberProfile& profile, v1::LookupMemberResponse& response) {
  response.set_first_date(DateText(profile.first_date));
  for (const index::MemberTag& tag : profile.tags) {
    if (tag.values.empty()) {
      response.add_unknown_tags(tag.tag.name);
    } else {
      EncodeMemberTag(tag, tag.values.size(), *response.add_tags());
    }
  }
}

}  // namespace muster::server

#include "server/wire/catalog_messages.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "index/text/civil_text.h"
#include "index/text/decimal.h"
#include "server/wire/error_status.h"

namespace muster::server {

v1::TagKind EncodeKind(index::TagKind kind) {
  switch (kind) {
    case index::TagKind::kFlag:
      return v1::TAG_KIND_FLAG;
    case index::TagKind::kSingle:
      return v1::TAG_KIND_SINGLE;
    case index::TagKind::kMulti:
      return v1::TAG_KIND_MULTI;
    case index::TagKind::kNumber:
      return v1::TAG_KIND_NUMBER;
    case index::TagKind::kDate:
      return v1::TAG_KIND_DATE;
    case index::TagKind::kTimestamp:
      return v1::TAG_KIND_TIMESTAMP;
  }
  return v1::TAG_KIND_UNSPECIFIED;
}

std::optional<index::TagKind> DecodeKind(v1::TagKind kind) {
  switch (kind) {
    case v1::TAG_KIND_FLAG:
      return index::TagKind::kFlag;
    case v1::TAG_KIND_SINGLE:
      return index::TagKind::kSingle;
    case v1::TAG_KIND_MULTI:
      return index::TagKind::kMulti;
    case v1::TAG_KIND_NUMBER:
      return index::TagKind::kNumber;
    case v1::TAG_KIND_DATE:
      return index::TagKind::kDate;
    case v1::TAG_KIND_TIMESTAMP:
      return index::TagKind::kTimestamp;
    default:
      return std::nullopt;
  }
}

absl::StatusOr<std::optional<absl::CivilDay>> DecodeOptionalDate(std::string_view field,
                                                                 std::string_view text) {
  if (text.empty()) return std::optional<absl::CivilDay>();
  const std::optional<absl::CivilDay> day = index::ParseDate(text);
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
  if (tag.scale() > static_cast<uint32_t>(index::kMaxScale)) {
    return FieldError(at + ".scale",
                      absl::StrCat("the scale is ", tag.scale(), ": give 0 to ", index::kMaxScale));
  }
  if (tag.scale() != 0 && *kind != index::TagKind::kNumber) {
    return FieldError(at + ".scale", "only a NUMBER has a scale: leave it 0, or make the tag a NUMBER");
  }
  if (tag.weighted() && *kind != index::TagKind::kMulti) {
    return FieldError(at + ".weighted",
                      "only a MULTI tag has weights: leave it false, or make the tag MULTI");
  }
  if (tag.weight_scale() > static_cast<uint32_t>(index::kMaxScale)) {
    return FieldError(at + ".weight_scale",
                      absl::StrCat("the scale is ", tag.weight_scale(), ": give 0 to ", index::kMaxScale));
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
  if (statistics.business_date.has_value())
    encoded.set_business_date(index::DateText(*statistics.business_date));
  return encoded;
}

void EncodeProfile(const index::MemberProfile& profile, v1::LookupMemberResponse& response) {
  response.set_first_date(index::DateText(profile.first_date));
  for (const index::MemberTag& tag : profile.tags) {
    if (tag.values.empty()) {
      response.add_unknown_tags(tag.tag.name);
      continue;
    }
    v1::MemberTag& encoded = *response.add_tags();
    encoded.set_tag(tag.tag.name);
    encoded.set_kind(EncodeKind(tag.tag.kind));
    for (const index::MemberValue& value : tag.values) {
      v1::MemberValue& encoded_value = *encoded.add_values();
      encoded_value.set_text(value.text);
      encoded_value.set_weight(value.weight);
    }
  }
}

}  // namespace muster::server

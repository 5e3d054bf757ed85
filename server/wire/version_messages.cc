#include "server/wire/version_messages.h"

#include "index/status/status_macros.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/segment_messages.h"
#include "text/civil_text.h"

namespace muster::server {

v1::TagVersion EncodeVersion(const index::ListedVersion& version, absl::TimeZone zone) {
  v1::TagVersion encoded;
  encoded.set_version(version.version);
  encoded.set_business_date(DateText(version.business_date));
  encoded.set_load(version.load);
  encoded.set_members(version.member_count);
  encoded.set_bytes(version.bytes);
  if (version.published.has_value()) encoded.set_published_at(MomentText(*version.published, zone));
  encoded.set_current(version.is_current);
  encoded.set_only_by_number(version.only_by_number);
  encoded.set_restored_version(version.restores.value_or(0));
  return encoded;
}

void EncodeComparison(const index::VersionComparison& comparison, v1::CompareTagVersionsResponse& response) {
  response.set_entered(comparison.entered);
  response.set_left(comparison.left);
  response.set_changed(comparison.changed);
  response.set_before(comparison.before);
  response.set_after(comparison.after);
  for (const index::ValueChange& change : comparison.values) {
    v1::TagValueChange& encoded = *response.add_values();
    encoded.set_text(change.value);
    encoded.set_before(change.before);
    encoded.set_after(change.after);
  }
  response.set_values_differ(comparison.values_differ);
}

absl::StatusOr<index::RollbackGoal> DecodeGoal(const v1::RollbackTagRequest& request) {
  index::RollbackGoal goal;
  ASSIGN_OR_RETURN(goal.date, DecodeOptionalDate("to_date", request.to_date()));
  if (request.to_version() != 0) goal.version = request.to_version();
  if (goal.date.has_value() == goal.version.has_value()) {
    return FieldError("to_version", "say what to go back to: either a version's number, or a date");
  }
  return goal;
}

v1::TagRollback EncodeRollback(const index::TagRollback& rollback) {
  v1::TagRollback encoded;
  encoded.set_tag(rollback.tag);
  encoded.set_published(rollback.published);
  encoded.set_version_before(rollback.before.version);
  encoded.set_version(rollback.after.version);
  encoded.set_restored_version(rollback.restored);
  encoded.set_restored_date(DateText(rollback.restored_date));
  encoded.set_business_date(DateText(rollback.business_date));
  encoded.set_members_before(rollback.before.member_count);
  encoded.set_members(rollback.after.member_count);
  return encoded;
}

void EncodeLoadRollback(const index::LoadRollback& rollback, v1::RollbackLoadResponse& response) {
  response.set_label(rollback.label);
  response.set_published(rollback.published);
  for (const index::TagRollback& tag : rollback.tags) *response.add_tags() = EncodeRollback(tag);
  for (const std::string& tag : rollback.unchanged_tags) response.add_unchanged_tags(tag);
  response.set_members_before(rollback.members_before);
  response.set_members(rollback.members_after);
}

}  // namespace muster::server

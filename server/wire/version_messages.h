// Encodes the versions of tags, and what rollbacks did.
#ifndef MUSTER_SERVER_WIRE_VERSION_MESSAGES_H_
#define MUSTER_SERVER_WIRE_VERSION_MESSAGES_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/history/load_rollback.h"
#include "index/history/tag_rollback.h"
#include "index/history/version_comparison.h"
#include "index/history/version_list.h"
#include "muster/v1/catalog_service.pb.h"
#include "muster/v1/load_service.pb.h"

namespace muster::server {

// `zone`: the population's.
v1::TagVersion EncodeVersion(const index::ListedVersion& version, absl::TimeZone zone);
void EncodeComparison(const index::VersionComparison& comparison, v1::CompareTagVersionsResponse& response);
// INVALID_ARGUMENT at `to_date` or `to_version`, unless exactly one is set and valid.
absl::StatusOr<index::RollbackGoal> DecodeGoal(const v1::RollbackTagRequest& request);
v1::TagRollback EncodeRollback(const index::TagRollback& rollback);
void EncodeLoadRollback(const index::LoadRollback& rollback, v1::RollbackLoadResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_VERSION_MESSAGES_H_

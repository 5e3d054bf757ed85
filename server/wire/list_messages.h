// Id lists: index types ↔ messages.
#ifndef MUSTER_SERVER_WIRE_LIST_MESSAGES_H_
#define MUSTER_SERVER_WIRE_LIST_MESSAGES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/lists/id_list.h"
#include "index/lists/id_list_intake.h"
#include "muster/v1/list_service.pb.h"

namespace muster::server {

// Ids of one message.
inline constexpr int kBatchIdsMax = 1'000'000;

// The texts of a batch, which point into it. INVALID_ARGUMENT, BAD_REQUEST, when ends don't fit the text; LIMIT
// beyond kBatchIdsMax.
absl::StatusOr<std::vector<std::string_view>> DecodeIds(const v1::IdBatch& batch);

// INVALID_ARGUMENT, BAD_REQUEST, when a field is missing or out of range.
absl::StatusOr<index::IdListSpec> DecodeListSpec(const v1::ListSpec& spec);

// `member_count`: of its ids; `zone`: the population's.
v1::IdList EncodeIdList(const index::IdList& list, uint64_t member_count, absl::TimeZone zone);
v1::LoadListResponse EncodeListResult(const index::IdListResult& result, absl::TimeZone zone);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_LIST_MESSAGES_H_

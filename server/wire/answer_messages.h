// Encodes the parts that answers to questions share.
#ifndef MUSTER_SERVER_WIRE_ANSWER_MESSAGES_H_
#define MUSTER_SERVER_WIRE_ANSWER_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/v1/query_service.pb.h"
#include "query/questions/understanding.h"
#include "server/wire/page_token.h"

namespace muster::server {

// Encodes how many members lack each tag of an expression.
void EncodeUnknown(const std::vector<query::UnknownCount>& unknown,
                   google::protobuf::RepeatedPtrField<v1::UnknownMembers>& encoded);

// The receipt that makes the answer `count` repeatable.
v1::Receipt EncodeReceipt(const Tokens& tokens, const SnapshotToken& snapshot, const std::string& canonical,
                          uint64_t count);

// Encodes the failure of one part of an answer. REQUIRES: !status.ok().
v1::ExpressionError EncodeError(const absl::Status& status);

// The size to use for a request's page_size: 0 means `standard`, and more than `most` means `most`.
// INVALID_ARGUMENT when negative.
absl::StatusOr<size_t> DecodePageSize(int32_t page_size, size_t standard, size_t most);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_ANSWER_MESSAGES_H_

// What answers to questions have in common, as messages.
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

// Members without the tags of an expression.
void EncodeUnknown(const std::vector<query::UnknownCount>& unknown,
                   google::protobuf::RepeatedPtrField<v1::UnknownMembers>& encoded);

// What makes the answer `count` repeatable.
v1::Receipt EncodeReceipt(const Tokens& tokens, const SnapshotToken& snapshot, const std::string& canonical,
                          uint64_t count);

// The failure of one part of an answer. REQUIRES: !status.ok().
v1::ExpressionError EncodeError(const absl::Status& status);

// A request's page_size: 0 means `standard`, more than `most` means `most`. INVALID_ARGUMENT when it is
// negative.
absl::StatusOr<size_t> DecodePageSize(int32_t page_size, size_t standard, size_t most);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_ANSWER_MESSAGES_H_

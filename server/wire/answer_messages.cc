#include "server/wire/answer_messages.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/wire/error_status.h"
#include "text/civil_text.h"

namespace muster::server {

void EncodeUnknown(const std::vector<query::UnknownCount>& unknown,
                   google::protobuf::RepeatedPtrField<v1::UnknownMembers>& encoded) {
  for (const query::UnknownCount& tag : unknown) {
    v1::UnknownMembers& added = *encoded.Add();
    added.set_tag(tag.tag);
    added.set_member_count(tag.member_count);
    if (tag.as_of.has_value()) added.set_as_of(DateText(*tag.as_of));
  }
}

v1::Receipt EncodeReceipt(const Tokens& tokens, const SnapshotToken& snapshot, const std::string& canonical,
                          uint64_t count) {
  v1::Receipt receipt;
  receipt.set_expression(canonical);
  receipt.set_snapshot(tokens.SealSnapshot(snapshot));
  receipt.set_today(DateText(snapshot.today));
  receipt.set_count(count);
  return receipt;
}

v1::ExpressionError EncodeError(const absl::Status& status) {
  google::rpc::Status rpc = ToRpcStatus(status);
  v1::ExpressionError error;
  error.set_code(rpc.code());
  error.set_message(std::move(*rpc.mutable_message()));
  error.mutable_details()->Swap(rpc.mutable_details());
  return error;
}

absl::StatusOr<size_t> DecodePageSize(int32_t page_size, size_t standard, size_t most) {
  if (page_size < 0) {
    return FieldError("page_size", absl::StrCat("the page size is ", page_size,
                                                ": give a positive one, or 0 for ", standard));
  }
  return page_size == 0 ? standard : std::min(static_cast<size_t>(page_size), most);
}

}  // namespace muster::server

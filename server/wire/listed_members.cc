#include "server/wire/listed_members.h"

#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"
#include "muster/v1/query_service.pb.h"

namespace muster::server {
namespace {

using google::protobuf::internal::WireFormatLite;

// The tag and the length that precede the bytes of a field.
std::string FieldHead(int field, size_t bytes) {
  std::string head;
  google::protobuf::io::StringOutputStream stream(&head);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.WriteTag(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  out.WriteVarint64(bytes);
  out.Trim();
  return head;
}

}  // namespace

ListedMembers ListIds(uint32_t count, std::string lines) {
  v1::MemberIds counted;
  counted.set_count(count);
  // Fields may come in pieces: a parser merges them.
  const std::string ids =
      counted.SerializeAsString() + FieldHead(v1::MemberIds::kLinesFieldNumber, lines.size());
  return {FieldHead(v1::StreamMembersResponse::kIdsFieldNumber, ids.size() + lines.size()) + ids,
          std::move(lines)};
}

ListedMembers ListBitmap(std::string bytes) {
  return {FieldHead(v1::StreamMembersResponse::kBitmapFieldNumber, bytes.size()), std::move(bytes)};
}

}  // namespace muster::server

#include "server/wire/feed_messages.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "index/catalog/names.h"
#include "index/feeds/feed_folder.h"
#include "index/status/status_macros.h"
#include "server/wire/error_status.h"
#include "server/wire/load_messages.h"

namespace muster::server {
namespace {

absl::Status CheckPartName(const std::string& name, const std::string& field) {
  if (index::IsPartName(name)) return absl::OkStatus();
  return FieldError(field, name.empty()
                               ? "the part's name is missing: say which part of the input this is"
                               : "a part's name has 1 to 200 bytes of UTF-8 without control characters: "
                                 "give a shorter or plainer one");
}

absl::Status CheckLines(const v1::RecordBatch& batch) {
  const auto wrong = [](uint64_t line) { return line == 0 || line > kPartLineMax; };
  for (int i = 0; i < batch.lines_size(); ++i) {
    if (wrong(batch.lines(i))) {
      return FieldError(
          absl::StrCat("batch.records.lines[", i, "]"),
          absl::StrCat("the line is ", batch.lines(i), ": lines of a part count from 1 to ", kPartLineMax));
    }
  }
  for (int i = 0; i < batch.rejected_size(); ++i) {
    if (wrong(batch.rejected(i).line())) {
      return FieldError(absl::StrCat("batch.records.rejected[", i, "].line"),
                        absl::StrCat("the line is ", batch.rejected(i).line(),
                                     ": lines of a part count from 1 to ", kPartLineMax));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeFedSpec(const v1::LoadSpec& spec) {
  v1::LoadSpec stored = spec;
  stored.clear_create_population();
  std::string encoded;
  google::protobuf::io::StringOutputStream out(&encoded);
  google::protobuf::io::CodedOutputStream coded(&out);
  coded.SetSerializationDeterministic(true);
  stored.SerializeToCodedStream(&coded);
  coded.Trim();
  return encoded;
}

absl::StatusOr<v1::LoadSpec> DecodeFedSpec(const std::string& encoded) {
  v1::LoadSpec spec;
  if (spec.ParseFromString(encoded)) return spec;
  return absl::InternalError("the stored spec of the load can't be read; abort the load and begin it again");
}

absl::StatusOr<index::PartKey> DecodeFedBatch(const v1::FeedBatch& batch, size_t tags, bool is_long) {
  RETURN_IF_ERROR(CheckPartName(batch.part(), "batch.part"));
  RETURN_IF_ERROR(DecodeBatch(batch.records(), tags, is_long).status());
  RETURN_IF_ERROR(CheckLines(batch.records()));
  return index::PartKey{batch.part(), batch.attempt()};
}

uint32_t RecordsOf(const v1::RecordBatch& batch) {
  return static_cast<uint32_t>(batch.member_ids().ends_size() + batch.rejected_size());
}

absl::StatusOr<std::vector<index::CommittedPart>> DecodeCommittedParts(const v1::CommitLoadRequest& request) {
  if (static_cast<size_t>(request.parts_size()) > index::kFedPartsMax) {
    return LimitError(
        "parts",
        absl::StrCat("there are ", request.parts_size(), " parts: a load has at most ", index::kFedPartsMax),
        index::kFedPartsMax);
  }
  std::vector<index::CommittedPart> parts;
  std::set<std::string> names;
  for (int i = 0; i < request.parts_size(); ++i) {
    const v1::CommittedPart& part = request.parts(i);
    const std::string field = absl::StrCat("parts[", i, "].name");
    RETURN_IF_ERROR(CheckPartName(part.name(), field));
    if (!names.insert(part.name()).second)
      return FieldError(field, "the part is named twice: name it once, with the attempt that counts");
    parts.push_back({{part.name(), part.attempt()}, part.batches()});
  }
  return parts;
}

void EncodePart(const index::PartKey& key, const index::PartExtent& durable, v1::LoadPart& encoded) {
  encoded.set_name(key.name);
  encoded.set_attempt(key.attempt);
  encoded.set_next_batch(durable.batches);
  encoded.set_records(durable.records);
}

void EncodeParts(const std::vector<index::FedPart>& parts,
                 google::protobuf::RepeatedPtrField<v1::LoadPart>& encoded) {
  for (const index::FedPart& part : parts) EncodePart(part.key, part.durable, *encoded.Add());
}

}  // namespace muster::server

#include "server/wire/list_messages.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/wire/error_status.h"
#include "server/wire/segment_messages.h"

namespace muster::server {

absl::StatusOr<std::vector<std::string_view>> DecodeIds(const v1::IdBatch& batch) {
  const v1::CellColumn& column = batch.ids();
  if (!column.codes().empty())
    return FieldError("batch.ids.codes", "ids of a list can't be coded: give each id once, in `text`");
  if (column.ends_size() > kBatchIdsMax) {
    return LimitError("batch.ids.ends",
                      absl::StrCat("a batch has at most ", kBatchIdsMax, " ids, and this one has ",
                                   column.ends_size(), ": send them in several"),
                      kBatchIdsMax);
  }
  std::vector<std::string_view> ids;
  ids.reserve(static_cast<size_t>(column.ends_size()));
  const std::string_view text = column.text();
  uint32_t begin = 0;
  for (int i = 0; i < column.ends_size(); ++i) {
    const uint32_t end = column.ends(i);
    if (end < begin || end > text.size()) {
      return FieldError(
          absl::StrCat("batch.ids.ends[", i, "]"),
          absl::StrCat("the id ends at ", end, ", and the text has ", text.size(),
                       " bytes and the id before ends at ", begin, ": give ascending ends within the text"));
    }
    ids.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return ids;
}

absl::StatusOr<index::IdListSpec> DecodeListSpec(const v1::ListSpec& spec) {
  if (spec.name().empty()) return FieldError("name", "the list's name is missing: say which one is meant");
  index::IdListSpec decoded{
      .name = spec.name(), .replace = spec.replace(), .allow_empty = spec.allow_empty()};
  if (!spec.has_max_rejected()) return decoded;
  // Written so that NaN is refused.
  if (!(spec.max_rejected() >= 0 && spec.max_rejected() <= 1)) {
    return FieldError("spec.max_rejected",
                      "the share of lines is not between 0 and 1: 0.01 means one in a hundred");
  }
  decoded.max_rejected = spec.max_rejected();
  return decoded;
}

v1::IdList EncodeIdList(const index::IdList& list, uint64_t member_count, absl::TimeZone zone) {
  v1::IdList encoded;
  encoded.set_name(list.name);
  encoded.set_id_count(list.id_count);
  encoded.set_member_count(member_count);
  encoded.set_version(list.version);
  encoded.set_create_time(MomentText(list.created, zone));
  encoded.set_update_time(MomentText(list.updated, zone));
  return encoded;
}

v1::LoadListResponse EncodeListResult(const index::IdListResult& result, absl::TimeZone zone) {
  v1::LoadListResponse encoded;
  *encoded.mutable_list() = EncodeIdList(result.list, result.member_count, zone);
  encoded.set_duplicate_count(result.duplicates);
  encoded.set_rejected_count(result.rejected);
  for (const index::RejectedId& rejected : result.first_rejected) {
    v1::RejectedId& added = *encoded.add_first_rejected();
    added.set_line(rejected.line);
    added.set_message(rejected.message);
  }
  encoded.mutable_first_unknown()->Assign(result.first_unknown.begin(), result.first_unknown.end());
  encoded.mutable_warnings()->Assign(result.warnings.begin(), result.warnings.end());
  return encoded;
}

}  // namespace muster::server

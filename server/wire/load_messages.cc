#include "server/wire/load_messages.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/segment_messages.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/shortened.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

constexpr size_t kSha256Bytes = 32;
constexpr double kDefaultMaxRejected = 0.01;
constexpr int kMaxMissingTexts = 100;

absl::Status CheckTag(const v1::LoadTag& tag, v1::LoadMode mode, const std::string& at) {
  if (tag.name().empty())
    return FieldError(at + ".name", "the name is empty: say which tag the cells are of");
  if (tag.kind() != v1::TAG_KIND_UNSPECIFIED && !DecodeKind(tag.kind()).has_value()) {
    return FieldError(at + ".kind",
                      absl::StrCat("this server doesn't know the kind ", static_cast<int>(tag.kind()),
                                   ": give FLAG, SINGLE, MULTI, NUMBER, DATE or TIMESTAMP"));
  }
  if (tag.scale() > static_cast<uint32_t>(kMaxScale)) {
    return FieldError(at + ".scale", absl::StrCat("the scale is ", tag.scale(), ": give 0 to ", kMaxScale));
  }
  if (tag.weight_scale() > static_cast<uint32_t>(kMaxScale)) {
    return FieldError(at + ".weight_scale",
                      absl::StrCat("the scale is ", tag.weight_scale(), ": give 0 to ", kMaxScale));
  }
  if (!tag.decimal().empty() && tag.decimal() != "." && tag.decimal() != ",") {
    return FieldError(at + ".decimal", "the decimal point is a point or a comma: give \".\" or \",\"");
  }
  if (!v1::MultiMerge_IsValid(tag.on_merge())) {
    return FieldError(at + ".on_merge", "this server doesn't know the way to merge: give UNITE or REPLACE");
  }
  if (!v1::OnConflict_IsValid(tag.on_conflict())) {
    return FieldError(at + ".on_conflict",
                      "this server doesn't know the way: give REJECT, FIRST, LAST, MAX or MIN");
  }
  if (tag.on_merge() == v1::MULTI_MERGE_REPLACE && mode == v1::LOAD_MODE_REPLACE) {
    return FieldError(at + ".on_merge",
                      "the load replaces all values anyhow: leave on_merge out, or load with MERGE");
  }
  return absl::OkStatus();
}

absl::StatusOr<index::LoadTagSpec> DecodeTagSpec(const v1::LoadTag& tag, v1::LoadMode mode,
                                                 const std::string& at) {
  RETURN_IF_ERROR(CheckTag(tag, mode, at));
  index::LoadTagSpec decoded;
  decoded.name = tag.name();
  decoded.kind = DecodeKind(tag.kind());
  decoded.scale = static_cast<int>(tag.scale());
  decoded.separator = tag.separator();
  decoded.weight_separator = tag.weight_separator();
  decoded.weight_scale = static_cast<int>(tag.weight_scale());
  decoded.replace_on_merge = tag.on_merge() == v1::MULTI_MERGE_REPLACE;
  if (tag.on_conflict() != v1::ON_CONFLICT_UNSPECIFIED)
    decoded.on_conflict = static_cast<index::OnConflict>(tag.on_conflict());
  decoded.clear = tag.clear();
  decoded.format = tag.format();
  decoded.decimal_point = tag.decimal() == "," ? ',' : '.';
  decoded.missing.assign(tag.missing().begin(), tag.missing().end());
  decoded.description = tag.description();
  decoded.owner = tag.owner();
  decoded.source = tag.source();
  return decoded;
}

absl::Status CheckSpec(const v1::LoadSpec& spec) {
  if (spec.population().empty()) {
    return FieldError("spec.population", "the population is missing: say whose members the records name");
  }
  if (!v1::LoadMode_IsValid(spec.mode())) {
    return FieldError("spec.mode", "this server doesn't know the mode: give MERGE, REPLACE or REMOVE");
  }
  if (!v1::RecordLayout_IsValid(spec.layout())) {
    return FieldError("spec.layout", "this server doesn't know the layout: give WIDE or LONG");
  }
  // Written so that NaN is refused.
  if (spec.has_max_rejected() && !(spec.max_rejected() >= 0 && spec.max_rejected() <= 1)) {
    return FieldError("spec.max_rejected",
                      "the share of records is not between 0 and 1: 0.01 means one in a hundred");
  }
  if (!spec.input_sha256().empty() && spec.input_sha256().size() != kSha256Bytes) {
    return FieldError("spec.input_sha256",
                      absl::StrCat("this has ", spec.input_sha256().size(),
                                   " bytes: give the 32 raw bytes of a SHA-256, or leave it empty"));
  }
  if (spec.missing_size() > kMaxMissingTexts) {
    return LimitError("spec.missing",
                      absl::StrCat("there are ", spec.missing_size(),
                                   " texts for \"no value\": give at most ", kMaxMissingTexts),
                      kMaxMissingTexts);
  }
  return absl::OkStatus();
}

absl::Status CheckCodes(const index::CellsView& cells, int records, const std::string& at) {
  if (cells.codes.size() != static_cast<size_t>(records) * sizeof(uint16_t)) {
    return FieldError(at + ".codes", absl::StrCat("there are ", cells.codes.size(), " bytes for ", records,
                                                  " member ids: give two bytes for each record"));
  }
  const std::optional<size_t> wrong = cells.FirstWithoutText();
  if (!wrong) return absl::OkStatus();
  return FieldError(at + ".codes",
                    absl::StrCat("record ", *wrong, " of the batch has the code ", cells.CodeOf(*wrong),
                                 ", and the column has ", cells.ends.size(),
                                 " texts: codes count them from 0, little-endian"));
}

// Decodes one column, after checking that its texts lie within `text`, and that codes name texts.
absl::StatusOr<index::CellsView> DecodeColumn(const v1::CellColumn& column, int records,
                                              const std::string& at) {
  const bool coded = !column.codes().empty();
  if (!coded && column.ends_size() != records) {
    return FieldError(at + ".ends", absl::StrCat("there are ", column.ends_size(), " cells for ", records,
                                                 " member ids: give one cell for each record"));
  }
  if (coded && static_cast<size_t>(column.ends_size()) > index::kCodedTextsMax) {
    return FieldError(at + ".ends", absl::StrCat("there are ", column.ends_size(),
                                                 " texts, and a coded column has at most ",
                                                 index::kCodedTextsMax, ": send a plain one"));
  }
  uint32_t last = 0;
  for (int i = 0; i < column.ends_size(); ++i) {
    const uint32_t end = column.ends(i);
    if (end < last || end > column.text().size()) {
      return FieldError(
          absl::StrCat(at, ".ends[", i, "]"),
          absl::StrCat("the cell ends at ", end, ", which is before the one in front of it or beyond the ",
                       column.text().size(), " bytes of the text: ends ascend and stay within it"));
    }
    last = end;
  }
  if (last != column.text().size()) {
    return FieldError(at + ".text",
                      absl::StrCat("the text has ", column.text().size(),
                                   " bytes, but the last cell ends at ", last, ": the cells must fill it"));
  }
  const index::CellsView cells = {
      column.text(), absl::MakeConstSpan(column.ends().data(), static_cast<size_t>(column.ends_size())),
      column.codes()};
  if (coded) RETURN_IF_ERROR(CheckCodes(cells, records, at));
  return cells;
}

// Checks the tags of a long load's records.
absl::Status CheckTagNumbers(const index::RecordBatchView& view, size_t records, size_t tags, bool is_long) {
  const std::string at = "batch.tag_numbers";
  if (!is_long) {
    if (view.tag_numbers.empty()) return absl::OkStatus();
    return FieldError(at, "the load's layout is WIDE, so that records have no tag: leave them out");
  }
  if (view.tag_numbers.size() != records * sizeof(uint16_t)) {
    return FieldError(at, absl::StrCat("there are ", view.tag_numbers.size(), " bytes for ", records,
                                       " member ids: give two bytes for each record"));
  }
  for (size_t record = 0; record < records; ++record) {
    if (view.TagOf(record) < tags) continue;
    return FieldError(
        at, absl::StrCat("record ", record, " of the batch has the tag ", view.TagOf(record),
                         ", and the spec has ", tags, " tags: numbers count them from 0, little-endian"));
  }
  return absl::OkStatus();
}

absl::StatusOr<index::RejectedRecord> DecodeRejected(const v1::RejectedRecord& rejected, int i) {
  if (rejected.reason() == v1::REJECTION_REASON_UNSPECIFIED ||
      !v1::RejectionReason_IsValid(rejected.reason())) {
    return FieldError(absl::StrCat("batch.rejected[", i, "].reason"),
                      "the reason is missing or unknown: say why the record was rejected");
  }
  return index::RejectedRecord{rejected.line(), static_cast<index::Rejection>(rejected.reason()),
                               Shortened(rejected.message(), {.bytes = kMaxRejectionBytes})};
}

}  // namespace

absl::StatusOr<index::LoadSpec> DecodeLoadSpec(const v1::LoadSpec& spec) {
  RETURN_IF_ERROR(CheckSpec(spec));
  ASSIGN_OR_RETURN(std::optional<absl::CivilDay> date,
                   DecodeOptionalDate("spec.business_date", spec.business_date()));
  index::LoadSpec decoded;
  decoded.population = spec.population();
  decoded.time_zone = spec.time_zone();
  decoded.create_population = spec.create_population();
  if (spec.mode() != v1::LOAD_MODE_UNSPECIFIED) decoded.mode = static_cast<index::LoadMode>(spec.mode());
  decoded.label = spec.label();
  decoded.business_date = date;
  for (int i = 0; i < spec.tags_size(); ++i) {
    ASSIGN_OR_RETURN(index::LoadTagSpec tag,
                     DecodeTagSpec(spec.tags(i), spec.mode(), absl::StrCat("spec.tags[", i, "]")));
    decoded.tags.push_back(std::move(tag));
  }
  decoded.missing.assign(spec.missing().begin(), spec.missing().end());
  decoded.is_long = spec.layout() == v1::RECORD_LAYOUT_LONG;
  decoded.trim = !spec.keep_white_space();
  decoded.max_rejected = spec.has_max_rejected() ? spec.max_rejected() : kDefaultMaxRejected;
  decoded.input_sha256 = spec.input_sha256();
  decoded.make_current = spec.make_current();
  decoded.allow_future = spec.allow_future();
  decoded.allow_empty = spec.allow_empty();
  decoded.update_only = spec.update_only();
  decoded.dry_run = spec.dry_run();
  decoded.keep_rejected = spec.keep_rejected();
  if (decoded.keep_rejected && decoded.label.empty())
    return FieldError("spec.label", "rejected records are asked for by the label of their load: give one");
  return decoded;
}

absl::StatusOr<index::RecordBatchView> DecodeBatch(const v1::RecordBatch& batch, size_t tags, bool is_long) {
  const int records = batch.member_ids().ends_size();
  if (!batch.member_ids().codes().empty()) {
    return FieldError("batch.member_ids.codes", "member ids can't be coded: give the id of each record");
  }
  index::RecordBatchView view;
  ASSIGN_OR_RETURN(view.member_ids, DecodeColumn(batch.member_ids(), records, "batch.member_ids"));
  const size_t columns = is_long ? 1 : tags;
  if (static_cast<size_t>(batch.cells_size()) != columns && !(batch.cells().empty() && records == 0)) {
    return FieldError(
        "batch.cells",
        is_long
            ? absl::StrCat("there are ", batch.cells_size(),
                           " columns, and the load's layout is LONG: give one, with the cell of each record")
            : absl::StrCat("there are ", batch.cells_size(), " columns for ", tags,
                           " tags of the spec: give one column for each tag, in its order"));
  }
  view.cells.reserve(columns);
  for (int i = 0; i < batch.cells_size(); ++i) {
    ASSIGN_OR_RETURN(index::CellsView cells,
                     DecodeColumn(batch.cells(i), records, absl::StrCat("batch.cells[", i, "]")));
    view.cells.push_back(cells);
  }
  view.cells.resize(columns);  // a batch of rejected records alone may leave its columns out
  if (!batch.lines().empty() && batch.lines_size() != records) {
    return FieldError("batch.lines", absl::StrCat("there are ", batch.lines_size(), " lines for ", records,
                                                  " records: give one for each record, or none"));
  }
  view.tag_numbers = batch.tag_numbers();
  RETURN_IF_ERROR(CheckTagNumbers(view, static_cast<size_t>(records), tags, is_long));
  view.lines = absl::MakeConstSpan(batch.lines().data(), static_cast<size_t>(batch.lines_size()));
  view.rejected.reserve(static_cast<size_t>(batch.rejected_size()));
  for (int i = 0; i < batch.rejected_size(); ++i) {
    ASSIGN_OR_RETURN(index::RejectedRecord rejected, DecodeRejected(batch.rejected(i), i));
    view.rejected.push_back(std::move(rejected));
  }
  view.files.reserve(static_cast<size_t>(batch.files_size()));
  for (const v1::InputFile& file : batch.files()) view.files.push_back({file.name(), file.lines_before()});
  return view;
}

v1::RejectedRecord EncodeRejected(const index::RejectedRecord& record) {
  v1::RejectedRecord encoded;
  encoded.set_line(record.line);
  encoded.set_reason(static_cast<v1::RejectionReason>(record.reason));
  encoded.set_message(MendUtf8(record.message));  // it may quote a cell that isn't UTF-8
  encoded.set_file(MendUtf8(record.file));
  encoded.set_line_in_file(record.line_in_file);
  return encoded;
}

v1::LoadRecordsResponse EncodeLoadResult(const index::LoadResult& result, uint64_t everyone) {
  v1::LoadRecordsResponse response;
  response.set_label(result.label);
  response.set_state(result.dry_run     ? v1::LOAD_STATE_DRY_RUN
                     : result.published ? v1::LOAD_STATE_PUBLISHED
                                        : v1::LOAD_STATE_EMPTY);
  response.set_already_published(result.already_published);
  response.set_records(result.records);
  response.set_rejected_records(result.rejected_records);
  for (const auto& [reason, records] : result.rejections) {
    v1::RejectionCount& count = *response.add_rejections();
    count.set_reason(static_cast<v1::RejectionReason>(reason));
    count.set_records(records);
  }
  for (const index::RejectedRecord& record : result.first_rejected)
    *response.add_first_rejected() = EncodeRejected(record);
  response.set_new_members(result.new_members);
  response.set_member_count(result.member_count);
  response.set_business_date(DateText(result.business_date));
  for (const index::LoadedTag& tag : result.tags) {
    v1::LoadedTag& encoded = *response.add_tags();
    encoded.set_name(tag.name);
    encoded.set_version(tag.version);
    encoded.set_member_count(tag.member_count);
    if (everyone != 0)
      encoded.set_coverage(static_cast<double>(tag.member_count) / static_cast<double>(everyone));
  }
  for (const std::string& warning : result.warnings) response.add_warnings(MendUtf8(warning));
  if (result.cells) {
    v1::CellCounts& cells = *response.mutable_cells();
    cells.set_changed(result.cells->changed);
    cells.set_unchanged(result.cells->unchanged);
    cells.set_dropped(result.cells->dropped);
  }
  response.set_unknown_records(result.unknown_records);
  return response;
}

v1::Load EncodePastLoad(const index::PastLoad& load, absl::TimeZone zone) {
  v1::Load encoded;
  encoded.set_label(load.result.label);
  encoded.set_state(v1::LOAD_STATE_PUBLISHED);
  encoded.set_mode(static_cast<v1::LoadMode>(load.mode));
  encoded.set_business_date(DateText(load.result.business_date));
  encoded.set_published_at(MomentText(load.published, zone));
  for (const index::LoadedTag& tag : load.result.tags) encoded.add_tags(tag.name);
  encoded.set_records(load.result.records);
  encoded.set_rejected(load.result.rejected_records);
  encoded.set_new_members(load.result.new_members);
  return encoded;
}

void AddLoadResult(const index::PastLoad& load, v1::Load& encoded) {
  // Of a late load, the members that had joined by its date are not on record.
  const uint64_t everyone = load.result.is_late ? 0 : load.result.member_count;
  v1::LoadRecordsResponse result = EncodeLoadResult(load.result, everyone);
  encoded.set_content(MendUtf8(load.content));
  encoded.mutable_results()->Swap(result.mutable_tags());
  encoded.mutable_rejections()->Swap(result.mutable_rejections());
  encoded.mutable_first_rejected()->Swap(result.mutable_first_rejected());
  encoded.mutable_warnings()->Swap(result.mutable_warnings());
  if (result.has_cells()) encoded.mutable_cells()->Swap(result.mutable_cells());
  encoded.set_unknown_records(result.unknown_records());
  for (const std::string& tag : load.rolled_back) encoded.add_rolled_back_tags(tag);
}

}  // namespace muster::server

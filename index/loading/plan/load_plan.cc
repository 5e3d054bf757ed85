#include "index/loading/plan/load_plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "index/catalog/names.h"
#include "index/loading/plan/scalar_cell.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/civil_text.h"
#include "text/limits.h"
#include "text/nearest_names.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::index {
namespace {

constexpr size_t kMissingTextsMax = 100;

absl::Status BadRequest(const std::string& message) {
  return WithReason(absl::InvalidArgumentError(message), Reason::kBadRequest);
}

// A separator, clear or missing text can be no longer than the cells that it stands in.
absl::Status CheckText(std::string_view what, const std::string& text) {
  if (text.size() > kValueBytesMax) {
    return WithLimit(absl::InvalidArgumentError(Sentence(what, " has at most ", kValueBytesMax,
                                                         " bytes, and this one has ", text.size())),
                     kValueBytesMax);
  }
  return IsValidUtf8(text) ? absl::OkStatus() : BadRequest(Sentence(what, " must be UTF-8"));
}

absl::Status CheckMissing(const std::string& whose, const std::vector<std::string>& texts) {
  if (texts.size() > kMissingTextsMax) {
    return WithLimit(absl::InvalidArgumentError(Sentence(whose, " has at most ", kMissingTextsMax,
                                                         " missing texts, not ", texts.size())),
                     kMissingTextsMax);
  }
  for (const std::string& text : texts) {
    RETURN_IF_ERROR(CheckText("a missing text", text));
  }
  return absl::OkStatus();
}

absl::Status CheckTexts(const LoadSpec& spec) {
  RETURN_IF_ERROR(CheckMissing("a load", spec.missing));
  for (const LoadTagSpec& tag : spec.tags) {
    RETURN_IF_ERROR(CheckMissing(Sentence("tag '", tag.name, "'"), tag.missing));
    for (const std::string* text : {&tag.separator, &tag.weight_separator, &tag.clear}) {
      RETURN_IF_ERROR(CheckText(Sentence("tag '", tag.name, "': a separator or clear text"), *text));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDate(const LoadSpec& spec) {
  if (!spec.business_date || (spec.business_date->year() >= 1 && spec.business_date->year() <= 9999)) {
    return absl::OkStatus();
  }
  return BadRequest("the business date must lie in the years 0001 to 9999");
}

absl::Status CheckMode(const LoadSpec& spec) {
  if (spec.mode != LoadMode::kRemove || !spec.tags.empty()) return absl::OkStatus();
  return BadRequest(
      "a REMOVE takes tags from members, and this one names no tag: give the input a column for each tag to "
      "remove");
}

absl::Status CheckLayout(const LoadSpec& spec) {
  if (!spec.is_long || !spec.tags.empty()) return absl::OkStatus();
  return BadRequest("a load of a long table names the tags of its records, and this one names none");
}

// FLAG and texts have no order that could choose a value; of a MULTI only weights can conflict.
absl::Status CheckOnConflict(const LoadTagSpec& spec, const Tag& tag) {
  const TagKindTraits& traits = TraitsOf(tag.kind);
  if (spec.on_conflict == OnConflict::kReject) return absl::OkStatus();
  if (traits.has_several && !tag.weighted) {
    return BadRequest(
        Sentence("tag '", tag.name,
                 "': the values of a MULTI tag unite, so that none conflict; leave on_conflict out"));
  }
  const bool by_order = spec.on_conflict == OnConflict::kMax || spec.on_conflict == OnConflict::kMin;
  if (!by_order || traits.has_several || traits.is_numeric) return absl::OkStatus();
  return BadRequest(Sentence("tag '", tag.name, "': a ", TagKindName(tag.kind),
                             " has no greatest or least value; on_conflict is reject, first or last"));
}

absl::Status Contradicts(const Tag& tag, std::string_view why) {
  return WithReason(absl::FailedPreconditionError(
                        Sentence("tag '", tag.name, "' ", why, "; load it as it is, or under another name")),
                    Reason::kTagContradicts);
}

// A load with fewer digits than the tag has is accepted: each of its numbers fits, and the tag may have been
// widened since its schema was written.
absl::Status CheckScale(const LoadTagSpec& spec, const Tag& tag, const std::string& population) {
  if (spec.scale <= tag.scale) return absl::OkStatus();
  return WithReason(absl::FailedPreconditionError(
                        Sentence("tag '", tag.name, "' has the scale ", tag.scale, ", not ", spec.scale,
                                 "; write `scale: ", tag.scale, "` in the schema, or widen the tag with ",
                                 WideningOf(tag.name, spec.scale, population))),
                    Reason::kTagContradicts);
}

// Checks that the load and the catalogue agree about a tag.
absl::Status CheckAgrees(const LoadTagSpec& spec, const Tag& tag, const std::string& population) {
  // Also of a load that leaves the kind to the catalogue, which doesn't know how this input writes weights.
  if (tag.weighted && spec.weight_separator.empty()) {
    return WithReason(
        absl::FailedPreconditionError(
            Sentence("tag '", tag.name,
                     "' has weights, and this load doesn't say what divides a value from its weight; name it "
                     "with weight_separator, for example `weight_separator: \":\"` in a schema")),
        Reason::kTagContradicts);
  }
  if (!spec.kind) return absl::OkStatus();
  if (*spec.kind != tag.kind) {
    return Contradicts(tag, Sentence("is a ", TagKindName(tag.kind), ", not a ", TagKindName(*spec.kind)));
  }
  if (TraitsOf(tag.kind).has_scale) return CheckScale(spec, tag, population);
  if (TraitsOf(tag.kind).has_weights && !spec.weight_separator.empty()) {
    if (!tag.weighted) return Contradicts(tag, "has no weights");
    if (spec.weight_scale > tag.weight_scale) {
      return Contradicts(tag,
                         Sentence("has the weight_scale ", tag.weight_scale, ", not ", spec.weight_scale));
    }
  }
  return absl::OkStatus();
}

// `removes`: the load is a REMOVE, which makes no tag.
absl::StatusOr<PlannedTag> PlanNewTag(const LoadTagSpec& spec, const Catalogue& catalogue, bool removes) {
  if (!spec.kind || removes) {
    const std::string_view otherwise =
        removes ? ", and so nothing to remove" : "; say its kind in a schema to create it";
    std::vector<std::string> names;
    for (const CataloguedTag& known : catalogue.ListTags()) names.push_back(known.tag.name);
    const std::vector<std::string> nearest = NearestNames(spec.name, names, 3);
    const absl::Status unknown = WithReason(
        absl::InvalidArgumentError(Sentence("there is no tag '", spec.name, "'", DidYouMean(nearest),
                                            nearest.empty() ? otherwise : "")),
        Reason::kUnknownTag);
    return WithFact(WithFact(unknown, kFactTag, spec.name), kFactNearest,
                    nearest.empty() ? "" : nearest.front());
  }
  PlannedTag planned;
  planned.is_new = true;
  Tag& tag = planned.tag;
  tag.name = spec.name;
  tag.kind = *spec.kind;
  tag.scale = spec.scale;
  tag.weighted = !spec.weight_separator.empty();
  tag.weight_scale = spec.weight_scale;
  tag.description = spec.description;
  tag.owner = spec.owner;
  tag.source = spec.source;
  RETURN_IF_ERROR(CheckTag(tag));
  return planned;
}

}  // namespace

absl::StatusOr<LoadSpec> CheckLoadSpec(const LoadSpec& spec) {
  LoadSpec checked = spec;
  RETURN_IF_ERROR(CheckPopulationName(spec.population));
  if (!spec.label.empty()) {
    RETURN_IF_ERROR(CheckLabel(spec.label));
  }
  if (spec.tags.size() > kTagsPerPopulationMax) {
    return WithLimit(absl::InvalidArgumentError(Sentence(
                         "a population has at most ", kTagsPerPopulationMax, " tags, and this load names ",
                         spec.tags.size(), "; leave columns out, or split them over populations")),
                     kTagsPerPopulationMax);
  }
  if (!(spec.max_rejected >= 0 && spec.max_rejected <= 1))
    return BadRequest("max_rejected must be a share, 0 to 1");
  if (!spec.input_sha256.empty() && spec.input_sha256.size() != 32) {
    return BadRequest("input_sha256 must have 32 bytes, or none");
  }
  RETURN_IF_ERROR(CheckDate(spec));
  std::set<std::string> names;
  for (LoadTagSpec& tag : checked.tags) {
    ASSIGN_OR_RETURN(tag.name, NormalTagName(tag.name));
    if (!names.insert(tag.name).second)
      return BadRequest(Sentence("the tag '", tag.name, "' is named twice"));
    if (tag.replace_on_merge && tag.kind && !TraitsOf(*tag.kind).has_several) {
      return BadRequest(Sentence("tag '", tag.name, "': only a MULTI tag takes on_merge"));
    }
  }
  RETURN_IF_ERROR(CheckTexts(checked));
  RETURN_IF_ERROR(CheckMode(checked));
  RETURN_IF_ERROR(CheckLayout(checked));
  return checked;
}

absl::StatusOr<std::vector<PlannedTag>> PlanTags(const LoadSpec& spec, const Catalogue& catalogue) {
  std::vector<PlannedTag> planned;
  size_t more = 0;
  for (const LoadTagSpec& tag_spec : spec.tags) {
    if (const std::optional<CataloguedTag> known = catalogue.FindTag(tag_spec.name)) {
      RETURN_IF_ERROR(CheckAgrees(tag_spec, known->tag, spec.population));
      RETURN_IF_ERROR(CheckOnConflict(tag_spec, known->tag));
      planned.push_back({known->tag, false});
      continue;
    }
    ASSIGN_OR_RETURN(PlannedTag fresh, PlanNewTag(tag_spec, catalogue, spec.mode == LoadMode::kRemove));
    RETURN_IF_ERROR(CheckOnConflict(tag_spec, fresh.tag));
    planned.push_back(std::move(fresh));
    ++more;
  }
  RETURN_IF_ERROR(catalogue.CheckRoom(more));
  return planned;
}

absl::Status CheckScales(const LoadSpec& spec, const Catalogue& catalogue) {
  for (const LoadTagSpec& tag_spec : spec.tags) {
    if (tag_spec.kind != TagKind::kNumber) continue;
    const std::optional<CataloguedTag> known = catalogue.FindTag(tag_spec.name);
    if (!known || known->tag.kind != TagKind::kNumber) continue;
    RETURN_IF_ERROR(CheckScale(tag_spec, known->tag, spec.population));
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadResult> RepeatedResult(const LoadSpec& spec, const records::LoadRecord& published) {
  const bool inputs_known = !spec.input_sha256.empty() && !published.input_sha256().empty();
  const bool same_words = FingerprintOf(spec) == published.fingerprint();
  if (inputs_known && !(same_words && spec.input_sha256 == published.input_sha256())) {
    const std::string both =
        same_words ? Sentence("its input had the SHA-256 ", ShortHash(published.input_sha256()),
                              ", and this one has ", ShortHash(spec.input_sha256))
                   : Sentence("it was ", published.content(), ", and this is ", ContentText(spec));
    return WithReason(absl::AlreadyExistsError(Sentence("the label '", spec.label,
                                                        "' was published with other content: ", both,
                                                        "; choose another label")),
                      Reason::kAlreadyExists);
  }
  LoadResult result = DecodeResult(spec.label, published.result());
  result.already_published = true;
  if (!same_words) {
    result.warnings.push_back(
        Sentence("the label '", spec.label, "' was published as ", published.content(), ", and this is ",
                 ContentText(spec),
                 ": of an input that can't be compared, such as standard input, the label alone "
                 "decides, so nothing was read; choose another label to load it"));
  }
  return result;
}

records::LoadResultRecord EncodeResult(const LoadResult& result) {
  records::LoadResultRecord record;
  record.set_records(result.records);
  record.set_rejected_records(result.rejected_records);
  for (const auto& [reason, count] : result.rejections) {
    records::RejectionCountRecord* rejection = record.add_rejections();
    rejection->set_reason(static_cast<uint32_t>(reason));
    rejection->set_records(count);
  }
  for (const RejectedRecord& rejected : result.first_rejected) {
    records::RejectedRecordRecord* first = record.add_first_rejected();
    first->set_line(rejected.line);
    first->set_reason(static_cast<uint32_t>(rejected.reason));
    first->set_message(rejected.message);
    first->set_file(rejected.file);
    first->set_line_in_file(rejected.line_in_file);
  }
  record.set_new_members(result.new_members);
  record.set_member_count(result.member_count);
  record.set_business_day(DayNumber(result.business_date));
  record.set_is_late(result.is_late);
  for (const LoadedTag& loaded : result.tags) {
    records::LoadedTagRecord* tag = record.add_tags();
    tag->set_name(loaded.name);
    tag->set_version(loaded.version);
    tag->set_member_count(loaded.member_count);
  }
  for (const std::string& warning : result.warnings) record.add_warnings(warning);
  if (result.cells) {
    records::CellCountsRecord& cells = *record.mutable_cells();
    cells.set_changed(result.cells->changed);
    cells.set_unchanged(result.cells->unchanged);
    cells.set_dropped(result.cells->dropped);
  }
  record.set_unknown_records(result.unknown_records);
  return record;
}

LoadResult DecodeResult(const std::string& label, const records::LoadResultRecord& record) {
  LoadResult result;
  result.label = label;
  result.published = true;
  result.records = record.records();
  result.rejected_records = record.rejected_records();
  for (const auto& rejection : record.rejections()) {
    result.rejections.emplace_back(static_cast<Rejection>(rejection.reason()), rejection.records());
  }
  for (const auto& first : record.first_rejected()) {
    result.first_rejected.push_back({first.line(), static_cast<Rejection>(first.reason()), first.message(),
                                     first.file(), first.line_in_file()});
  }
  result.new_members = record.new_members();
  result.member_count = record.member_count();
  result.business_date = DayOfNumber(record.business_day());
  result.is_late = record.is_late();
  for (const auto& tag : record.tags())
    result.tags.push_back({tag.name(), tag.version(), tag.member_count()});
  result.warnings.assign(record.warnings().begin(), record.warnings().end());
  if (record.has_cells()) {
    const records::CellCountsRecord& cells = record.cells();
    result.cells = CellCounts{cells.changed(), cells.unchanged(), cells.dropped()};
  }
  result.unknown_records = record.unknown_records();
  return result;
}

}  // namespace muster::index

#include "index/loading/intake/cell_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/limits.h"
#include "text/normal_form.h"
#include "text/quoted.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::index {
namespace {

// What a text of a coded column means for its records: entries [begin, end) of a column of texts, or the
// rejection number `begin`.
struct TextMeaning {
  enum class State : uint8_t { kUnread, kGives, kClears, kRejects };
  State state = State::kUnread;
  uint32_t begin = 0, end = 0;
};

// Whether a text is rejected, and why, for all records that have it.
class TextTrial {
 public:
  TextTrial() { Begin(); }
  // For reading one text, as that of record 0.
  BatchRejections& rejections() { return *rejections_; }
  bool rejected() const { return rejections_->rejected(0); }
  // The rejection. Then another text may be tried.
  RejectedRecord Take() {
    RejectedRecord rejection = log_.first().front();
    Begin();
    return rejection;
  }

 private:
  void Begin() {
    log_ = RejectionLog();
    rejections_.emplace(1, absl::Span<const uint64_t>(), 1, log_);
  }
  RejectionLog log_;
  std::optional<BatchRejections> rejections_;
};

void AppendEntries(const TypedColumn& texts, const TextMeaning& meaning, uint32_t record,
                   TypedColumn& column) {
  for (uint32_t i = meaning.begin; i < meaning.end; ++i) {
    column.records.push_back(record);
    if (!texts.values.empty()) column.values.push_back(texts.values[i]);
    if (!texts.numbers.empty()) column.numbers.push_back(texts.numbers[i]);
  }
}

absl::Status BadSpec(const Tag& tag, std::string_view why) {
  return WithReason(absl::InvalidArgumentError(Sentence("tag '", tag.name, "': ", why)), Reason::kBadRequest);
}

absl::Status CheckSpec(const Tag& tag, const LoadTagSpec& tag_spec, const LoadSpec& spec) {
  const bool multi = TraitsOf(tag.kind).has_several;
  if (!multi &&
      (!tag_spec.separator.empty() || !tag_spec.weight_separator.empty() || tag_spec.replace_on_merge)) {
    return BadSpec(tag, Sentence("only a MULTI tag takes separators and on_merge, and this is a ",
                                 TagKindName(tag.kind)));
  }
  if (!tag_spec.weight_separator.empty() && !tag.weighted) {
    return BadSpec(tag, "it has a weight_separator, but the tag was created without weights; leave it out");
  }
  if (!tag_spec.separator.empty() && tag_spec.separator == tag_spec.weight_separator) {
    return BadSpec(tag, Sentence("separator and weight_separator are both '", tag_spec.separator, "'"));
  }
  const bool has_decimals = TraitsOf(tag.kind).has_scale || tag.weighted;
  if (tag_spec.decimal_point != '.' && !has_decimals && tag_spec.kind) {
    return BadSpec(
        tag, Sentence("only NUMBER tags and weights take decimal, and this is a ", TagKindName(tag.kind)));
  }
  if (tag.weighted && tag_spec.decimal_point != '.' && tag_spec.separator == ",") {
    return BadSpec(tag,
                   "the comma is both separator and decimal point of its weights; choose another separator");
  }
  const auto names_clear = [&](const std::vector<std::string>& missing) {
    return IsMissingText(spec.trim ? TrimmedCell(tag_spec.clear) : std::string_view(tag_spec.clear),
                         ComparableTexts(missing, spec.trim));
  };
  const bool cleared_is_missing = names_clear(spec.missing) || names_clear(tag_spec.missing);
  if (!tag_spec.clear.empty() && cleared_is_missing) {
    return BadSpec(tag, Sentence("the text '", tag_spec.clear, "' is both missing and clear; choose one"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view TrimmedCell(std::string_view cell) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!cell.empty() && is_space(cell.front())) cell.remove_prefix(1);
  while (!cell.empty() && is_space(cell.back())) cell.remove_suffix(1);
  return cell;
}

bool IsPlainText(std::string_view text) {
  // Both tests in one pass that the compiler vectorises: the top bit, and NUL.
  unsigned char top = 0, least = 0xff;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    top |= byte;
    least = std::min(least, byte);
  }
  return top < 0x80 && (text.empty() || least > 0);
}

bool IsMissingText(std::string_view cell, absl::Span<const std::string> missing) {
  return std::any_of(missing.begin(), missing.end(),
                     [cell](const std::string& text) { return cell == text; });
}

std::vector<std::string> ComparableTexts(absl::Span<const std::string> texts, bool trim) {
  std::vector<std::string> comparable;
  for (const std::string& text : texts) {
    const std::string_view trimmed = trim ? TrimmedCell(text) : std::string_view(text);
    if (trimmed.empty()) continue;
    comparable.emplace_back(trimmed);
    std::optional<std::string> normal = NormalizeNfc(trimmed);
    if (normal && *normal != trimmed) comparable.push_back(*std::move(normal));
  }
  return comparable;
}

absl::StatusOr<CellReader> CellReader::Make(const Tag& tag, const LoadTagSpec& tag_spec, const LoadSpec& spec,
                                            absl::TimeZone zone, ValueInterner* values) {
  RETURN_IF_ERROR(CheckSpec(tag, tag_spec, spec));
  absl::StatusOr<CellFormat> format = ParseCellFormat(tag.kind, tag_spec.format);
  if (!format.ok()) {
    return WithReason(
        absl::InvalidArgumentError(Sentence("tag '", tag.name, "': ", FromAbseil(format.status().message()))),
        Reason::kBadRequest);
  }
  ScalarCell scalar(tag.kind,
                    {tag.scale, tag_spec.decimal_point, tag.name, spec.population, false, tag.id == 0},
                    *std::move(format), zone);
  return CellReader(tag, tag_spec, spec, std::move(scalar), values);
}

CellReader::CellReader(const Tag& tag, const LoadTagSpec& tag_spec, const LoadSpec& spec, ScalarCell scalar,
                       ValueInterner* values)
    : tag_(tag),
      separator_(tag_spec.separator),
      weight_separator_(tag_spec.weight_separator),
      clear_(spec.trim ? TrimmedCell(tag_spec.clear) : std::string_view(tag_spec.clear)),
      missing_(ComparableTexts(spec.missing, spec.trim)),
      trim_(spec.trim),
      mode_(spec.mode),
      weight_{tag.weight_scale, tag_spec.decimal_point, tag.name, spec.population, true, tag.id == 0},
      scalar_(std::move(scalar)),
      values_(values) {
  const std::vector<std::string> of_tag = ComparableTexts(tag_spec.missing, spec.trim);
  missing_.insert(missing_.end(), of_tag.begin(), of_tag.end());
  for (int i = 0; tag.weighted && i < tag.weight_scale; ++i) unit_weight_ *= 10;
}

absl::Status CellReader::Read(const CellsView& cells, BatchRejections& rejections, TypedColumn& column) {
  column.Clear();
  plain_ = IsPlainText(cells.text);
  if (cells.coded()) return ReadCoded(cells, rejections, column);
  for (size_t record = 0; record < cells.ends.size(); ++record) {
    if (!rejections.rejected(record))
      RETURN_IF_ERROR(ReadText(cells.TextAt(record), record, rejections, column));
  }
  return absl::OkStatus();
}

absl::Status CellReader::ReadRecords(const CellsView& cells, bool is_plain,
                                     absl::Span<const uint32_t> records, BatchRejections& rejections,
                                     TypedColumn& column) {
  column.Clear();
  plain_ = is_plain;
  for (const uint32_t record : records) {
    if (rejections.rejected(record)) continue;
    const size_t text = cells.coded() ? cells.CodeOf(record) : record;
    RETURN_IF_ERROR(ReadText(cells.TextAt(text), record, rejections, column));
  }
  return absl::OkStatus();
}

absl::Status CellReader::ReadCoded(const CellsView& cells, BatchRejections& rejections, TypedColumn& column) {
  std::vector<TextMeaning> meanings(cells.ends.size());
  TypedColumn read;  // what the texts mean
  std::vector<RejectedRecord> rejected;
  TextTrial trial;
  for (size_t record = 0; record < cells.records(); ++record) {
    if (rejections.rejected(record)) continue;
    const size_t code = cells.CodeOf(record);
    TextMeaning& meaning = meanings[code];
    if (meaning.state == TextMeaning::State::kUnread) {
      meaning.begin = static_cast<uint32_t>(read.size());
      const size_t cleared = read.cleared.size();
      RETURN_IF_ERROR(ReadText(cells.TextAt(code), 0, trial.rejections(), read));
      meaning.end = static_cast<uint32_t>(read.size());
      meaning.state = trial.rejected()                ? TextMeaning::State::kRejects
                      : read.cleared.size() > cleared ? TextMeaning::State::kClears
                                                      : TextMeaning::State::kGives;
      if (trial.rejected()) {
        meaning.begin = static_cast<uint32_t>(rejected.size());
        rejected.push_back(trial.Take());
      }
    }
    if (meaning.state == TextMeaning::State::kRejects) {
      const RejectedRecord& why = rejected[meaning.begin];
      rejections.Reject(record, why.reason, [&why] { return why.message; });
    }
    if (meaning.state == TextMeaning::State::kClears) column.cleared.push_back(static_cast<uint32_t>(record));
    if (meaning.state == TextMeaning::State::kGives)
      AppendEntries(read, meaning, static_cast<uint32_t>(record), column);
  }
  return absl::OkStatus();
}

bool CellReader::IsEmpty(std::string_view cell) const {
  if (trim_) cell = TrimmedCell(cell);
  return cell.empty() || IsMissingText(cell, missing_);
}

absl::Status CellReader::ReadText(std::string_view cell, size_t record, BatchRejections& rejections,
                                  TypedColumn& column) {
  if (trim_) cell = TrimmedCell(cell);
  if (cell.empty() || !CheckText(cell, record, rejections) || IsMissingText(cell, missing_))
    return absl::OkStatus();
  if (clear_.empty() || cell != clear_) return ReadCell(cell, record, rejections, column);
  if (mode_ != LoadMode::kReplace) column.cleared.push_back(static_cast<uint32_t>(record));
  return absl::OkStatus();
}

bool CellReader::CheckText(std::string_view cell, size_t record, BatchRejections& rejections) const {
  if (plain_) return true;
  if (cell.find('\0') != std::string_view::npos) {
    RejectCell(cell, "holds a NUL byte", record, Rejection::kBadText, rejections);
    return false;
  }
  if (!IsValidUtf8(cell)) {
    RejectCell(cell, "is not UTF-8; convert the input", record, Rejection::kBadText, rejections);
    return false;
  }
  return true;
}

absl::Status CellReader::ReadCell(std::string_view cell, size_t record, BatchRejections& rejections,
                                  TypedColumn& column) {
  if (TraitsOf(tag_.kind).has_several) return ReadList(cell, record, rejections, column);
  if (TraitsOf(tag_.kind).has_texts) {
    ASSIGN_OR_RETURN(const std::optional<ValueId> value, ReadValue(cell, record, rejections));
    if (!value) return absl::OkStatus();
    if (mode_ != LoadMode::kRemove) column.values.push_back(*value);
  } else {
    const std::optional<int64_t> number = scalar_.Read(cell);
    if (!number) {
      RejectCell(cell, scalar_.Explain(cell), record, Rejection::kBadCell, rejections);
      return absl::OkStatus();
    }
    if (mode_ == LoadMode::kRemove) {
      // The cell is right, and that is all it says.
    } else if (tag_.kind == TagKind::kFlag) {
      column.values.push_back(*number == 1 ? kTrueValue : kOwnValue);
    } else {
      column.numbers.push_back(*number);
    }
  }
  (mode_ == LoadMode::kRemove ? column.cleared : column.records).push_back(static_cast<uint32_t>(record));
  return absl::OkStatus();
}

absl::Status CellReader::ReadList(std::string_view cell, size_t record, BatchRejections& rejections,
                                  TypedColumn& column) {
  items_.clear();
  if (!SplitList(cell, record, rejections)) return absl::OkStatus();
  for (std::string_view item : parts_) {
    if (trim_) item = TrimmedCell(item);
    if (item.empty() || IsMissingText(item, missing_)) continue;
    ASSIGN_OR_RETURN(const bool read, ReadItem(cell, item, record, rejections));
    if (!read) return absl::OkStatus();
  }
  if (!SettleItems(cell, record, rejections)) return absl::OkStatus();
  for (const ListItem& item : items_) {
    column.records.push_back(static_cast<uint32_t>(record));
    column.values.push_back(item.value);
    if (tag_.weighted) column.numbers.push_back(item.weight);
  }
  return absl::OkStatus();
}

bool CellReader::SplitList(std::string_view cell, size_t record, BatchRejections& rejections) {
  if (cell.front() == '[') {
    if (!json_) json_ = std::make_unique<JsonListReader>();
    const JsonListKind kind = json_->Read(cell, parts_);
    if (kind == JsonListKind::kNested) {
      RejectCell(cell, "is a JSON array with an array or object in it; its elements must be texts or numbers",
                 record, Rejection::kBadCell, rejections);
      return false;
    }
    const auto has_nul = [](std::string_view part) { return part.find('\0') != std::string_view::npos; };
    if (kind == JsonListKind::kFlat && std::any_of(parts_.begin(), parts_.end(), has_nul)) {
      RejectCell(cell, "holds a NUL byte", record, Rejection::kBadText, rejections);
      return false;
    }
    if (kind == JsonListKind::kFlat) return true;
  }
  parts_.clear();
  while (true) {
    const size_t end = separator_.empty() ? std::string_view::npos : cell.find(separator_);
    parts_.push_back(cell.substr(0, end));
    if (end == std::string_view::npos) return true;
    cell.remove_prefix(end + separator_.size());
  }
}

std::optional<int64_t> CellReader::TakeWeight(std::string_view cell, std::string_view& item, size_t record,
                                              BatchRejections& rejections) const {
  const size_t split = weight_separator_.empty() ? std::string_view::npos : item.rfind(weight_separator_);
  if (split == std::string_view::npos) return unit_weight_;
  std::string_view text = item.substr(split + weight_separator_.size());
  item = item.substr(0, split);
  if (trim_) {
    text = TrimmedCell(text);
    item = TrimmedCell(item);
  }
  if (item.empty()) {
    RejectCell(cell, "has a weight without a value before it", record, Rejection::kBadCell, rejections);
    return std::nullopt;
  }
  const std::optional<int64_t> weight = ReadNumberCell(text, weight_);
  if (!weight) {
    RejectCell(cell, Sentence("has the weight ", Quoted(text), ", which ", ExplainNumberCell(text, weight_)),
               record, Rejection::kBadCell, rejections);
  }
  return weight;
}

absl::StatusOr<bool> CellReader::ReadItem(std::string_view cell, std::string_view item, size_t record,
                                          BatchRejections& rejections) {
  const std::optional<int64_t> weight = TakeWeight(cell, item, record, rejections);
  if (!weight) return false;
  if (IsMissingText(item, missing_)) return true;
  ASSIGN_OR_RETURN(const std::optional<ValueId> value, ReadValue(item, record, rejections));
  if (!value) return false;
  items_.push_back({*value, mode_ == LoadMode::kRemove ? 0 : *weight});
  return true;
}

bool CellReader::SettleItems(std::string_view cell, size_t record, BatchRejections& rejections) {
  if (items_.size() < 2) return true;
  std::stable_sort(items_.begin(), items_.end(),
                   [](const ListItem& a, const ListItem& b) { return a.value < b.value; });
  for (size_t i = 1; i < items_.size(); ++i) {
    if (items_[i].value == items_[i - 1].value && items_[i].weight != items_[i - 1].weight) {
      RejectCell(cell, "gives one value two weights", record, Rejection::kContradiction, rejections);
      return false;
    }
  }
  items_.erase(std::unique(items_.begin(), items_.end(),
                           [](const ListItem& a, const ListItem& b) { return a.value == b.value; }),
               items_.end());
  return true;
}

absl::StatusOr<std::optional<ValueId>> CellReader::ReadValue(std::string_view value, size_t record,
                                                             BatchRejections& rejections) {
  if (const std::optional<ValueId> known = values_->FindSeen(value)) return known;
  const std::optional<std::string> normal = NormalizeNfc(value);
  if (!normal || normal->size() > kValueBytesMax) {
    RejectCell(value, Sentence("is longer than the ", kValueBytesMax, " bytes that a value may have"), record,
               Rejection::kBadCell, rejections);
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(ValueId id, mode_ == LoadMode::kRemove ? values_->Reserve(value, *normal)
                                                          : values_->Intern(value, *normal));
  return id;
}

void CellReader::RejectCell(std::string_view cell, std::string_view why, size_t record, Rejection reason,
                            BatchRejections& rejections) const {
  rejections.Reject(record, reason,
                    [&] { return Sentence("tag '", tag_.name, "': ", Quoted(cell), " ", why); });
}

}  // namespace muster::index

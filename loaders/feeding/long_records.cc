#include "loaders/feeding/long_records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "text/abseil_text.h"
#include "text/nearest_names.h"
#include "text/normal_form.h"
#include "text/quoted.h"

namespace muster::loaders {
namespace {

// Finding near names is slow: for so many different texts it is done.
constexpr size_t kSuggestionsMax = 100;

}  // namespace

LongRecords::LongRecords(const TagSchema& schema, Columns columns, RecordBatcher& batcher)
    : schema_(schema), columns_(columns), batcher_(&batcher) {
  for (size_t i = 0; i < schema_.tags.size(); ++i) {
    const absl::string_view text = absl::StripAsciiWhitespace(schema_.tags[i].column);
    number_of_.emplace(InNormalForm(FromAbseil(text)), static_cast<uint16_t>(i));
  }
}

absl::StatusOr<LongRecords> LongRecords::Make(const TagSchema& schema, const RecordReader& reader,
                                              RecordBatcher& batcher) {
  const LongTable& table = *schema.long_table;
  Columns columns;
  ASSIGN_OR_RETURN(columns.id, FindColumn(reader, schema.member_id));
  ASSIGN_OR_RETURN(columns.tag, FindColumn(reader, table.tag));
  ASSIGN_OR_RETURN(columns.value, FindColumn(reader, table.value));
  if (!table.weight.empty()) {
    ASSIGN_OR_RETURN(columns.weight, FindColumn(reader, table.weight));
  }
  return LongRecords(schema, columns, batcher);
}

std::optional<uint16_t> LongRecords::NumberOf(absl::string_view text) {
  if (text == last_text_ && !text.empty()) return last_number_;
  auto found = number_of_.find(text);
  if (found == number_of_.end()) found = number_of_.find(InNormalForm(FromAbseil(text)));
  if (found == number_of_.end()) return std::nullopt;
  last_text_ = std::string(text);
  last_number_ = found->second;
  return last_number_;
}

// A weight is the last thing in a cell: the server looks for the separator from the end.
absl::string_view LongRecords::WithWeight(absl::string_view value, absl::string_view weight,
                                          const v1::LoadTag& tag) {
  const std::string& separator = tag.weight_separator();
  if (weight.empty() && !absl::StrContains(value, separator)) return value;
  cell_ = absl::StrCat(value, separator, weight.empty() ? "1" : weight);
  return cell_;
}

std::string LongRecords::NoTag(absl::string_view text) {
  if (text.empty()) return absl::StrCat("the record names no tag in ", Quoted(schema_.long_table->tag));
  std::string message = absl::StrCat(Quoted(FromAbseil(text)), " is no tag of the schema");
  const auto known = suggestions_.find(text);
  if (known != suggestions_.end()) return message + known->second;
  if (suggestions_.size() == kSuggestionsMax) return message;
  std::vector<std::string> texts;
  for (const SchemaTag& tag : schema_.tags) texts.push_back(tag.column);
  std::string hint = DidYouMean(NearestNames(FromAbseil(text), texts, 3));
  message += hint;
  suggestions_.emplace(std::string(text), std::move(hint));
  return message;
}

bool LongRecords::IsMissing(absl::string_view cell, const v1::LoadTag& tag) const {
  const absl::string_view text = absl::StripAsciiWhitespace(cell);
  const auto has = [text](const auto& texts) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  return text.empty() || has(schema_.missing) || has(tag.missing());
}

void LongRecords::TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) {
  const absl::string_view text = absl::StripAsciiWhitespace(cells[columns_.tag]);
  const std::optional<uint16_t> number = NumberOf(text);
  if (!number) {
    batcher_->TakeBroken({line, BrokenRecord::Why::kTag, NoTag(text)});
    return;
  }
  absl::string_view value = cells[columns_.value];
  if (columns_.weight) {
    const v1::LoadTag& tag = schema_.tags[*number].tag;
    absl::string_view weight = absl::StripAsciiWhitespace(cells[*columns_.weight]);
    if (IsMissing(weight, tag)) weight = "";
    const bool takes_weights = !tag.weight_separator().empty();
    const bool has_value = !IsMissing(value, tag);
    if (!weight.empty() && (!takes_weights || !has_value)) {
      const std::string name = Quoted(tag.name()), shown = Quoted(FromAbseil(weight));
      const std::string why =
          takes_weights ? absl::StrCat("tag ", name, ": the record has the weight ", shown, " and no value")
                        : absl::StrCat("tag ", name, " has no weights, and the record has ", shown,
                                       "; give the tag a weight_scale, or leave the weight empty");
      batcher_->TakeBroken({line, BrokenRecord::Why::kCell, why});
      return;
    }
    if (takes_weights && has_value) value = WithWeight(value, weight, tag);
  }
  batcher_->TakeLong(line, cells[columns_.id], *number, value);
}

}  // namespace muster::loaders

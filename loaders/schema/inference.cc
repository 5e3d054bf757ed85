#include "loaders/schema/inference.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "loaders/schema/cell_shape.h"
#include "loaders/schema/tag_name.h"

namespace muster::loaders {
namespace {

constexpr size_t kMaxValueBytes = 400;  // SEMANTICS rule 29
constexpr int kMaxDigits = 18;          // any number of so many digits fits 64 bits
constexpr uint64_t kOneListIn = 100;    // cells, for a column to be a list

uint64_t HashOf(absl::string_view text) { return absl::Hash<absl::string_view>()(text); }

}  // namespace

void ColumnGuess::Take(absl::string_view cell) {
  ++cells_;
  if (number_) TakeNumber(cell);
  if (date_) date_ = IsDate(cell);
  if (timestamp_) timestamp_ = IsTimestamp(cell);
  if (flag_) flag_ = IsFlagWord(cell);
  if (!number_ && !date_ && !timestamp_ && !flag_) TakeList(cell);
}

void ColumnGuess::TakeNumber(absl::string_view cell) {
  const auto shape = ShapeOfNumber(cell);
  if (!shape.has_value()) {
    number_ = false;
    return;
  }
  whole_digits_ = std::max(whole_digits_, shape->whole_digits);
  decimals_ = std::max(decimals_, shape->decimals);
  decimals_trimmed_ = std::max(decimals_trimmed_, shape->decimals_trimmed);
}

void ColumnGuess::TakeList(absl::string_view cell) {
  size_t begin = 0;
  size_t values = 0;
  while (true) {
    const size_t end = std::min(cell.find('|', begin), cell.size());
    list_fits_ &= end > begin;
    too_long_ |= end - begin > kMaxValueBytes;
    ++values;
    if (end == cell.size()) break;
    begin = end + 1;
  }
  if (values > 1) ++lists_;
  // Without lists the cell as a whole is the value.
  if (lists_ * kOneListIn < cells_ && cell.size() > kMaxValueBytes) too_long_ = true;
}

bool ColumnGuess::FitsNumber() const { return number_ && whole_digits_ + decimals_trimmed_ <= kMaxDigits; }

SchemaTag ColumnGuess::Tag(const std::string& column) const {
  SchemaTag result;
  result.column = column;
  result.tag.set_name(column);
  if (FitsNumber()) {
    result.tag.set_kind(v1::TAG_KIND_NUMBER);
    const bool as_written = whole_digits_ + decimals_ <= kMaxDigits;
    result.tag.set_scale(static_cast<uint32_t>(as_written ? decimals_ : decimals_trimmed_));
  } else if (date_) {
    result.tag.set_kind(v1::TAG_KIND_DATE);
  } else if (timestamp_) {
    result.tag.set_kind(v1::TAG_KIND_TIMESTAMP);
  } else if (flag_) {
    result.tag.set_kind(v1::TAG_KIND_FLAG);
  } else if (list_fits_ && lists_ > 0 && lists_ * kOneListIn >= cells_) {
    result.tag.set_kind(v1::TAG_KIND_MULTI);
    result.tag.set_separator("|");
  } else {
    result.tag.set_kind(v1::TAG_KIND_SINGLE);
  }
  return result;
}

absl::string_view ColumnGuess::why_not() const {
  return cells_ == 0 ? "no cell of it has a value" : "a cell of it is longer than the 400 bytes of a value";
}

Inference::Inference(std::vector<std::string> columns, size_t id_column)
    : columns_(std::move(columns)),
      id_column_(id_column),
      guesses_(columns_.size()),
      contradicts_(columns_.size(), false) {}

void Inference::Take(absl::Span<const absl::string_view> cells) {
  // The server rejects records without a member: what they say counts for nothing.
  const absl::string_view member_id = absl::StripAsciiWhitespace(cells[id_column_]);
  if (member_id.empty()) return;
  if (second_) {
    TakeAgain(cells);
    return;
  }
  const uint64_t id = HashOf(member_id);
  if (!ids_.insert(id).second) repeated_.emplace(id, 0);
  for (size_t column = 0; column < cells.size(); ++column) {
    if (column == id_column_) continue;
    const absl::string_view cell = absl::StripAsciiWhitespace(cells[column]);
    if (cell == kDumpedNull) {
      has_dumped_null_ = true;
    } else if (!cell.empty()) {
      guesses_[column].Take(cell);
    }
  }
}

void Inference::TakeAgain(absl::Span<const absl::string_view> cells) {
  const auto found = repeated_.find(HashOf(absl::StripAsciiWhitespace(cells[id_column_])));
  if (found == repeated_.end()) return;
  if (found->second == 0) {
    first_cells_.resize(first_cells_.size() + columns_.size(), 0);
    found->second = static_cast<uint32_t>(first_cells_.size() / columns_.size());
  }
  uint32_t* const first = &first_cells_[(found->second - 1) * columns_.size()];
  for (size_t column = 0; column < cells.size(); ++column) {
    const absl::string_view cell = absl::StripAsciiWhitespace(cells[column]);
    if (cell.empty() || cell == kDumpedNull) continue;
    const uint32_t hash = static_cast<uint32_t>(HashOf(cell)) | 1;
    if (first[column] == 0) first[column] = hash;
    if (first[column] != hash) contradicts_[column] = true;
  }
}

TagSchema Inference::Schema() const {
  TagSchema schema;
  schema.member_id = columns_[id_column_];
  if (has_dumped_null_) schema.missing.emplace_back(kDumpedNull);
  absl::flat_hash_set<std::string> names;
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (column == id_column_ || columns_[column].empty() || !guesses_[column].Usable()) continue;
    SchemaTag tag = guesses_[column].Tag(columns_[column]);
    std::string name = TagNameOf(columns_[column]);
    if (name.empty()) name = absl::StrCat("column_", column + 1);
    if (!names.insert(name).second) names.insert(name = absl::StrCat(name, "_", column + 1));
    tag.tag.set_name(name);
    if (contradicts_[column] && tag.tag.kind() != v1::TAG_KIND_MULTI) {
      tag.tag.set_kind(v1::TAG_KIND_MULTI);
      tag.tag.clear_scale();
    }
    schema.tags.push_back(std::move(tag));
  }
  return schema;
}

std::vector<std::string> Inference::Notes() const {
  std::vector<std::string> notes;
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (column == id_column_) continue;
    if (columns_[column].empty()) {
      notes.push_back(absl::StrCat("column ", column + 1, " is left out: the header gives it no name"));
    } else if (!guesses_[column].Usable()) {
      notes.push_back(
          absl::StrCat("the column '", columns_[column], "' is left out: ", guesses_[column].why_not()));
    }
  }
  return notes;
}

}  // namespace muster::loaders

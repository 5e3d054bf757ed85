#include "loaders/schema/inference.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "loaders/schema/cell_shape.h"
#include "loaders/schema/tag_name.h"
#include "text/abseil_text.h"
#include "text/civil_text.h"
#include "text/decimal.h"
#include "text/normal_form.h"

namespace muster::loaders {
namespace {

uint32_t HashOfText(absl::string_view text) {
  return static_cast<uint32_t>(absl::Hash<absl::string_view>()(text)) | 1;
}

// A hash that is equal for cells with the same value of a kind; never 0.
uint32_t HashOfValue(const GuessedKind& kind, char decimal_point, absl::string_view cell) {
  const auto of_number = [](int64_t number) {
    return static_cast<uint32_t>(absl::Hash<int64_t>()(number)) | 1;
  };
  if (kind.kind == v1::TAG_KIND_NUMBER) {
    const auto number = ParseDecimal(FromAbseil(cell), static_cast<int>(kind.scale), decimal_point);
    if (number.has_value() && number->exact) return of_number(number->floor);
  } else if (kind.kind == v1::TAG_KIND_TIMESTAMP) {
    // Times with and without an offset may be equal in the population's zone, which is unknown here.
    const auto micros = ParseTimestamp(FromAbseil(cell), absl::UTCTimeZone());
    if (micros.has_value()) return of_number(*micros);
  } else if (kind.kind == v1::TAG_KIND_FLAG) {
    return of_number(FlagWord(cell).value_or(cell == "1") ? 1 : 0);
  } else if (kind.kind != v1::TAG_KIND_DATE) {
    const auto normal = NormalizeNfc(FromAbseil(cell));
    if (normal.has_value()) return HashOfText(*normal);
  }
  return HashOfText(cell);
}

std::vector<std::string> Stripped(std::vector<std::string> texts, bool keep_white_space) {
  for (std::string& text : texts) {
    if (!keep_white_space) absl::StripAsciiWhitespace(&text);
  }
  return texts;
}

absl::flat_hash_map<std::string, v1::Tag> ByName(const std::vector<v1::Tag>& tags) {
  absl::flat_hash_map<std::string, v1::Tag> by_name;
  for (const v1::Tag& tag : tags) by_name.emplace(tag.name(), tag);
  return by_name;
}

}  // namespace

Inference::Inference(std::vector<std::string> columns, size_t id_column, TagSchema given,
                     const std::vector<v1::Tag>& existing)
    : columns_(std::move(columns)),
      id_column_(id_column),
      given_(std::move(given)),
      missing_(Stripped(given_.missing, given_.format.keep_white_space)),
      existing_(ByName(existing)),
      studied_(columns_.size()),
      members_(columns_.size()) {
  absl::flat_hash_set<std::string> taken;
  absl::flat_hash_map<std::string, size_t> places;
  for (size_t i = 0; i < columns_.size(); ++i) places.emplace(columns_[i], i);
  for (size_t i = 0; i < given_.tags.size(); ++i) {
    taken.insert(InNormalForm(given_.tags[i].tag.name()));
    const auto place = places.find(InNormalForm(given_.tags[i].column));
    if (place != places.end()) studied_[place->second].given.push_back(i);
  }
  std::vector<std::string> to_name = columns_;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!IsTag(i) || !studied_[i].given.empty()) to_name[i].clear();
  }
  const std::vector<std::string> names = TagNamesOf(to_name, std::move(taken));
  for (size_t i = 0; i < columns_.size(); ++i) {
    studied_[i].name = names[i];
    ListNotation lists;
    if (given_.format.list_separator != 0) lists.separator = given_.format.list_separator;
    lists.has_arrays = given_.format.kind == TextKind::kNdjson;
    studied_[i].guess = ColumnGuess(DecimalPoint(studied_[i]), lists);
    const bool given = !studied_[i].given.empty();
    const auto known = existing_.find(given ? given_.tags[studied_[i].given.front()].tag.name() : names[i]);
    if (known != existing_.end() && !SaysKind(studied_[i])) {
      studied_[i].known.emplace(known->second, DecimalPoint(studied_[i]));
    }
  }
}

char Inference::DecimalPoint(const Column& column) const {
  // The reader has copied the schema's decimal point to its tags.
  const std::string& decimal =
      column.given.empty() ? given_.decimal : given_.tags[column.given.front()].tag.decimal();
  return decimal == "," ? ',' : '.';
}

bool Inference::SaysKind(const Column& column) const {
  return std::any_of(column.given.begin(), column.given.end(), [&](size_t place) {
    const v1::LoadTag& tag = given_.tags[place].tag;
    return tag.kind() != v1::TAG_KIND_UNSPECIFIED || !tag.format().empty();
  });
}

bool Inference::IsMissing(absl::string_view cell) const {
  if (cell == kDumpedNull && !given_.nothing_missing) return true;
  return std::find(missing_.begin(), missing_.end(), FromAbseil(cell)) != missing_.end();
}

bool Inference::IsMissingIn(const Column& column, absl::string_view cell) const {
  return std::any_of(column.given.begin(), column.given.end(), [&](size_t place) {
    const v1::LoadTag& tag = given_.tags[place].tag;
    const auto is_cell = [&](const std::string& text) { return cell == Trimmed(text); };
    return is_cell(tag.clear()) || std::any_of(tag.missing().begin(), tag.missing().end(), is_cell);
  });
}

absl::string_view Inference::Trimmed(absl::string_view cell) const {
  return given_.format.keep_white_space ? cell : absl::StripAsciiWhitespace(cell);
}

void Inference::Take(uint64_t line, absl::Span<const absl::string_view> cells) {
  // The server rejects records without a member id, so they are ignored.
  const absl::string_view member_id = Trimmed(cells[id_column_]);
  if (member_id.empty() || IsMissing(member_id)) return;
  if (second_) {
    TakeAgain(line, member_id, cells);
    return;
  }
  members_.Count(member_id);
  if (!scientific_id_.seen() && IsScientific(member_id)) scientific_id_.KeepFirst(line, member_id);
  if (!null_id_.seen() && NullWordOf(member_id).has_value()) null_id_.KeepFirst(line, member_id);
  for (size_t column = 0; column < cells.size(); ++column) {
    if (column != id_column_) TakeCell(line, Trimmed(cells[column]), studied_[column]);
  }
}

void Inference::TakeCell(uint64_t line, absl::string_view cell, Column& column) {
  if (cell.empty()) return;
  if (IsMissing(cell)) {
    has_dumped_null_ |= cell == kDumpedNull;
    return;
  }
  if (IsMissingIn(column, cell)) return;
  if (!given_.nothing_missing) {
    if (const auto word = NullWordOf(cell); word.has_value()) {
      SeenWord& seen = column.words[*word];
      if (seen.cells++ == 0) seen.first_line = line;
      return;
    }
  }
  if (column.known.has_value()) column.known->Take(line, cell);
  column.guess.Take(line, cell);
}

GuessedKind Inference::KindOf(const Column& column) const {
  for (const size_t place : column.given) {
    const v1::LoadTag& tag = given_.tags[place].tag;
    if (!tag.separator().empty() || !tag.weight_separator().empty()) return {v1::TAG_KIND_MULTI, 0, ""};
  }
  if (!column.known.has_value()) return column.guess.Kind();
  GuessedKind kind = column.known->Kind();
  // The catalogue doesn't know how this file writes its lists.
  if (kind.kind == v1::TAG_KIND_MULTI) kind.separator = column.guess.Kind().separator;
  return kind;
}

Inference::NullWords Inference::JudgeNullWords() const {
  NullWords words;
  for (size_t column = 0; column < columns_.size(); ++column) {
    const Column& studied = studied_[column];
    if (!IsTag(column)) continue;
    const bool said = SaysKind(studied);
    GuessedKind kind = KindOf(studied);
    // Kinds that accept no null word as a value are the same with and without it.
    if (said) kind.kind = given_.tags[studied.given.front()].tag.kind();
    if (said && kind.IsScalar()) continue;
    for (size_t word = 0; word < kNullWords.size(); ++word) {
      if (studied.words[word].cells == 0) continue;
      if (!said && kind.IsScalar()) {
        words.missing_in[word].push_back(column);
      } else if (said || kind.kind != v1::TAG_KIND_UNSPECIFIED) {
        words.kept_in[word].push_back(column);
      }
    }
  }
  return words;
}

std::vector<Inference::Verdict> Inference::Judge() const {
  const NullWords words = JudgeNullWords();
  std::vector<Verdict> verdicts(columns_.size());
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (!IsTag(column)) continue;
    const Column& studied = studied_[column];
    Verdict& verdict = verdicts[column];
    verdict.kind = KindOf(studied);
    const bool nothing_else = verdict.kind.kind == v1::TAG_KIND_UNSPECIFIED;
    for (size_t word = 0; word < kNullWords.size(); ++word) {
      if (studied.words[word].cells == 0) continue;
      verdict.missing[word] = nothing_else ? !words.missing_in[word].empty() : verdict.kind.IsScalar();
      if (nothing_else && !verdict.missing[word]) verdict.kind.kind = v1::TAG_KIND_SINGLE;
    }
    if (!studied.known.has_value() && studied.guess.TooLong().seen()) verdict.kind = {};
    const bool is_multi = verdict.kind.kind == v1::TAG_KIND_MULTI;
    const bool usable = verdict.kind.kind != v1::TAG_KIND_UNSPECIFIED;
    if (usable && studied.contradiction.seen() && !studied.known.has_value() && !is_multi) {
      verdict.kind = {v1::TAG_KIND_MULTI, 0, ""};
    }
  }
  return verdicts;
}

void Inference::BeginSecondReading() {
  verdicts_ = Judge();
  second_ = true;
}

void Inference::TakeAgain(uint64_t line, absl::string_view member_id,
                          absl::Span<const absl::string_view> cells) {
  uint32_t* const first = members_.Kept(member_id);
  if (first == nullptr) return;
  for (size_t column = 0; column < cells.size(); ++column) {
    const absl::string_view cell = Trimmed(cells[column]);
    if (column == id_column_ || cell.empty() || IsMissing(cell)) continue;
    if (IsMissingIn(studied_[column], cell)) continue;
    const auto word = given_.nothing_missing ? std::nullopt : NullWordOf(cell);
    if (word.has_value() && verdicts_[column].missing[*word]) continue;
    const uint32_t hash = HashOfValue(verdicts_[column].kind, DecimalPoint(studied_[column]), cell);
    if (first[column] == 0) first[column] = hash;
    if (first[column] != hash) studied_[column].contradiction.KeepFirst(line, member_id);
  }
}

void Inference::Describe(const Column& column, const Verdict& verdict, const NullWords& words,
                         v1::LoadTag& tag) const {
  tag.set_kind(verdict.kind.kind);
  if (verdict.kind.kind == v1::TAG_KIND_NUMBER) {
    tag.set_scale(std::max(tag.scale(), verdict.kind.scale));
    if (DecimalPoint(column) == ',') tag.set_decimal(",");
  } else if (tag.weight_separator().empty()) {
    tag.clear_decimal();
  }
  if (verdict.kind.kind == v1::TAG_KIND_MULTI && tag.separator().empty()) {
    tag.set_separator(verdict.kind.separator);
  }
  for (size_t word = 0; word < kNullWords.size(); ++word) {
    if (verdict.missing[word] && !words.OfTheFile(word)) tag.add_missing(std::string(kNullWords[word]));
  }
}

TagSchema Inference::Schema() const {
  TagSchema schema = given_;
  schema.member_id = columns_[id_column_];
  const NullWords words = JudgeNullWords();
  const auto is_given = std::find(schema.missing.begin(), schema.missing.end(), FromAbseil(kDumpedNull));
  if (has_dumped_null_ && is_given == schema.missing.end()) schema.missing.emplace_back(kDumpedNull);
  for (size_t word = 0; word < kNullWords.size(); ++word) {
    if (words.OfTheFile(word)) schema.missing.emplace_back(kNullWords[word]);
  }
  const std::vector<Verdict> verdicts = Judge();
  for (size_t column = 0; column < columns_.size(); ++column) {
    const Column& studied = studied_[column];
    if (!IsTag(column) || SaysKind(studied) || verdicts[column].kind.kind == v1::TAG_KIND_UNSPECIFIED)
      continue;
    for (const size_t place : studied.given)
      Describe(studied, verdicts[column], words, schema.tags[place].tag);
    if (!studied.given.empty()) continue;
    SchemaTag tag;
    tag.column = columns_[column];
    tag.tag.set_name(studied.name);
    Describe(studied, verdicts[column], words, tag.tag);
    schema.tags.push_back(std::move(tag));
  }
  return schema;
}

}  // namespace muster::loaders

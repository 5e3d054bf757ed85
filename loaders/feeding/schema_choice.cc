#include "loaders/feeding/schema_choice.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/failure.h"
#include "index/status/status_macros.h"
#include "loaders/files/parts_reader.h"
#include "loaders/schema/inference.h"
#include "loaders/schema/note_list.h"
#include "text/normal_form.h"

namespace muster::loaders {
namespace {

class InferenceSink : public RecordSink {
 public:
  explicit InferenceSink(Inference& inference) : inference_(inference) {}
  void TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) override {
    inference_.Take(line, cells);
    ++taken_;
  }
  void TakeBroken(const BrokenRecord& record) override {
    if (broken_++ == 0) first_broken_ = record;
  }
  // An error if there are records and none of them could be read, because there is nothing to infer from.
  absl::Status CheckTaken(const RecordReader& reader) const {
    if (taken_ > 0 || broken_ == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(reader.shown_name(), ", line ", first_broken_.line, ": ", first_broken_.message,
                     broken_ == 1 ? "; it is the only record"
                                  : absl::StrCat("; none of the ", broken_, " records can be read")));
  }

 private:
  Inference& inference_;
  uint64_t taken_ = 0, broken_ = 0;
  BrokenRecord first_broken_;
};

absl::Status ReadInto(RecordReader& reader, Inference& inference) {
  InferenceSink sink(inference);
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = reader.ReadSome(sink);
  return more.ok() ? sink.CheckTaken(reader) : more.status();
}

// The keys that a schema reads. A tag that takes no list makes its key a single value.
std::vector<JsonKey> KeysOf(const TagSchema& schema,
                            const std::function<v1::TagKind(const v1::LoadTag&)>& kind_of) {
  constexpr char kOneId[] = "it names the member: give one id";
  constexpr char kOneValue[] = "a record of a long table has one value: give a record for each";
  std::vector<JsonKey> keys = {
      {.name = InNormalForm(schema.member_id), .single = true, .why_single = kOneId}};
  if (schema.long_table.has_value()) {
    for (const std::string& name :
         {schema.long_table->tag, schema.long_table->value, schema.long_table->weight}) {
      if (!name.empty())
        keys.push_back({.name = InNormalForm(name), .single = true, .why_single = kOneValue});
    }
    return keys;
  }
  for (const SchemaTag& tag : schema.tags) {
    const std::string name = InNormalForm(tag.column);
    const bool single = kind_of(tag.tag) == v1::TAG_KIND_SINGLE;
    const auto known =
        std::find_if(keys.begin(), keys.end(), [&name](const JsonKey& key) { return key.name == name; });
    if (known == keys.end()) {
      keys.push_back({.name = name, .single = single});
    } else {
      known->single |= single;
    }
  }
  return keys;
}

// A note about columns that are named like those of a long table; empty when none are.
std::string NoteOnLongTable(const std::vector<std::string>& columns) {
  constexpr size_t kColumnsMax = 6;  // beside member, tag, value and weight some may be left out
  const auto find = [&columns](std::initializer_list<const char*> names) {
    return std::find_if(columns.begin(), columns.end(), [&names](const std::string& column) {
      return std::any_of(names.begin(), names.end(),
                         [&column](const char* name) { return absl::EqualsIgnoreCase(column, name); });
    });
  };
  const auto tag = find({"tag", "tag_name", "tagname", "attribute", "property", "key"});
  const auto value = find({"value", "tag_value", "tagvalue", "attribute_value", "property_value"});
  if (columns.size() > kColumnsMax || tag == columns.end() || value == columns.end()) return "";
  return absl::StrCat(
      "'", *tag, "' and '", *value,
      "' are read as two tags; if each record names its tag, the table is a long one: write a "
      "--schema with `layout: long`, `tag_column: ",
      *tag, "`, `value_column: ", *value, "` and its tags");
}

}  // namespace

absl::StatusOr<std::vector<v1::Tag>> TagsSoFar(client::Client& client, const std::string& population) {
  auto list = client.ListTags(population);
  if (list.ok()) return std::move(list->tags);
  if (client::FailureOf(list.status()).reason == "UNKNOWN_POPULATION") return std::vector<v1::Tag>();
  return list.status();
}

absl::Status CompleteFormat(client::Client& client, const std::string& path, TagSchema& schema) {
  const bool ndjson = KindOfText(path, schema.format) == TextKind::kNdjson;
  if (!ndjson && !schema.is_hive) return absl::OkStatus();
  const bool knows_kinds = std::none_of(schema.tags.begin(), schema.tags.end(), [](const SchemaTag& tag) {
    return tag.tag.kind() == v1::TAG_KIND_UNSPECIFIED;
  });
  std::map<std::string, v1::TagKind> catalogued;
  if (!knows_kinds) {
    ASSIGN_OR_RETURN(const std::vector<v1::Tag> tags, TagsSoFar(client, schema.population));
    for (const v1::Tag& tag : tags) catalogued.emplace(tag.name(), tag.kind());
  }
  const auto kind_of = [&catalogued](const v1::LoadTag& tag) {
    const auto known = catalogued.find(InNormalForm(tag.name()));
    return tag.kind() != v1::TAG_KIND_UNSPECIFIED || known == catalogued.end() ? tag.kind() : known->second;
  };
  if (schema.is_hive) UseHiveLists(schema, kind_of);
  if (!ndjson) return absl::OkStatus();
  schema.format.kind = TextKind::kNdjson;
  schema.format.keys = KeysOf(schema, kind_of);
  return absl::OkStatus();
}

absl::StatusOr<ChosenSchema> InferSchema(const InputParts& input, const TagSchema& given,
                                         const std::vector<v1::Tag>& existing) {
  auto reader = OpenRecords(input, given.format);
  RETURN_IF_ERROR(reader.status());
  ASSIGN_OR_RETURN(auto id, FindColumn(**reader, given.member_id));
  const TextFormat format = (*reader)->format();  // with the keys of NDJSON
  TagSchema known = given;
  known.format.kind = format.kind;
  Inference inference((*reader)->columns(), id, known, existing);
  RETURN_IF_ERROR(ReadInto(**reader, inference));
  if (inference.NeedsSecondReading()) {
    inference.BeginSecondReading();
    reader = OpenRecords(input, format.kind == TextKind::kNdjson ? format : given.format);
    RETURN_IF_ERROR(reader.status());
    RETURN_IF_ERROR(ReadInto(**reader, inference));
  }
  ChosenSchema chosen = {inference.Schema(), inference.Notes()};
  if (std::string note = NoteOnLongTable((*reader)->columns()); !note.empty())
    chosen.notes.insert(chosen.notes.begin(), std::move(note));
  if (format.kind == TextKind::kNdjson) {
    chosen.schema.format.keys = format.keys;
    return chosen;
  }
  const std::string& delimiter = (*reader)->format().delimiter;
  if (delimiter != ",") chosen.schema.format.delimiter = delimiter;
  return chosen;
}

std::vector<std::string> NotesOnSkippedColumns(const TagSchema& schema, const RecordReader& reader) {
  std::set<std::string> named = {InNormalForm(schema.member_id)};
  if (schema.long_table.has_value()) {
    for (const std::string& column :
         {schema.long_table->tag, schema.long_table->value, schema.long_table->weight})
      named.insert(InNormalForm(column));
  }
  const bool is_wide = !schema.long_table.has_value();
  for (const SchemaTag& tag : schema.tags) {
    if (is_wide) named.insert(InNormalForm(tag.column));
  }
  std::vector<std::string> skipped;
  for (const std::string& column : reader.columns()) {
    if (!column.empty() && !named.contains(column)) skipped.push_back(column);
  }
  if (skipped.empty()) return {};
  const bool one = skipped.size() == 1;
  return {absl::StrCat(
      "the schema names no tag for the ", one ? "column " : "columns ", QuotedNames(skipped), ", ",
      one ? "which is" : "which are", " left out",
      is_wide ? absl::StrCat("; --infer beside --schema takes ", one ? "it" : "them", " too") : "")};
}

absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const RecordReader& reader,
                                               const TagSchema& given) {
  ASSIGN_OR_RETURN(const auto id, FindColumn(reader, given.member_id));
  ASSIGN_OR_RETURN(auto list, client.ListTags(given.population));
  std::map<std::string, v1::TagKind> known;
  for (const v1::Tag& tag : list.tags) known.emplace(tag.name(), tag.kind());
  ChosenSchema chosen = {given, {}};
  std::vector<std::string> unknown;
  for (size_t i = 0; i < reader.columns().size(); ++i) {
    const std::string& column = reader.columns()[i];
    const auto tag = known.find(column);
    if (i == id) continue;
    if (tag == known.end()) {
      unknown.push_back(absl::StrCat("'", column, "'"));
      continue;
    }
    chosen.schema.tags.push_back({.column = column});
    chosen.schema.tags.back().tag.set_name(column);
    if (tag->second == v1::TAG_KIND_MULTI) {
      chosen.notes.push_back(absl::StrCat("a whole cell of '", column,
                                          "' is one value; where it is a list, say so with `separator:` in a "
                                          "--schema"));
    }
  }
  if (unknown.empty()) return chosen;
  return absl::FailedPreconditionError(absl::StrCat(
      reader.shown_name(),
      unknown.size() == 1 ? " has a column that is no tag of '" : " has columns that are no tags of '",
      given.population, "': ", absl::StrJoin(unknown, ", "),
      "; say what they mean with --schema tags.yaml, or let --infer guess it"));
}

}  // namespace muster::loaders

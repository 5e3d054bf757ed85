#include <yaml-cpp/yaml.h>

#include "absl/strings/ascii.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {
namespace {

// Unquoted if YAML reads the plain word back as the same text; otherwise in quotes, so that `no` and `01`
// stay text.
void WriteText(YAML::Emitter& out, const char* key, const std::string& text) {
  if (!text.empty()) out << YAML::Key << key << YAML::Value << text;
}

template <typename Texts>
void WriteTexts(YAML::Emitter& out, const char* key, const Texts& texts) {
  out << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const std::string& text : texts) out << YAML::DoubleQuoted << text;
  out << YAML::EndSeq;
}

void WriteTag(YAML::Emitter& out, const SchemaTag& entry) {
  const v1::LoadTag& tag = entry.tag;
  out << YAML::BeginMap;
  WriteText(out, "name", tag.name());
  if (entry.column != tag.name()) WriteText(out, "column", entry.column);
  WriteText(out, "kind", KindName(tag.kind()));
  if (tag.kind() == v1::TAG_KIND_NUMBER) out << YAML::Key << "scale" << YAML::Value << tag.scale();
  WriteText(out, "separator", tag.separator());
  WriteText(out, "weight_separator", tag.weight_separator());
  if (!tag.weight_separator().empty())
    out << YAML::Key << "weight_scale" << YAML::Value << tag.weight_scale();
  if (tag.on_merge() == v1::MULTI_MERGE_UNITE) WriteText(out, "on_merge", "unite");
  if (tag.on_merge() == v1::MULTI_MERGE_REPLACE) WriteText(out, "on_merge", "replace");
  if (tag.on_conflict() != v1::ON_CONFLICT_UNSPECIFIED) {
    constexpr size_t kPrefixBytes = sizeof("ON_CONFLICT_") - 1;
    WriteText(out, "on_conflict",
              absl::AsciiStrToLower(v1::OnConflict_Name(tag.on_conflict()).substr(kPrefixBytes)));
  }
  WriteText(out, "clear", tag.clear());
  if (!tag.missing().empty()) WriteTexts(out, "missing", tag.missing());
  WriteText(out, "format", tag.format());
  WriteText(out, "decimal", tag.decimal());
  WriteText(out, "description", tag.description());
  WriteText(out, "owner", tag.owner());
  WriteText(out, "source", tag.source());
  out << YAML::EndMap;
}

void WriteFormat(YAML::Emitter& out, const TextFormat& format) {
  if (format.kind == TextKind::kNdjson) WriteText(out, "format", "ndjson");
  if (format.kind == TextKind::kDelimited) WriteText(out, "format", "csv");
  if (format.keep_white_space) out << YAML::Key << "trim" << YAML::Value << false;
  if (!format.columns.empty()) WriteTexts(out, "columns", format.columns);
  WriteText(out, "encoding", format.encoding);
  if (!format.delimiter.empty()) {
    out << YAML::Key << "delimiter" << YAML::Value << YAML::DoubleQuoted << format.delimiter;
  }
  if (format.quote != '"') WriteText(out, "quote", format.quote == 0 ? "none" : std::string(1, format.quote));
  if (format.escape != 0) WriteText(out, "escape", std::string(1, format.escape));
  if (format.trailing_delimiter) out << YAML::Key << "trailing_delimiter" << YAML::Value << true;
}

void WriteLayout(YAML::Emitter& out, const TagSchema& schema) {
  if (!schema.long_table.has_value()) return;
  WriteText(out, "layout", "long");
  WriteText(out, "tag_column", schema.long_table->tag);
  WriteText(out, "value_column", schema.long_table->value);
  WriteText(out, "weight_column", schema.long_table->weight);
}

}  // namespace

std::string WriteTagSchema(const TagSchema& schema) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  WriteText(out, "population", schema.population);
  WriteText(out, "member_id", schema.member_id);
  WriteText(out, "time_zone", schema.time_zone);
  if (schema.is_hive) out << YAML::Key << "hive" << YAML::Value << true;
  if (schema.success_file) out << YAML::Key << "success_file" << YAML::Value << true;
  WriteLayout(out, schema);
  if (schema.nothing_missing || !schema.missing.empty()) WriteTexts(out, "missing", schema.missing);
  WriteFormat(out, schema.format);
  if (!schema.tags.empty()) {
    out << YAML::Key << "tags" << YAML::Value << YAML::BeginSeq;
    for (const SchemaTag& tag : schema.tags) WriteTag(out, tag);
    out << YAML::EndSeq;
  }
  out << YAML::EndMap;
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace muster::loaders

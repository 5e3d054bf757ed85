#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "loaders/schema/null_word.h"
#include "loaders/schema/tag_schema.h"
#include "loaders/schema/yaml_reader.h"
#include "text/normal_form.h"
#include "text/time_pattern.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

using Entries = std::map<std::string, YAML::Node>;

constexpr int kMostDigits = 18;
constexpr char kHiveListSeparator = '\x02';

v1::TagKind ReadKind(YamlReader& yaml, const YAML::Node& node) {
  const std::string text = yaml.Text(node, "kind");
  v1::TagKind kind = v1::TAG_KIND_UNSPECIFIED;
  if (!v1::TagKind_Parse(absl::StrCat("TAG_KIND_", absl::AsciiStrToUpper(text)), &kind) ||
      kind == v1::TAG_KIND_UNSPECIFIED) {
    yaml.Fail(node, absl::StrCat("unknown kind '", text,
                                 "'; it is one of FLAG, SINGLE, MULTI, NUMBER, DATE, TIMESTAMP"));
  }
  return kind;
}

v1::MultiMerge ReadOnMerge(YamlReader& yaml, const YAML::Node& node) {
  const std::string text = yaml.Text(node, "on_merge");
  if (text == "unite") return v1::MULTI_MERGE_UNITE;
  if (text == "replace") return v1::MULTI_MERGE_REPLACE;
  yaml.Fail(node, absl::StrCat("'on_merge' must be unite or replace, not '", text, "'"));
  return v1::MULTI_MERGE_UNSPECIFIED;
}

v1::OnConflict ReadOnConflict(YamlReader& yaml, const YAML::Node& node) {
  const std::string text = yaml.Text(node, "on_conflict");
  v1::OnConflict rule = v1::ON_CONFLICT_UNSPECIFIED;
  const bool is_lower = absl::AsciiStrToLower(text) == text;
  if (!is_lower || !v1::OnConflict_Parse(absl::StrCat("ON_CONFLICT_", absl::AsciiStrToUpper(text)), &rule) ||
      rule == v1::ON_CONFLICT_UNSPECIFIED) {
    yaml.Fail(node, absl::StrCat("'on_conflict' is one of reject, first, last, max, min, not '", text, "'"));
  }
  return rule;
}

// Fails if the tag has a key that its kind doesn't allow. A kind taken from the catalogue allows all keys.
void CheckKeysFitKind(YamlReader& yaml, const Entries& entries, const v1::LoadTag& tag) {
  if (tag.kind() == v1::TAG_KIND_UNSPECIFIED) return;
  const index::TagKindTraits& traits = TraitsOf(tag.kind());
  for (const auto& [key, node] : entries) {
    const bool of_multi =
        key == "separator" || key == "weight_separator" || key == "weight_scale" || key == "on_merge";
    if (of_multi && !traits.has_several) {
      yaml.Fail(node, absl::StrCat("'", key, "' is for MULTI tags, and '", tag.name(), "' is ",
                                   KindName(tag.kind())));
    } else if (key == "scale" && !traits.has_scale) {
      yaml.Fail(node,
                absl::StrCat("'scale' is for NUMBER tags, and '", tag.name(), "' is ", KindName(tag.kind())));
    } else if (key == "decimal" && !traits.has_scale && tag.weight_separator().empty()) {
      yaml.Fail(node, absl::StrCat("'decimal' is for NUMBER tags and weights, and '", tag.name(), "' is ",
                                   KindName(tag.kind()), traits.has_weights ? " without them" : ""));
    } else if (key == "format" && !traits.has_format) {
      yaml.Fail(node, absl::StrCat("'format' is for DATE and TIMESTAMP tags, and '", tag.name(), "' is ",
                                   KindName(tag.kind())));
    }
  }
}

void CheckFormat(YamlReader& yaml, const YAML::Node& node, const v1::LoadTag& tag) {
  static const std::set<std::string> kDate = {"yyyy-mm-dd", "yyyymmdd", "epoch_s", "epoch_ms"};
  static const std::set<std::string> kTimestamp = {"iso8601", "epoch_s", "epoch_ms", "epoch_us"};
  if (IsTimePattern(tag.format())) {
    const auto pattern = TimePattern::Make(tag.format());
    if (pattern.ok()) return;
    yaml.Fail(node, absl::StrCat("the format '", tag.format(),
                                 "' is no pattern for times: ", pattern.status().message()));
  } else if (tag.kind() == v1::TAG_KIND_DATE && !kDate.contains(tag.format())) {
    yaml.Fail(node, absl::StrCat("unknown format '", tag.format(),
                                 "' of a DATE; it is one of yyyy-mm-dd, yyyymmdd, epoch_s, epoch_ms, or a "
                                 "pattern such as %d/%m/%Y"));
  } else if (tag.kind() == v1::TAG_KIND_TIMESTAMP && !kTimestamp.contains(tag.format())) {
    yaml.Fail(node, absl::StrCat("unknown format '", tag.format(),
                                 "' of a TIMESTAMP; it is one of iso8601, epoch_s, epoch_ms, epoch_us, or a "
                                 "pattern such as %d/%m/%Y %H:%M:%S"));
  }
}

std::string ReadDecimal(YamlReader& yaml, const YAML::Node& node) {
  std::string text = yaml.Text(node, "decimal");
  if (text != "." && text != ",") {
    yaml.Fail(node, absl::StrCat("'decimal' is the decimal point, \".\" or \",\", not '", text, "'"));
  }
  return text;
}

// In a long table with a column of weights they need no separator; then a colon is one between the client and
// the server.
SchemaTag ReadTag(YamlReader& yaml, const YAML::Node& node, bool weights_have_column) {
  SchemaTag result;
  v1::LoadTag& tag = result.tag;
  const Entries entries = yaml.Map(
      node, "a tag",
      {"name", "column", "kind", "scale", "separator", "weight_separator", "weight_scale", "on_merge",
       "on_conflict", "clear", "missing", "format", "decimal", "description", "owner", "source"});
  for (const auto& [key, value] : entries) {
    if (key == "name") tag.set_name(yaml.Text(value, key));
    if (key == "column") result.column = yaml.Text(value, key);
    if (key == "kind") tag.set_kind(ReadKind(yaml, value));
    if (key == "scale") tag.set_scale(static_cast<uint32_t>(yaml.Number(value, key, kMostDigits)));
    if (key == "separator") tag.set_separator(yaml.Text(value, key));
    if (key == "weight_separator") tag.set_weight_separator(yaml.Text(value, key));
    if (key == "weight_scale")
      tag.set_weight_scale(static_cast<uint32_t>(yaml.Number(value, key, kMostDigits)));
    if (key == "on_merge") tag.set_on_merge(ReadOnMerge(yaml, value));
    if (key == "on_conflict") tag.set_on_conflict(ReadOnConflict(yaml, value));
    if (key == "clear") tag.set_clear(yaml.Text(value, key));
    if (key == "missing") {
      for (std::string& text : yaml.Texts(value, key)) tag.add_missing(std::move(text));
    }
    if (key == "format") tag.set_format(yaml.Text(value, key));
    if (key == "decimal") tag.set_decimal(ReadDecimal(yaml, value));
    if (key == "description") tag.set_description(yaml.Text(value, key));
    if (key == "owner") tag.set_owner(yaml.Text(value, key));
    if (key == "source") tag.set_source(yaml.Text(value, key));
  }
  if (tag.name().empty()) yaml.Fail(node, "a tag needs a name: add `name:`");
  if (result.column.empty()) result.column = tag.name();
  CheckKeysFitKind(yaml, entries, tag);
  if (weights_have_column && entries.contains("weight_scale") && tag.weight_separator().empty())
    tag.set_weight_separator(":");
  if (weights_have_column && !tag.weight_separator().empty() && !tag.separator().empty()) {
    yaml.Fail(
        entries.at("separator"),
        "a record of a long table has one weight, so that its value can't be a list: leave 'separator' out");
  }
  if (entries.contains("format")) CheckFormat(yaml, entries.at("format"), tag);
  if (!tag.separator().empty() && tag.separator() == tag.weight_separator()) {
    yaml.Fail(entries.at("weight_separator"), absl::StrCat("'separator' and 'weight_separator' of '",
                                                           tag.name(), "' must be two different texts"));
  }
  if (entries.contains("weight_scale") && tag.weight_separator().empty()) {
    yaml.Fail(entries.at("weight_scale"),
              "'weight_scale' needs `weight_separator:`, which says where weights begin");
  }
  return result;
}

// REQUIRES: the layout was read.
void ReadTags(YamlReader& yaml, const YAML::Node& node, TagSchema& schema) {
  if (!node.IsSequence()) {
    yaml.Fail(node, "'tags' must be a list: begin each tag with `- name:`");
    return;
  }
  const bool weights_have_column = schema.long_table.has_value() && !schema.long_table->weight.empty();
  std::set<std::string> names, texts;
  for (const auto& item : node) {
    schema.tags.push_back(ReadTag(yaml, item, weights_have_column));
    const SchemaTag& read = schema.tags.back();
    if (!names.insert(read.tag.name()).second)
      yaml.Fail(item, absl::StrCat("the tag '", read.tag.name(), "' is there twice; keep one"));
    if (!texts.insert(read.column).second && schema.long_table.has_value())
      yaml.Fail(item, absl::StrCat("'", read.column, "' stands for two tags; a record has one"));
  }
}

// The columns of a file without a header are named here, so a repeated name is an error of this line, not of
// the file. REQUIRES: the document is UTF-8.
std::vector<std::string> ReadColumns(YamlReader& yaml, const YAML::Node& node) {
  std::vector<std::string> columns = yaml.Texts(node, "columns");
  std::set<std::string> seen;
  for (size_t i = 0; i < columns.size(); ++i) {
    const absl::string_view name = absl::StripAsciiWhitespace(columns[i]);
    if (name.empty() || seen.insert(*NormalizeNfc({name.data(), name.size()})).second) continue;
    yaml.Fail(node[i], absl::StrCat("the column '", name, "' is there twice; rename one of them"));
  }
  return columns;
}

std::string ReadEncoding(YamlReader& yaml, const YAML::Node& node) {
  const std::string written = yaml.Text(node, "encoding");
  const auto encoding = KnownEncoding(written);
  if (encoding.has_value()) return *encoding;
  yaml.Fail(
      node,
      absl::StrCat("the encoding '", written,
                   "' is not read; it is one of utf-8, gb18030, utf-16, utf-16le, utf-16be, or convert the "
                   "file, for example with iconv -f ",
                   written, " -t utf-8"));
  return "";
}

std::string ReadDelimiter(YamlReader& yaml, const YAML::Node& node) {
  const std::string written = yaml.Text(node, "delimiter");
  const auto delimiter = DelimiterOf(written);
  if (!delimiter.has_value()) {
    yaml.Fail(node, absl::StrCat("'delimiter' must be 1 to 8 bytes without line ends, or tab, not '", written,
                                 "'"));
  }
  return delimiter.value_or(",");
}

char ReadQuote(YamlReader& yaml, const YAML::Node& node, const std::string& key) {
  const std::string written = yaml.Text(node, key);
  const auto quote = QuoteOf(written);
  if (!quote.has_value()) {
    yaml.Fail(node, absl::StrCat("'", key, "' must be one ASCII character, or none, not '", written, "'"));
  }
  return quote.value_or('\0');
}

TextKind ReadTextKind(YamlReader& yaml, const YAML::Node& node) {
  const std::string written = yaml.Text(node, "format");
  if (written == "ndjson") return TextKind::kNdjson;
  if (written != "csv") {
    yaml.Fail(node, absl::StrCat("'format' of a file is csv or ndjson, not '", written,
                                 "'; TSV is csv with `delimiter: tab`"));
  }
  return TextKind::kDelimited;
}

// The columns of a long table; nothing when the layout is wide.
std::optional<LongTable> ReadLayout(YamlReader& yaml, const Entries& entries) {
  LongTable table;
  const std::string layout =
      entries.contains("layout") ? yaml.Text(entries.at("layout"), "layout") : std::string("wide");
  if (layout != "wide" && layout != "long") {
    yaml.Fail(entries.at("layout"), absl::StrCat("'layout' is wide or long, not '", layout, "'"));
  }
  for (const auto& [key, column] :
       {std::pair("tag_column", &table.tag), std::pair("value_column", &table.value),
        std::pair("weight_column", &table.weight)}) {
    if (!entries.contains(key)) continue;
    *column = yaml.Text(entries.at(key), key);
    if (layout != "long") {
      yaml.Fail(entries.at(key), absl::StrCat("'", key, "' is of long tables: add `layout: long`"));
    }
  }
  if (layout != "long") return std::nullopt;
  if (!entries.contains("tags")) {
    yaml.Fail(entries.at("layout"),
              "the schema of a long table names its tags below `tags:`: records of others are rejected");
  }
  return table;
}

// Reads `key` if it belongs to the text format; false otherwise.
bool ReadFormat(YamlReader& yaml, const std::string& key, const YAML::Node& value, TextFormat& format) {
  if (key == "trim") {
    format.keep_white_space = !yaml.Boolean(value, key);
  } else if (key == "format") {
    format.kind = ReadTextKind(yaml, value);
  } else if (key == "columns") {
    format.columns = ReadColumns(yaml, value);
  } else if (key == "delimiter") {
    format.delimiter = ReadDelimiter(yaml, value);
  } else if (key == "quote") {
    format.quote = ReadQuote(yaml, value, key);
  } else if (key == "escape") {
    format.escape = ReadQuote(yaml, value, key);
  } else if (key == "trailing_delimiter") {
    format.trailing_delimiter = yaml.Boolean(value, key);
  } else if (key == "encoding") {
    format.encoding = ReadEncoding(yaml, value);
  } else {
    return false;
  }
  return true;
}

// Sets the decimal point of all numbers and weights that don't have their own.
void SetDecimal(const std::string& decimal, TagSchema& schema) {
  schema.decimal = decimal;
  for (SchemaTag& entry : schema.tags) {
    v1::LoadTag& tag = entry.tag;
    const bool takes = TraitsOf(tag.kind()).has_scale || tag.kind() == v1::TAG_KIND_UNSPECIFIED ||
                       !tag.weight_separator().empty();
    if (takes && tag.decimal().empty()) tag.set_decimal(decimal);
  }
}

// Leaves what the keys of `entries` say.
void UseHive(TagSchema& schema, const Entries& entries) {
  TextFormat& format = schema.format;
  schema.is_hive = true;
  if (!entries.contains("delimiter") && format.delimiter.empty()) format.delimiter = "\x01";
  if (!entries.contains("quote") && format.quote == '"') format.quote = 0;
  if (!entries.contains("escape") && format.escape == 0) format.escape = '\\';
  if (!schema.nothing_missing &&
      std::find(schema.missing.begin(), schema.missing.end(), kDumpedNull) == schema.missing.end()) {
    schema.missing.emplace_back(kDumpedNull);
  }
  format.list_separator = kHiveListSeparator;
  UseHiveLists(schema, [](const v1::LoadTag& tag) { return tag.kind(); });
}

TagSchema ReadSchema(YamlReader& yaml, const YAML::Node& root) {
  TagSchema schema;
  const Entries entries = yaml.Map(
      root, "a tags.yaml",
      {"population",   "member_id",     "time_zone",          "format",   "hive",    "layout",  "tag_column",
       "value_column", "weight_column", "success_file",       "missing",  "trim",    "columns", "delimiter",
       "quote",        "escape",        "trailing_delimiter", "encoding", "decimal", "tags"});
  schema.long_table = ReadLayout(yaml, entries);
  for (const auto& [key, value] : entries) {
    if (ReadFormat(yaml, key, value, schema.format)) continue;
    if (key == "population") schema.population = yaml.Text(value, key);
    if (key == "member_id") schema.member_id = yaml.Text(value, key);
    if (key == "time_zone") schema.time_zone = yaml.Text(value, key);
    if (key == "missing") schema.missing = yaml.Texts(value, key);
    if (key == "missing") schema.nothing_missing = schema.missing.empty();
    if (key == "success_file") schema.success_file = yaml.Boolean(value, key);
    if (key == "hive") schema.is_hive = yaml.Boolean(value, key);
    if (key == "tags") ReadTags(yaml, value, schema);
  }
  if (schema.is_hive) UseHive(schema, entries);
  if (entries.contains("decimal")) SetDecimal(ReadDecimal(yaml, entries.at("decimal")), schema);
  const absl::Status fits = CheckTextFormat(schema.format);
  if (!fits.ok()) yaml.Fail(root, fits.message());
  return schema;
}

// The first line (from 1) with invalid UTF-8.
std::optional<size_t> LineThatIsNoUtf8(const std::string& text) {
  size_t line = 1;
  for (size_t begin = 0; begin < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (!IsValidUtf8(std::string_view(text).substr(begin, end - begin))) return line;
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace

const index::TagKindTraits& TraitsOf(v1::TagKind kind) {
  const bool known = kind > 0 && index::IsTagKind(static_cast<uint64_t>(kind));
  return index::kTagKinds[known ? static_cast<size_t>(kind) : 0];
}

void UseHive(TagSchema& schema) { UseHive(schema, {}); }

void UseHiveLists(TagSchema& schema, const std::function<v1::TagKind(const v1::LoadTag&)>& kind_of) {
  for (SchemaTag& entry : schema.tags) {
    if (kind_of(entry.tag) == v1::TAG_KIND_MULTI && entry.tag.separator().empty())
      entry.tag.set_separator(std::string(1, kHiveListSeparator));
  }
}

std::string KindName(v1::TagKind kind) { return TraitsOf(kind).name; }

absl::StatusOr<TagSchema> ParseTagSchema(const std::string& yaml, const std::string& shown_name) {
  if (const std::optional<size_t> line = LineThatIsNoUtf8(yaml); line.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown_name, ", line ", *line,
                     ": this is not UTF-8; convert the schema, for example with iconv -f GB18030 -t UTF-8"));
  }
  try {
    YamlReader reader(shown_name);
    const YAML::Node root = YAML::Load(yaml);
    if (root.IsNull()) {
      return absl::InvalidArgumentError(absl::StrCat(
          shown_name, " is empty: a schema names its tags below `tags:`; `muster load --infer` prints one"));
    }
    TagSchema schema = ReadSchema(reader, root);
    RETURN_IF_ERROR(reader.status());
    return schema;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(shown_name, ", line ", error.mark.line + 1, ": this is not YAML (", error.msg, ")"));
  }
}

absl::StatusOr<TagSchema> ReadTagSchema(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("the schema '", path, "' can't be opened"));
  const std::string yaml(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return absl::DataLossError(absl::StrCat("the schema '", path, "' can't be read"));
  return ParseTagSchema(yaml, absl::StrCat("'", path, "'"));
}

}  // namespace muster::loaders

// Describes an input file: its population, its member ids and the tags in its columns.
#ifndef MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_
#define MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/catalog/tag_kind.h"
#include "loaders/files/text_format.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// A tag and the column that holds it; in a long table, the text in the column of tags that stands for it.
struct SchemaTag {
  std::string column;
  v1::LoadTag tag;  // kind TAG_KIND_UNSPECIFIED: as in the catalogue
};

// The columns of a long table: a record has a tag and its value. A plain value.
struct LongTable {
  std::string tag = "tag";
  std::string value = "value";
  std::string weight;  // of MULTI tags with weights; empty: there is none
};

// The content of a tags.yaml, or inferred from a file. A plain value.
struct TagSchema {
  std::string population;            // empty: given on the command line
  std::string member_id;             // the column with the member id; empty: given on the command line
  std::string time_zone;             // of a new population; empty: UTC
  std::vector<std::string> missing;  // in addition to the empty cell
  std::string decimal;               // the default decimal point of numbers; empty: a point
  bool nothing_missing = false;      // `missing: []` was given: --infer adds none either
  bool success_file = false;         // a directory is loaded only when it has a _SUCCESS
  bool is_hive = false;              // `hive: true` was given: see UseHive
  std::optional<LongTable> long_table;
  TextFormat format;  // how its files are split into cells
  std::vector<SchemaTag> tags;
};

// Parses a tags.yaml; messages call it `shown_name`.
// Errors: INVALID_ARGUMENT with the line, for what is not YAML, unknown keys, and values that don't fit.
absl::StatusOr<TagSchema> ParseTagSchema(const std::string& yaml, const std::string& shown_name);
// The same from a file. Errors: also those of opening it.
absl::StatusOr<TagSchema> ReadTagSchema(const std::string& path);

// Describes what Hive writes as text: \x01 between cells, \x02 between the elements of a list, \N for no value,
// no quotes, a backslash before special bytes. What the schema says of these stays.
void UseHive(TagSchema& schema);
// \x02 as the separator of each MULTI tag without one; for kinds that the schema leaves to the catalogue,
// `kind_of` answers.
void UseHiveLists(TagSchema& schema, const std::function<v1::TagKind(const v1::LoadTag&)>& kind_of);

// `schema` as a tags.yaml that ParseTagSchema reads back as the same.
std::string WriteTagSchema(const TagSchema& schema);

// Properties of a kind as numbered on the wire; neutral ones for TAG_KIND_UNSPECIFIED and kinds that this
// program doesn't know.
const index::TagKindTraits& TraitsOf(v1::TagKind kind);
// FLAG, SINGLE, …; empty for TAG_KIND_UNSPECIFIED.
std::string KindName(v1::TagKind kind);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_

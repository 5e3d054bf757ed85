// What an input file means: its population, its member ids and the tags that its columns hold.
#ifndef MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_
#define MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/catalog/tag_kind.h"
#include "loaders/files/text_format.h"
#include "muster/v1/load_service.pb.h"

namespace muster::loaders {

// One tag and the column that holds it.
struct SchemaTag {
  std::string column;
  v1::LoadTag tag;  // kind TAG_KIND_UNSPECIFIED: what the catalogue says
};

// A tags.yaml, or what was inferred from a file. A plain value.
struct TagSchema {
  std::string population;            // empty: the command line says it
  std::string member_id;             // the column with the member id; empty: the command line says it
  std::string time_zone;             // of a new population; empty: UTC
  std::vector<std::string> missing;  // beside the empty cell
  std::string decimal;               // the decimal point of numbers that don't say theirs; empty: a point
  bool nothing_missing = false;      // it says `missing: []`: --infer finds no more of them either
  TextFormat format;                 // how its files are cut into cells
  std::vector<SchemaTag> tags;
};

// Reads a tags.yaml. `shown_name` is how messages call it.
// Errors: INVALID_ARGUMENT with the line, for what is not YAML, unknown keys, and values that don't fit.
absl::StatusOr<TagSchema> ParseTagSchema(const std::string& yaml, const std::string& shown_name);
// The same from a file. Errors: also those of opening it.
absl::StatusOr<TagSchema> ReadTagSchema(const std::string& path);

// `schema` as a tags.yaml that ParseTagSchema reads back as the same.
std::string WriteTagSchema(const TagSchema& schema);

// What follows from a kind on the wire; nothing for TAG_KIND_UNSPECIFIED and kinds that this program doesn't
// know.
const index::TagKindTraits& TraitsOf(v1::TagKind kind);
// FLAG, SINGLE, …; empty for TAG_KIND_UNSPECIFIED.
std::string KindName(v1::TagKind kind);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_TAG_SCHEMA_H_

// Chooses the schema of a load without a tags.yaml.
#ifndef MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_
#define MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "loaders/files/input_parts.h"
#include "loaders/files/record_reader.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// A schema derived from a file or the catalogue, with a sentence for each column that it omits or may
// misread.
struct ChosenSchema {
  TagSchema schema;
  std::vector<std::string> notes;
};

// The tags of a population; none if it doesn't exist yet. Errors: the server's.
absl::StatusOr<std::vector<v1::Tag>> TagsSoFar(client::Client& client, const std::string& population);

// Infers a schema from the whole input, which is read twice when members repeat; see Inference. What
// `given` specifies is kept: population, member id, format, and its tags, whose columns are not guessed.
// `existing`: the population's tags. Broken records are skipped. The schema includes the detected
// delimiter. REQUIRES: the input can be read twice, so it is not standard input itself. Errors: the file's;
// NOT_FOUND when it lacks the member id's column; FAILED_PRECONDITION when all its records are broken,
// naming the first.
absl::StatusOr<ChosenSchema> InferSchema(const InputParts& input, const TagSchema& given,
                                         const std::vector<v1::Tag>& existing = {});

// Prepares a schema with tags for reading `path`: names the keys of NDJSON that it reads, and the separators of
// Hive's lists. Asks the server for the kinds that the schema leaves to the catalogue. Errors: the server's.
absl::Status CompleteFormat(client::Client& client, const std::string& path, TagSchema& schema);

// A note about the columns that `schema` doesn't use (docs/semantics.md, rule 16); empty when it uses all.
std::vector<std::string> NotesOnSkippedColumns(const TagSchema& schema, const RecordReader& reader);

// Adds to `given` a tag for each column of `reader` except the member id's: the catalogue's tag of that name
// (docs/semantics.md, rule 16). Errors: NOT_FOUND when the member id's column is missing; FAILED_PRECONDITION
// naming the columns that are not tags; the server's.
absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const RecordReader& reader,
                                               const TagSchema& given);

// Standard input, copied to a temporary file so that it can be read twice. The file has no name, so it
// disappears with this object or with the process.
class SpooledInput {
 public:
  // Errors: those of the disk.
  static absl::StatusOr<std::unique_ptr<SpooledInput>> Copy();
  ~SpooledInput();
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;
  // The path to read from; valid while this object lives.
  InputPath path() const;

 private:
  explicit SpooledInput(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

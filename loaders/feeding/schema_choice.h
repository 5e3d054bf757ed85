// Where a load's schema comes from when there is no tags.yaml.
#ifndef MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_
#define MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "loaders/files/record_reader.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// A schema that was made from a file or the catalogue, with a sentence for each column that it leaves out or
// may misread.
struct ChosenSchema {
  TagSchema schema;
  std::vector<std::string> notes;
};

// The tags of a population; none when there is no such population yet. Errors: the server's.
absl::StatusOr<std::vector<v1::Tag>> TagsSoFar(client::Client& client, const std::string& population);

// Reads the whole input, twice when members repeat, and says what it means; see Inference. What `given` says
// stays: population, member id, format, and its tags, whose columns are not guessed. `existing`: the tags
// that the population has. Broken records are passed over. The delimiter that was found out is part of the
// schema. REQUIRES: the input can be read twice, so it is not standard input itself. Errors: the file's;
// NOT_FOUND when it has no column of the member id; FAILED_PRECONDITION when all its records are broken,
// naming the first.
absl::StatusOr<ChosenSchema> InferSchema(const InputPath& input, const TagSchema& given,
                                         const std::vector<v1::Tag>& existing = {});

// A note for columns that `schema` doesn't name (docs/semantics.md, rule 16); nothing when it names all.
std::vector<std::string> NotesOnSkippedColumns(const TagSchema& schema, const RecordReader& reader);

// `given` with a tag for each column of `reader` but the member id's: the tag of its name, as the catalogue
// has it (docs/semantics.md, rule 16). Errors: NOT_FOUND when there is no column of the member id;
// FAILED_PRECONDITION naming the columns that are no tags; the server's.
absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const RecordReader& reader,
                                               const TagSchema& given);

// Standard input, copied to a temporary file for reading it twice. The file has no name, so it
// ends with this object or with the process.
class SpooledInput {
 public:
  // Errors: those of the disk.
  static absl::StatusOr<std::unique_ptr<SpooledInput>> Copy();
  ~SpooledInput();
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;
  // Where it is read while this object lives.
  InputPath path() const;

 private:
  explicit SpooledInput(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

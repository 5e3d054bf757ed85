// Where a load's schema comes from when there is no tags.yaml.
#ifndef MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_
#define MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "loaders/files/record_reader.h"
#include "loaders/schema/tag_schema.h"

namespace muster::loaders {

// A schema that was inferred, with a sentence for each column that it leaves out.
struct InferredSchema {
  TagSchema schema;
  std::vector<std::string> notes;
};

// Reads the whole file at `path`, twice when members repeat, and guesses what it means; see Inference. Ragged
// records are passed over. `path` can be read twice, so it is not standard input. Errors: the file's;
// NOT_FOUND when it has no column `id_column`.
absl::StatusOr<InferredSchema> InferSchema(const std::string& path, const TextFormat& format,
                                           const std::string& id_column);

// A schema in which each column of `reader` but `id_column` is the tag of its name, as the catalogue has it
// (SEMANTICS rule 16). Errors: FAILED_PRECONDITION naming the columns that are no tags; the server's.
absl::StatusOr<TagSchema> SchemaOfCatalogue(client::Client& client, const std::string& population,
                                            const RecordReader& reader, const std::string& id_column);

// Standard input, copied to a temporary file that goes with this object, for reading it twice.
class SpooledInput {
 public:
  // Errors: those of the disk.
  static absl::StatusOr<std::unique_ptr<SpooledInput>> Copy();
  ~SpooledInput();
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit SpooledInput(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_SCHEMA_CHOICE_H_

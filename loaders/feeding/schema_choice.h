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

// A schema that nobody wrote, with a sentence for each column that it leaves out or may not mean as its
// author does.
struct ChosenSchema {
  TagSchema schema;
  std::vector<std::string> notes;
};

// Reads the whole input, twice when members repeat, and guesses what it means; see Inference. Ragged records
// are passed over. REQUIRES: it can be read twice, so it is not standard input itself. Errors: the file's;
// NOT_FOUND when it has no column `id_column`.
absl::StatusOr<ChosenSchema> InferSchema(const InputPath& input, const TextFormat& format,
                                         const std::string& id_column);

// A schema in which each column of `reader` but `id_column` is the tag of its name, as the catalogue has it
// (SEMANTICS rule 16). Errors: NOT_FOUND when there is no column `id_column`; FAILED_PRECONDITION naming the
// columns that are no tags; the server's.
absl::StatusOr<ChosenSchema> SchemaOfCatalogue(client::Client& client, const std::string& population,
                                               const RecordReader& reader, const std::string& id_column);

// Standard input, copied to a temporary file for reading it twice. The file has no name, so that it goes with
// this object or its process, however that ends.
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

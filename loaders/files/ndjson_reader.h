// Reads NDJSON: a JSON object a line.
#ifndef MUSTER_LOADERS_FILES_NDJSON_READER_H_
#define MUSTER_LOADERS_FILES_NDJSON_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "loaders/files/record_reader.h"

namespace muster::loaders {

// As RecordReader::Open, of a file that is NDJSON.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenNdjson(const InputPath& input, const TextFormat& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_NDJSON_READER_H_

// Reads several files as one input.
#ifndef MUSTER_LOADERS_FILES_PARTS_READER_H_
#define MUSTER_LOADERS_FILES_PARTS_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "loaders/files/input_parts.h"
#include "loaders/files/record_reader.h"

namespace muster::loaders {

// As RecordReader::Open, of all files of an input one after another. Each has its own header with the same
// names, in any order. Lines go on counting from file to file; RecordReader::Locate tells them apart. Errors:
// also INVALID_ARGUMENT, while reading too, for a file whose header has other names than the first one's, and
// when all files are empty.
absl::StatusOr<std::unique_ptr<RecordReader>> OpenRecords(const InputParts& input, const TextFormat& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_PARTS_READER_H_

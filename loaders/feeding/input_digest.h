// The digest that identifies the content of a repeated load.
#ifndef MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_
#define MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "loaders/files/input_parts.h"

namespace muster::loaders {

// SHA-256 of a file's bytes as stored on disk (compressed if it is), followed by `format`, which describes
// how they are read: 32 bytes. Errors: those of reading the file.
absl::StatusOr<std::string> DigestOfFile(const std::string& path, const std::string& format);
// The same of several files: of the name and the bytes of each, in their order.
absl::StatusOr<std::string> DigestOfParts(const std::vector<InputPart>& parts, const std::string& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

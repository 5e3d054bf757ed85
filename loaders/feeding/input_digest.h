// The digest that identifies the content of a repeated load.
#ifndef MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_
#define MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::loaders {

// SHA-256 of a file's bytes as stored on disk (compressed if it is), followed by `format`, which describes
// how they are read: 32 bytes. Errors: those of reading the file.
absl::StatusOr<std::string> DigestOfFile(const std::string& path, const std::string& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

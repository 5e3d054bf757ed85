// The digest by which a repeated load is recognised.
#ifndef MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_
#define MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::loaders {

// SHA-256 of a file's bytes as they lie on disk, compressed ones too, and then of `format`, which says how
// they are read: 32 bytes. Errors: those of reading the file.
absl::StatusOr<std::string> DigestOfFile(const std::string& path, const std::string& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_INPUT_DIGEST_H_

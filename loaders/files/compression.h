// Compressing a stream of bytes.
#ifndef MUSTER_LOADERS_FILES_COMPRESSION_H_
#define MUSTER_LOADERS_FILES_COMPRESSION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// A compressor of one stream. Not thread-safe.
class Compression {
 public:
  // The compressor for a file's name: .gz or .zst; null for any other.
  static std::unique_ptr<Compression> ForName(absl::string_view path);
  virtual ~Compression() = default;

  // Compresses `bytes` and returns the output that is ready; all that remains if `last`.
  virtual absl::StatusOr<std::string> Take(absl::string_view bytes, bool last) = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_COMPRESSION_H_

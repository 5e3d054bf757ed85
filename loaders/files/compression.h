// Compressing a stream of bytes.
#ifndef MUSTER_LOADERS_FILES_COMPRESSION_H_
#define MUSTER_LOADERS_FILES_COMPRESSION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// One compressed stream. For one thread.
class Compression {
 public:
  // The compression for a file's name: .gz or .zst; null for any other.
  static std::unique_ptr<Compression> ForName(absl::string_view path);
  virtual ~Compression() = default;

  // Takes `bytes` and gives what is ready of the compressed ones; all of them when `last`.
  virtual absl::StatusOr<std::string> Take(absl::string_view bytes, bool last) = 0;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_COMPRESSION_H_

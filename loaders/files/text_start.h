// The beginning of a text file: detects its encoding and delimiter before it is split.
#ifndef MUSTER_LOADERS_FILES_TEXT_START_H_
#define MUSTER_LOADERS_FILES_TEXT_START_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "loaders/files/byte_source.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// A text whose beginning has been read, and the rest of it.
struct BegunText {
  std::unique_ptr<ByteSource> text;  // UTF-8; the text that follows `start`
  std::string start;                 // without the byte-order mark and the `sep=` line
  uint64_t line = 1;                 // of its first byte
  std::string delimiter;             // the format's, or the detected one; not of NDJSON
  std::vector<std::string> notes;
};

// Opens the text of `file`, decompressed and as UTF-8. `file` must outlive the result and is named `path`.
// Errors: those of ByteSource; INVALID_ARGUMENT for input that is not text in the format's encoding, with the
// remedy. A message about the text itself begins with `line`, not with the file's name.
absl::StatusOr<BegunText> BeginText(RawFile& file, const std::string& path, const TextFormat& format);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_TEXT_START_H_

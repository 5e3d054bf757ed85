// Converts text in another encoding to UTF-8.
#ifndef MUSTER_LOADERS_FILES_TEXT_DECODER_H_
#define MUSTER_LOADERS_FILES_TEXT_DECODER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {

// Returns the text of `bytes` as UTF-8, preceded by `start`, which was already read from it. `encoding` is
// gb18030, utf-16le or utf-16be. Read fails with INVALID_ARGUMENT, naming the line, where bytes are invalid
// in that encoding. Errors: INTERNAL when the converter is not available.
absl::StatusOr<std::unique_ptr<ByteSource>> DecodedText(std::unique_ptr<ByteSource> bytes, std::string start,
                                                        const std::string& encoding);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_TEXT_DECODER_H_

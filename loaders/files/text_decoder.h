// Text in another encoding, read as UTF-8.
#ifndef MUSTER_LOADERS_FILES_TEXT_DECODER_H_
#define MUSTER_LOADERS_FILES_TEXT_DECODER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {

// Gives the text of `bytes` as UTF-8, after `start`, which was read from it before. `encoding` is
// gb18030, utf-16le or utf-16be. Its Read fails with INVALID_ARGUMENT, naming the line, where bytes are not
// in that encoding. Errors: INTERNAL when the converter isn't there.
absl::StatusOr<std::unique_ptr<ByteSource>> DecodedText(std::unique_ptr<ByteSource> bytes, std::string start,
                                                        const std::string& encoding);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_TEXT_DECODER_H_

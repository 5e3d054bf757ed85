// Recognises file formats other than the expected text, by their first bytes.
#ifndef MUSTER_LOADERS_FILES_FILE_KIND_H_
#define MUSTER_LOADERS_FILES_FILE_KIND_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// Names the format of a file whose decompressed bytes begin with `start`, with a remedy, as in "is a ZIP
// archive, not CSV: unpack it and load the table that is in it". Empty if it may be text of the kind that
// `format` and the name say. Decided by the bytes; among archives by the name.
std::optional<std::string> OtherFormatOf(absl::string_view start, const std::string& path,
                                         const TextFormat& format = {});

// utf-16le or utf-16be if `start` is such text without a byte-order mark.
std::optional<std::string> UnmarkedUtf16Of(absl::string_view start);

// Whether `start` is not UTF-8, and each of its non-ASCII bytes belongs to a character of GB18030, half of
// these in GB2312. (In Latin-1, an accented letter and the next letter look like a rare character.)
bool LooksLikeGb18030(absl::string_view start);

// Whether more of the non-ASCII bytes of `start` are invalid UTF-8 than valid: then it is text in an encoding
// of one byte per character, and not damaged UTF-8.
bool LooksLikeSingleBytes(absl::string_view start);

// Whether `start`, whose last character may be cut off, is valid UTF-8 and contains non-ASCII characters.
bool MayBeUtf8(absl::string_view start);
// The same, with enough such characters to rule out every other encoding.
bool LooksLikeUtf8(absl::string_view start);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_FILE_KIND_H_

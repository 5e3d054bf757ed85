// What a file is by its first bytes, when it is not the text that was expected.
#ifndef MUSTER_LOADERS_FILES_FILE_KIND_H_
#define MUSTER_LOADERS_FILES_FILE_KIND_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// What a file is whose decompressed bytes begin with `start`, and the mend, as in "is a ZIP archive, not CSV:
// unpack it and load the table that is in it". Nothing when it may be delimited text. The bytes decide; among
// archives the name does.
std::optional<std::string> OtherFormatOf(absl::string_view start, const std::string& path);

// utf-16le or utf-16be, when `start` is text in it without a byte-order mark.
std::optional<std::string> UnmarkedUtf16Of(absl::string_view start);

// Whether `start` is not UTF-8, and every byte of it that is not ASCII belongs to a character of GB18030.
// Text in Latin-1 with few accents may pass.
bool LooksLikeGb18030(absl::string_view start);

// Whether `start`, of which the last character may be cut off, is UTF-8 with more than ASCII in it: enough
// that it is text in no other encoding.
bool LooksLikeUtf8(absl::string_view start);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_FILE_KIND_H_

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

// Whether `start` is not UTF-8, and every byte of it that is not ASCII belongs to a character of GB18030,
// half of which are of GB2312: in Latin-1 an accented letter and the next one look like a rare character.
bool LooksLikeGb18030(absl::string_view start);

// Whether of the bytes of `start` that are not ASCII more are no UTF-8 than are: text in one of the encodings
// of a byte a character, and not UTF-8 that is damaged.
bool LooksLikeSingleBytes(absl::string_view start);

// Whether `start`, of which the last character may be cut off, is UTF-8 with something beyond ASCII in it.
bool MayBeUtf8(absl::string_view start);
// The same, with enough of it that the text is in no other encoding.
bool LooksLikeUtf8(absl::string_view start);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_FILE_KIND_H_

// How a file's text is cut into cells, and what of that its first bytes show.
#ifndef MUSTER_LOADERS_FILES_TEXT_FORMAT_H_
#define MUSTER_LOADERS_FILES_TEXT_FORMAT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {

// The byte-order mark of UTF-8.
inline constexpr absl::string_view kUtf8Mark = "\xef\xbb\xbf";
// A delimiter has at most so many bytes.
inline constexpr size_t kMaxDelimiterBytes = 8;

// How a file's text is encoded and cut into cells. A plain value.
struct TextFormat {
  // 1–8 bytes. Empty: a tab when the file's name says .tsv or .tab; otherwise what divides its first lines.
  std::string delimiter = {};
  char quote = '"';  // an ASCII character; 0: no cell is quoted
  // An ASCII character that takes the meaning from the next one; 0: none.
  char escape = 0;
  // The columns of a file without a header; empty when the first line names them.
  std::vector<std::string> columns = {};
  // False: blanks and tabs around a quoted cell are no part of it. True: a quote behind a blank is text.
  bool keep_white_space = false;
  // Each line may end with a delimiter that divides nothing.
  bool trailing_delimiter = false;
  // Empty or utf-8, gb18030, utf-16, utf-16le, utf-16be.
  std::string encoding = {};
  ExpansionLimits expansion = {};
};

// Errors: INVALID_ARGUMENT for a delimiter, quote or escape that can't be one, or that are the same.
absl::Status CheckTextFormat(const TextFormat& format);

// A delimiter as people write it: the text itself, `tab`, or with C's escapes, as in `\t` and `\x01`. Nothing
// when it can't be one.
std::optional<std::string> DelimiterOf(absl::string_view written);

// A quote or an escape as people write it: one ASCII character, or `none`, which is 0. Nothing when it can't
// be one.
std::optional<char> QuoteOf(absl::string_view written);

// The delimiter, one byte, that an Excel file's first line names, as in `sep=;`. Nothing when the line is
// another.
std::optional<std::string> DelimiterOfSepLine(absl::string_view first_line);

// What divides the lines of a file named `path` whose text begins with `text`: a tab by its name, else the
// candidate of which the first line has most, and the second as many; else a comma. Quoted text doesn't
// count.
std::string FindDelimiter(const std::string& path, absl::string_view text, char quote);

// `encoding` as TextFormat has it: in lower case, gbk and gb2312 as gb18030, which holds them. Nothing when
// it can't be read.
std::optional<std::string> KnownEncoding(absl::string_view encoding);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_TEXT_FORMAT_H_

// Describes how a file's text is split into cells, and detects what its first bytes show.
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
// The most bytes of a delimiter.
inline constexpr size_t kMaxDelimiterBytes = 8;

// The encoding of a file's text and how it is split into cells. A plain value.
struct TextFormat {
  // 1–8 bytes. Empty: a tab when the file's name ends in .tsv or .tab; otherwise detected from its first
  // lines.
  std::string delimiter = {};
  char quote = '"';  // an ASCII character; 0: cells are never quoted
  // An ASCII character that makes the next one literal; 0: none.
  char escape = 0;
  // The columns of a file without a header; empty: the first line names them.
  std::vector<std::string> columns = {};
  // False: blanks and tabs around a quoted cell are ignored. True: a quote after a blank is text.
  bool keep_white_space = false;
  // Lines may end with an extra delimiter.
  bool trailing_delimiter = false;
  // Whether a schema may declare the format, for messages.
  bool has_schema = true;
  // Empty or utf-8, gb18030, utf-16, utf-16le, utf-16be.
  std::string encoding = {};
  ExpansionLimits expansion = {};
};

// Errors: INVALID_ARGUMENT for an impossible delimiter, quote or escape, or if two of them are the same.
absl::Status CheckTextFormat(const TextFormat& format);

// Parses a delimiter as people write it: the text itself, `tab`, or with C's escapes, as in `\t` and `\x01`.
// Empty if it is impossible.
std::optional<std::string> DelimiterOf(absl::string_view written);

// Parses a quote or an escape as people write it: one ASCII character, or `none`, which gives 0. Empty if it
// is impossible.
std::optional<char> QuoteOf(absl::string_view written);

// The one-byte delimiter in an Excel file's first line, as in `sep=;`. Empty for any other
// line.
std::optional<std::string> DelimiterOfSepLine(absl::string_view first_line);

// The likely delimiter of a file named `path` whose text begins with `text`: a tab by the name, otherwise the
// candidate that is most frequent in the first line and equally frequent in the second, otherwise a comma.
// Quoted text is ignored.
std::string FindDelimiter(const std::string& path, absl::string_view text, char quote);

// `encoding` as TextFormat names it: in lower case, and gb18030 for gbk and gb2312, its subsets. Empty if the
// encoding is not supported.
std::optional<std::string> KnownEncoding(absl::string_view encoding);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_TEXT_FORMAT_H_

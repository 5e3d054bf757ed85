// Describes how a file's text is split into cells, and detects what its first bytes show.
#ifndef MUSTER_LOADERS_FILES_TEXT_FORMAT_H_
#define MUSTER_LOADERS_FILES_TEXT_FORMAT_H_

#include <cstdint>
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

// How a text is divided into records.
enum class TextKind : uint8_t {
  kByName,  // NDJSON if the file's name ends in .ndjson, .jsonl or .json, before .gz and .zst; else delimited
  kDelimited,  // a record a line, cells between delimiters
  kNdjson,     // a JSON object a line
};

// A key of NDJSON objects whose values are cells.
struct JsonKey {
  std::string name;     // in normal form C
  bool single = false;  // it takes one value, so that an array is refused
  // Why, and the mend.
  std::string why_single = "its tag is SINGLE: one value; make the tag MULTI, or give one text";
};

// The encoding of a file's text and how it is split into cells. A plain value.
struct TextFormat {
  TextKind kind = TextKind::kByName;
  // NDJSON: the keys that are read; empty: all that the file has, for which it is read once more.
  std::vector<JsonKey> keys = {};
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
  // A byte between the elements of a cell, so that an escaped `\N` stays as it is as an element too; 0: none.
  char list_separator = 0;
  // It is one of several files of an input: an empty one has no columns, and that is no error.
  bool is_part = false;
  // Whether a schema may declare the format, for messages.
  bool has_schema = true;
  // Empty or utf-8, gb18030, utf-16, utf-16le, utf-16be.
  std::string encoding = {};
  ExpansionLimits expansion = {};
};

// The kind of a file of that name: kDelimited or kNdjson.
TextKind KindOfText(const std::string& path, const TextFormat& format);

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

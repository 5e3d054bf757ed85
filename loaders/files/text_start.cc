#include "loaders/files/text_start.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"
#include "loaders/files/file_kind.h"
#include "loaders/files/text_decoder.h"

namespace muster::loaders {
namespace {

constexpr size_t kStartBytes = 256 << 10;
constexpr absl::string_view kUtf16LittleMark = "\xff\xfe", kUtf16BigMark = "\xfe\xff";
constexpr absl::string_view kUtf32LittleMark("\xff\xfe\0\0", 4), kUtf32BigMark("\0\0\xfe\xff", 4);

// The first bytes of `source`; fewer than kStartBytes only at the end.
absl::StatusOr<std::string> ReadStart(ByteSource& source) {
  std::string start(kStartBytes, '\0');
  size_t filled = 0;
  while (filled < start.size()) {
    ASSIGN_OR_RETURN(auto got, source.Read(absl::MakeSpan(start).subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  start.resize(filled);
  return start;
}

absl::Status Refused(const RawFile& file, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(file.shown_name(), " ", why));
}

// How to declare an encoding. `format`: of the file; an id list has no schema.
std::string SayEncoding(const TextFormat& format, absl::string_view encoding) {
  return format.has_schema
             ? absl::StrCat("say so with encoding: ", encoding, " in the schema, or --encoding ", encoding)
             : absl::StrCat("say so with --encoding ", encoding);
}

// Why text that begins with `start` is not UTF-8. Empty if it may be.
std::optional<std::string> WhyNotUtf8(const TextFormat& format, absl::string_view start) {
  if (absl::StartsWith(start, kUtf32LittleMark) || absl::StartsWith(start, kUtf32BigMark)) {
    return "is UTF-32: convert it, for example with iconv -f UTF-32 -t UTF-8";
  }
  if (absl::StartsWith(start, kUtf16LittleMark) || absl::StartsWith(start, kUtf16BigMark)) {
    return absl::StrCat("is UTF-16: ", SayEncoding(format, "utf-16"));
  }
  const auto unmarked = UnmarkedUtf16Of(start);
  if (!unmarked.has_value()) return std::nullopt;
  return absl::StrCat("looks like UTF-16 without a byte-order mark: ", SayEncoding(format, *unmarked));
}

// A note for the user on text that is read as UTF-8 but isn't; empty if it is.
std::string NoteOnUtf8(const TextFormat& format, absl::string_view start) {
  if (LooksLikeGb18030(start)) {
    return absl::StrCat("is not UTF-8 and looks like GB18030; if it is, ", SayEncoding(format, "gb18030"));
  }
  return LooksLikeSingleBytes(start) ? "is not UTF-8 and looks like Windows-1252 or another encoding of a "
                                       "byte a character; convert it, "
                                       "for example with iconv -f WINDOWS-1252 -t UTF-8"
                                     : "";
}

// The converter's name of the format's encoding. Errors: INVALID_ARGUMENT when `start` is in another.
absl::StatusOr<std::string> ConverterFor(const RawFile& file, absl::string_view start,
                                         const TextFormat& format) {
  const std::string& encoding = format.encoding;
  if (start.empty()) return encoding == "utf-16" ? "utf-16le" : encoding;
  if (encoding == "gb18030") {
    if (absl::StartsWith(start, kUtf8Mark) || LooksLikeUtf8(start)) {
      return Refused(file, "is UTF-8, and its encoding is declared as gb18030: leave the declaration out");
    }
    if (const auto other = WhyNotUtf8(format, start); other.has_value()) return Refused(file, *other);
    return encoding;
  }
  const bool little = absl::StartsWith(start, kUtf16LittleMark), big = absl::StartsWith(start, kUtf16BigMark);
  const std::string marked = little ? "utf-16le" : big ? "utf-16be" : "";
  if (marked.empty() && !absl::StrContains(start, '\0')) {
    return Refused(file, absl::StrCat("is not UTF-16, though its encoding is declared as ", encoding,
                                      ": leave the declaration out, or declare the encoding that it has"));
  }
  if (!marked.empty() && encoding != "utf-16" && encoding != marked) {
    return Refused(file, absl::StrCat("is declared as ", encoding, ", and its byte-order mark says ", marked,
                                      ": ", SayEncoding(format, marked)));
  }
  if (encoding != "utf-16") return encoding;
  if (!marked.empty()) return marked;
  if (const auto guessed = UnmarkedUtf16Of(start); guessed.has_value()) return *guessed;
  return Refused(
      file, "has no byte-order mark: say which UTF-16 it is with --encoding utf-16le or --encoding utf-16be");
}

absl::Status CheckLineEnds(const RawFile& file, absl::string_view start) {
  if (!absl::StrContains(start, '\r') || absl::StrContains(start, '\n')) return absl::OkStatus();
  const size_t at = start.find('\r');
  if (at + 1 == start.size()) return absl::OkStatus();  // a single line, cut within its CRLF
  return Refused(
      file,
      "has no line feed, only carriage returns, which end no line: convert them, for example with tr "
      "'\\r' '\\n'");
}

// Removes an Excel file's `sep=` line from `begun.start`; it sets the delimiter unless the format does.
void TakeSepLine(BegunText& begun, const TextFormat& format) {
  const size_t line_bytes = std::min(begun.start.find('\n'), begun.start.size() - 1) + 1;
  const auto named = DelimiterOfSepLine(absl::string_view(begun.start).substr(0, line_bytes));
  if (!named.has_value()) return;
  const char c = named->front();
  if (c == '\0' || c == format.quote || c == format.escape) return;
  if (begun.delimiter.empty()) begun.delimiter = *named;
  begun.start.erase(0, line_bytes);
  ++begun.line;
}

}  // namespace

absl::StatusOr<BegunText> BeginText(RawFile& file, const std::string& path, const TextFormat& format) {
  ASSIGN_OR_RETURN(auto bytes, ByteSource::Open(&file, format.expansion));
  auto start = ReadStart(*bytes);
  RETURN_IF_ERROR(start.status());
  const TextKind kind = KindOfText(path, format);
  if (const auto other = OtherFormatOf(*start, path, format); other.has_value()) return Refused(file, *other);

  BegunText begun = {.text = std::move(bytes), .start = std::move(*start), .delimiter = format.delimiter};
  if (!format.encoding.empty() && format.encoding != "utf-8") {
    ASSIGN_OR_RETURN(auto converter, ConverterFor(file, begun.start, format));
    if (converter == "gb18030" && MayBeUtf8(begun.start)) {
      begun.notes.push_back(absl::StrCat(
          file.shown_name(),
          " is read as GB18030, as is declared, and would be UTF-8 as well; if values look wrong, leave the "
          "declaration out"));
    }
    ASSIGN_OR_RETURN(begun.text, DecodedText(std::move(begun.text), std::move(begun.start), converter));
    start = ReadStart(*begun.text);
    RETURN_IF_ERROR(start.status());
    begun.start = std::move(*start);
  } else if (const auto other = WhyNotUtf8(format, begun.start); other.has_value()) {
    return Refused(file, *other);
  } else if (std::string note = NoteOnUtf8(format, begun.start); !note.empty()) {
    begun.notes.push_back(absl::StrCat(file.shown_name(), " ", note));
  }
  // A program that adds a mark to text that already has one leaves two.
  while (absl::StartsWith(begun.start, kUtf8Mark)) begun.start.erase(0, kUtf8Mark.size());
  RETURN_IF_ERROR(CheckLineEnds(file, begun.start));
  if (kind == TextKind::kNdjson) return begun;
  if (!begun.start.empty()) TakeSepLine(begun, format);
  if (begun.delimiter.empty()) begun.delimiter = FindDelimiter(path, begun.start, format.quote);
  return begun;
}

}  // namespace muster::loaders

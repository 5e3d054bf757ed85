#include "loaders/files/file_kind.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "text/abseil_text.h"
#include "text/utf8.h"

namespace muster::loaders {
namespace {

constexpr absl::string_view kExport = "export the table as CSV", kUnpackOnce = "decompress it once";
constexpr absl::string_view kLines = "write an object a line to a .ndjson file, for example with jq -c .";
constexpr absl::string_view kElements =
    "write an object a line to a .ndjson file, for example with jq -c '.[]'";

struct Magic {
  absl::string_view bytes;
  const char* what;
  absl::string_view mend;
  bool also_text = false;  // a table may also begin so; the next bytes decide
};

constexpr Magic kMagics[] = {
    // Compression is removed once before this check.
    {"\x1f\x8b\x08", "compressed twice", kUnpackOnce},
    {"\x28\xb5\x2f\xfd", "compressed twice", kUnpackOnce},
    {"PAR1", "a Parquet file", kExport, true},
    {"ORC", "an ORC file", kExport, true},
    {absl::string_view("Obj\x01", 4), "an Avro file", kExport},
    {absl::string_view("ARROW1\0\0", 8), "an Arrow file", kExport},
    {"FEA1", "a Feather file", kExport, true},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", kExport},
    {absl::string_view("SQLite format 3\0", 16), "an SQLite database", kExport},
    {"%PDF-", "a PDF document", kExport},
    {"BZh", "compressed with bzip2", "decompress it with bunzip2, or compress it with gzip or zstd", true},
    {absl::string_view("\xfd"
                       "7zXZ\0",
                       6),
     "compressed with xz", "decompress it with unxz, or compress it with gzip or zstd"},
    {"\x04\x22\x4d\x18", "compressed with LZ4",
     "decompress it with lz4 -d, or compress it with gzip or zstd"},
    {absl::string_view("\xff\x06\0\0sNaPpY", 10), "compressed with Snappy",
     "decompress it, or compress it with gzip or zstd"},
    {"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it and load the table that is in it"},
    {"Rar!\x1a\x07", "a RAR archive", "unpack it and load the table that is in it"},
};

bool HasBinary(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < '\t'; });
}

// Where the bytes show no text of the kind that is expected. `not_it`: ", not CSV".
struct Finding {
  absl::string_view start;
  absl::string_view not_it;
  bool is_list = false;  // of ids

  std::string Say(absl::string_view what, absl::string_view mend) const {
    return absl::StrCat("is ", what, not_it, ": ", mend);
  }
};

std::string KindOfZip(const Finding& finding, const std::string& path) {
  const absl::string_view start = finding.start;
  if (absl::EndsWithIgnoreCase(path, ".xlsx") || absl::StrContains(start, "xl/") ||
      absl::StrContains(start, "[Content_Types].xml")) {
    return finding.Say("an Excel workbook", kExport);
  }
  if (absl::StrContains(start, "opendocument.spreadsheet")) {
    return finding.Say("an OpenDocument spreadsheet", kExport);
  }
  return finding.Say("a ZIP archive", "unpack it and load the table that is in it");
}

absl::string_view Inside(absl::string_view bracketed) {
  return absl::StripLeadingAsciiWhitespace(bracketed.substr(1));
}

std::optional<std::string> KindOfMarkup(const Finding& finding) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(finding.start);
  if (absl::StartsWithIgnoreCase(text, "<!doctype") || absl::StartsWithIgnoreCase(text, "<html")) {
    return finding.Say("a web page (HTML)", "look whether the download asked for a login");
  }
  if (absl::StartsWith(text, "<?xml")) return finding.Say("XML", kExport);
  return std::nullopt;
}

// JSON where delimited text is expected.
std::optional<std::string> KindOfJson(const Finding& finding) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(finding.start);
  const absl::string_view line = absl::StripTrailingAsciiWhitespace(text.substr(0, text.find('\n')));
  if (absl::StartsWith(text, "{") && absl::StartsWith(Inside(text), "\"") &&
      (line == "{" || absl::EndsWith(line, "}") || absl::EndsWith(line, ",") || line.size() == text.size())) {
    if (finding.is_list) return finding.Say("JSON", "write an id a line");
    const bool is_lines = line != "{" && !absl::EndsWith(line, ",");
    return is_lines ? finding.Say("JSON lines", "say so with format: ndjson in the schema, or --ndjson")
                    : finding.Say("JSON", kLines);
  }
  if (absl::StartsWith(text, "[") && absl::StartsWith(Inside(text), "{"))
    return finding.Say("JSON", kElements);
  return std::nullopt;
}

// JSON that is not an object a line.
std::optional<std::string> KindOfNoLines(const Finding& finding) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(finding.start);
  const absl::string_view line = absl::StripTrailingAsciiWhitespace(text.substr(0, text.find('\n')));
  const bool is_whole = text.find('\n') != absl::string_view::npos;
  if (is_whole && (line == "{" || (absl::StartsWith(line, "{") && absl::EndsWith(line, ",")))) {
    return finding.Say("JSON with objects over several lines", kLines);
  }
  if (absl::StartsWith(text, "[")) return finding.Say("one JSON array", kElements);
  return std::nullopt;
}

// The length of the GB18030 character at the start of `text`: 1, 2 or 4 bytes; 0 if it is invalid. A
// truncated character counts as whole.
size_t Gb18030Bytes(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  if (byte(0) == 0x80 || byte(0) == 0xff) return 0;
  if (text.size() == 1) return 1;
  if (byte(1) >= 0x40 && byte(1) != 0x7f && byte(1) != 0xff) return 2;
  if (byte(1) < 0x30 || byte(1) > 0x39) return 0;
  if (text.size() < 4) return text.size();
  return byte(2) >= 0x81 && byte(2) != 0xff && byte(3) >= 0x30 && byte(3) <= 0x39 ? 4 : 0;
}

// `text` without a truncated character at its end.
std::string_view WithoutCutOff(absl::string_view text) {
  const std::string_view whole = FromAbseil(text);
  return whole.substr(0, BytesOfWholeCodePoints(whole));
}

// Whether `start` is single-byte text or UTF-8 with a few NUL bytes in it, not UTF-16: most of UTF-16 is not
// valid UTF-8 without its zero bytes, and Latin text has a zero byte in each unit.
bool IsTextWithNuls(absl::string_view start) {
  std::string rest(start);
  rest.erase(std::remove(rest.begin(), rest.end(), '\0'), rest.end());
  return (start.size() - rest.size()) * 3 < start.size() && IsValidUtf8(WithoutCutOff(rest));
}

}  // namespace

std::optional<std::string> OtherFormatOf(absl::string_view start, const std::string& path,
                                         const TextFormat& format) {
  const bool ndjson = KindOfText(path, format) == TextKind::kNdjson;
  const Finding finding = {start, ndjson ? ", not JSON lines" : ", not CSV", !format.has_schema};
  if (absl::StartsWith(start, "PK\x03\x04") || absl::StartsWith(start, "PK\x05\x06"))
    return KindOfZip(finding, path);
  for (const Magic& magic : kMagics) {
    if (!absl::StartsWith(start, magic.bytes)) continue;
    if (magic.also_text && !HasBinary(start.substr(0, 1024))) continue;
    return finding.Say(magic.what, magic.mend);
  }
  constexpr size_t kTarMagicAt = 257;
  if (start.size() > kTarMagicAt && absl::StartsWith(start.substr(kTarMagicAt), "ustar")) {
    return finding.Say("a tar archive", "unpack it and load the table that is in it");
  }
  if (std::optional<std::string> markup = KindOfMarkup(finding)) return markup;
  return ndjson ? KindOfNoLines(finding) : KindOfJson(finding);
}

std::optional<std::string> UnmarkedUtf16Of(absl::string_view start) {
  constexpr size_t kSampledBytes = 4096;
  constexpr size_t kUnitsPerAscii = 10;  // at least one unit in ten is ASCII: a delimiter, a line end
  start = start.substr(0, std::min(start.size(), kSampledBytes) / 2 * 2);
  if (IsTextWithNuls(start)) return std::nullopt;
  for (const bool little : {true, false}) {
    size_t ascii = 0;
    bool fits = true;
    bool in_pair = false;
    for (size_t i = 0; i < start.size() && fits; i += 2) {
      const auto low = static_cast<unsigned char>(start[little ? i : i + 1]);
      const auto high = static_cast<unsigned char>(start[little ? i + 1 : i]);
      if (high == 0 && low >= 0x20 && low < 0x7f) ++ascii;
      const bool control = high == 0 && low < 0x20 && low != '\t' && low != '\n' && low != '\r';
      const bool opens = high >= 0xd8 && high < 0xdc;
      const bool closes = high >= 0xdc && high < 0xe0;
      fits = !control && closes == in_pair;
      in_pair = opens;
    }
    if (fits && ascii >= 2 && ascii * kUnitsPerAscii >= start.size() / 2)
      return little ? "utf-16le" : "utf-16be";
  }
  return std::nullopt;
}

bool LooksLikeGb18030(absl::string_view start) {
  if (IsValidUtf8(WithoutCutOff(start))) return false;
  size_t characters = 0, common = 0;
  for (size_t i = 0; i < start.size();) {
    const absl::string_view rest = start.substr(i);
    const size_t bytes = Gb18030Bytes(rest);
    if (bytes == 0) return false;
    const auto above = [&](size_t at) {
      return at >= rest.size() || static_cast<unsigned char>(rest[at]) > 0xa0;
    };
    if (bytes > 1) ++characters;
    if (bytes == 2 && above(0) && above(1)) ++common;
    i += bytes;
  }
  return common * 2 >= characters;
}

bool LooksLikeSingleBytes(absl::string_view start) {
  const std::string_view whole = WithoutCutOff(start);
  size_t characters = 0, others = 0;
  for (size_t i = 0; i < whole.size();) {
    const CodePoint c = ReadCodePoint(whole, i);
    if (c.value >= 0x80) ++(c.valid ? characters : others);
    i += c.bytes;
  }
  return others > characters && !absl::StrContains(start, '\0');
}

bool MayBeUtf8(absl::string_view start) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return !std::all_of(start.begin(), start.end(), is_ascii) && IsValidUtf8(WithoutCutOff(start));
}

bool LooksLikeUtf8(absl::string_view start) {
  // A Chinese character of GB18030 looks like a two-byte sequence of UTF-8 in one of six cases; a three-byte
  // sequence takes one and a half such characters.
  constexpr size_t kEnough = 6, kOfThreeBytes = 3;
  size_t proof = 0;
  for (const char c : start) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xc0) proof += byte >= 0xe0 ? kOfThreeBytes : 1;
  }
  return proof >= kEnough && IsValidUtf8(WithoutCutOff(start));
}

}  // namespace muster::loaders

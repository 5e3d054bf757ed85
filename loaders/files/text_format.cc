#include "loaders/files/text_format.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace muster::loaders {
namespace {

constexpr size_t kMaxSampledLines = 8;
// In order of preference. Hive separates cells by \x01.
constexpr absl::string_view kCandidates = ",;\t|\x01";
using Counts = std::array<size_t, kCandidates.size()>;

bool MayDelimit(const std::string& text) {
  return text.size() <= kMaxDelimiterBytes &&
         text.find_first_of(std::string("\r\n\0", 3)) == std::string::npos;
}

bool MayBeQuote(char c) { return c > 0 && c != '\n' && c != '\r'; }

// Counts the candidates in the first line of `text` and removes it; candidates and line ends within quotes
// are ignored.
Counts TakeLine(absl::string_view& text, char quote) {
  Counts counts = {};
  bool quoted = false;
  size_t at = 0;
  for (; at < text.size() && (quoted || text[at] != '\n'); ++at) {
    if (quote != 0 && text[at] == quote) quoted = !quoted;
    const size_t candidate = quoted ? absl::string_view::npos : kCandidates.find(text[at]);
    if (candidate != absl::string_view::npos) ++counts[candidate];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return counts;
}

// The name in lower case, without the ending of a compressed file.
std::string PlainName(const std::string& path) {
  std::string name = absl::AsciiStrToLower(path);
  for (const absl::string_view ending : {".gz", ".zst"}) {
    if (absl::EndsWith(name, ending)) name.resize(name.size() - ending.size());
  }
  return name;
}

}  // namespace

TextKind KindOfText(const std::string& path, const TextFormat& format) {
  if (format.kind != TextKind::kByName) return format.kind;
  const std::string name = PlainName(path);
  for (const absl::string_view ending : {".ndjson", ".jsonl", ".json"}) {
    if (absl::EndsWith(name, ending)) return TextKind::kNdjson;
  }
  return TextKind::kDelimited;
}

absl::Status CheckTextFormat(const TextFormat& format) {
  if (format.kind == TextKind::kNdjson && !format.columns.empty()) {
    return absl::InvalidArgumentError(
        "`columns:` names the columns of a file without a header, and the objects of NDJSON name their keys: "
        "leave it out");
  }
  if (!MayDelimit(format.delimiter)) {
    return absl::InvalidArgumentError("the delimiter must be 1 to 8 bytes, without line ends");
  }
  for (const auto& [name, c] : {std::pair("quote", format.quote), std::pair("escape", format.escape)}) {
    if (c != 0 && !MayBeQuote(c)) {
      return absl::InvalidArgumentError(absl::string_view(name) == "quote"
                                            ? "the quote must be one ASCII character, or none"
                                            : "the escape must be one ASCII character, or none");
    }
    if (c != 0 && absl::StrContains(format.delimiter, c)) {
      return absl::InvalidArgumentError("delimiter, quote and escape must be different characters");
    }
  }
  if (format.quote != 0 && format.quote == format.escape) {
    return absl::InvalidArgumentError(
        "quote and escape must be different characters; a doubled quote stands for one without an escape");
  }
  return absl::OkStatus();
}

std::optional<std::string> DelimiterOf(absl::string_view written) {
  if (written == "tab") return "\t";
  std::string delimiter(written);
  if (written.size() > 1 && absl::StrContains(written, '\\') && !absl::CUnescape(written, &delimiter)) {
    return std::nullopt;
  }
  if (delimiter.empty() || !MayDelimit(delimiter)) return std::nullopt;
  return delimiter;
}

std::optional<char> QuoteOf(absl::string_view written) {
  if (written == "none") return '\0';
  if (written.size() != 1 || !MayBeQuote(written[0])) return std::nullopt;
  return written[0];
}

std::optional<std::string> DelimiterOfSepLine(absl::string_view first_line) {
  absl::string_view line = first_line;
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  if (line.size() > 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (!absl::StartsWithIgnoreCase(line, "sep=")) return std::nullopt;
  line.remove_prefix(4);
  if (line.size() != 1) return std::nullopt;
  return std::string(line);
}

std::string FindDelimiter(const std::string& path, absl::string_view text, char quote) {
  const std::string name = PlainName(path);
  if (absl::EndsWith(name, ".tsv") || absl::EndsWith(name, ".tab")) return "\t";
  const Counts header = TakeLine(text, quote);
  Counts second = {};
  // Empty lines are no records.
  for (size_t line = 1; line < kMaxSampledLines && !text.empty() && second == Counts{}; ++line) {
    second = TakeLine(text, quote);
  }
  size_t best = kCandidates.size();
  for (size_t i = 0; i < kCandidates.size(); ++i) {
    if (header[i] == 0) continue;
    const bool steady = header[i] == second[i];
    const bool best_steady = best < kCandidates.size() && header[best] == second[best];
    if (best == kCandidates.size() || (steady && !best_steady) ||
        (steady && best_steady && header[i] > header[best])) {
      best = i;
    }
  }
  return std::string(1, best == kCandidates.size() ? ',' : kCandidates[best]);
}

std::optional<std::string> KnownEncoding(absl::string_view encoding) {
  const std::string name = absl::AsciiStrToLower(encoding);
  if (name == "utf8" || name == "utf-8") return "utf-8";
  if (name == "gb18030" || name == "gbk" || name == "gb2312") return "gb18030";
  if (name == "utf-16" || name == "utf16") return "utf-16";
  if (name == "utf-16le" || name == "utf16le") return "utf-16le";
  if (name == "utf-16be" || name == "utf16be") return "utf-16be";
  return std::nullopt;
}

}  // namespace muster::loaders

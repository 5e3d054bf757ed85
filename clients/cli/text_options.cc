#include "clients/cli/text_options.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/option_checks.h"
#include "loaders/files/text_format.h"

namespace muster::cli {
namespace {

constexpr char kGroup[] = "How the text is read (as the keys of a schema)";

std::string CheckDelimiter(const std::string& written) {
  return loaders::DelimiterOf(written).has_value()
             ? ""
             : absl::StrCat("'", written, "' is no delimiter; write 1 to 8 bytes, or tab");
}

std::string CheckQuote(const std::string& written) {
  return loaders::QuoteOf(written).has_value()
             ? ""
             : absl::StrCat("'", written, "' can't be one; write one ASCII character, or none");
}

std::string CheckEncoding(const std::string& written) {
  return loaders::KnownEncoding(written).has_value()
             ? ""
             : absl::StrCat("'", written,
                            "' is not read; write utf-8, gb18030, utf-16, utf-16le or utf-16be");
}

}  // namespace

void AddDecodingOptions(CLI::App& command, TextOptions& options) {
  command
      .add_option("--encoding", options.encoding,
                  "utf-8, gb18030, utf-16, utf-16le or utf-16be. Default: utf-8")
      ->check(CheckEncoding)
      ->type_name("NAME")
      ->group(kGroup);
  command
      .add_option("--max-expansion", options.max_expansion,
                  "How many times its size a compressed file may grow. Default: 200")
      ->check(CheckCount)
      ->type_name("TIMES")
      ->group(kGroup);
  command
      .add_option("--max-text", options.max_text,
                  "How many bytes of text a compressed file may have. Default: 256 GiB")
      ->check(CheckCount)
      ->type_name("BYTES")
      ->group(kGroup);
}

void AddTextOptions(CLI::App& command, TextOptions& options) {
  command
      .add_option("--delimiter", options.delimiter,
                  "What divides cells: 1 to 8 bytes, or tab. Found out without it")
      ->check(CheckDelimiter)
      ->type_name("TEXT")
      ->group(kGroup);
  command
      .add_option("--quote", options.quote,
                  "What quotes cells; none for files that know no quotes. Default: \"")
      ->check(CheckQuote)
      ->type_name("CHAR|none")
      ->group(kGroup);
  command
      .add_option("--escape", options.escape, "What takes the meaning from the next character. Default: none")
      ->check(CheckQuote)
      ->type_name("CHAR|none")
      ->group(kGroup);
  command
      .add_option("--columns", options.columns,
                  "Names of the columns of a file without a header, with commas between")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAMES")
      ->group(kGroup);
  command.add_option("--missing", options.missing, "A text that means \"no value\". May be given again")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->group(kGroup);
  command
      .add_flag("--trailing-delimiter", options.trailing_delimiter,
                "Each line may end with a delimiter too many")
      ->group(kGroup);
  command
      .add_flag("--ndjson", options.ndjson,
                "Each line is a JSON object. Known of .ndjson, .jsonl and .json by the name")
      ->group(kGroup);
  command
      .add_flag("--hive", options.hive, "The text of a Hive table: \\x01 and \\x02 divide, \\N is no value")
      ->group(kGroup);
  AddDecodingOptions(command, options);
}

void ApplyDecodingOptions(const TextOptions& options, loaders::TextFormat& format) {
  if (!options.encoding.empty()) format.encoding = *loaders::KnownEncoding(options.encoding);
  if (options.max_expansion.has_value()) format.expansion.ratio = *options.max_expansion;
  if (options.max_text.has_value()) format.expansion.text_bytes = *options.max_text;
}

void ApplyTextOptions(const TextOptions& options, loaders::TagSchema& schema) {
  loaders::TextFormat& format = schema.format;
  if (options.ndjson) format.kind = loaders::TextKind::kNdjson;
  if (options.hive) loaders::UseHive(schema);
  if (!options.delimiter.empty()) format.delimiter = *loaders::DelimiterOf(options.delimiter);
  if (!options.quote.empty()) format.quote = *loaders::QuoteOf(options.quote);
  if (!options.escape.empty()) format.escape = *loaders::QuoteOf(options.escape);
  if (!options.columns.empty()) format.columns = absl::StrSplit(options.columns, ',');
  if (options.trailing_delimiter) format.trailing_delimiter = true;
  ApplyDecodingOptions(options, format);
  schema.missing.insert(schema.missing.end(), options.missing.begin(), options.missing.end());
}

}  // namespace muster::cli

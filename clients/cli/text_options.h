// Options of `muster load` that describe how a file's text is read.
#ifndef MUSTER_CLIENTS_CLI_TEXT_OPTIONS_H_
#define MUSTER_CLIENTS_CLI_TEXT_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loaders/schema/tag_schema.h"

namespace muster::cli {

// The options as they were written; empty: not given.
struct TextOptions {
  std::string delimiter;
  std::string quote;
  std::string escape;
  std::string columns;
  std::vector<std::string> missing;
  std::string encoding;
  bool trailing_delimiter = false;
  bool ndjson = false;
  bool hive = false;
  std::optional<uint64_t> max_expansion;
  std::optional<uint64_t> max_text;
};

// Adds the options in their own group. Impossible values are wrong usage. `options` outlives `command`.
void AddTextOptions(CLI::App& command, TextOptions& options);

// Those alone that say how bytes become text: --encoding, --max-expansion and --max-text.
void AddDecodingOptions(CLI::App& command, TextOptions& options);

// The options override `format`.
void ApplyDecodingOptions(const TextOptions& options, loaders::TextFormat& format);
// The options override `schema`; --missing adds to it.
void ApplyTextOptions(const TextOptions& options, loaders::TagSchema& schema);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_TEXT_OPTIONS_H_

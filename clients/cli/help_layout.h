// How help is laid out.
#ifndef MUSTER_CLIENTS_CLI_HELP_LAYOUT_H_
#define MUSTER_CLIENTS_CLI_HELP_LAYOUT_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::cli {

inline constexpr size_t kHelpWidth = 80;  // columns of a terminal

// `text` broken between words into lines of at most `width` columns, the first of which begins at column
// `column`; further ones are indented by `indent` blanks. Line feeds stay. A longer word has a line of its
// own.
std::string Wrapped(absl::string_view text, size_t column, size_t indent, size_t width = kHelpWidth);

// CLI11's help within 80 columns: an option with its values on one line, what it is for indented below or
// beside it. Footers are written to fit, because they hold commands that a user copies.
class HelpLayout final : public CLI::Formatter {
 public:
  HelpLayout();

  std::string make_description(const CLI::App* app) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_HELP_LAYOUT_H_

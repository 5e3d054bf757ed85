// The layout of help.
#ifndef MUSTER_COMMAND_LINE_HELP_LAYOUT_H_
#define MUSTER_COMMAND_LINE_HELP_LAYOUT_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>

namespace muster::command_line {

inline constexpr size_t kHelpWidth = 80;  // columns of a terminal

// CLI11's help within 80 columns: an option with its values on one line, its description indented below or
// beside it. Footers are not wrapped, because they contain commands that users copy: write them to fit.
class HelpLayout final : public CLI::Formatter {
 public:
  HelpLayout();

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

}  // namespace muster::command_line

#endif  // MUSTER_COMMAND_LINE_HELP_LAYOUT_H_

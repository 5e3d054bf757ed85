#include "command_line/help_layout.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "text/display_width.h"
#include "text/wrapped_text.h"

namespace muster::command_line {
namespace {

constexpr size_t kNameColumn = 2;          // where names begin
constexpr size_t kDescriptionColumn = 27;  // where descriptions begin

// `name`, and `description` in a fixed column: beside the name if that fits, otherwise below it.
std::string Entry(const std::string& name, const std::string& description) {
  std::string text = std::string(kNameColumn, ' ') + name;
  const size_t width = kNameColumn + DisplayWidth(name);
  if (description.empty()) return text + "\n";
  if (width + 2 > kDescriptionColumn) {
    absl::StrAppend(&text, "\n", std::string(kDescriptionColumn, ' '));
  } else {
    text.append(kDescriptionColumn - width, ' ');
  }
  return absl::StrCat(text, Wrapped(description, kDescriptionColumn, kDescriptionColumn, kHelpWidth), "\n");
}

std::string NamesOf(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : options) names.push_back(option->get_name());
  std::sort(names.begin(), names.end());
  return absl::StrJoin(names, ", ");
}

}  // namespace

HelpLayout::HelpLayout() {
  column_width(kDescriptionColumn);
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

// CLI11 leaves two empty lines between groups, and one after the last.
std::string HelpLayout::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  std::string help = CLI::Formatter::make_help(app, std::move(name), mode);
  absl::StripTrailingAsciiWhitespace(&help);
  return absl::StrReplaceAll(help, {{"\n\n\n", "\n\n"}}) + "\n";
}

std::string HelpLayout::make_description(const CLI::App* app) const {
  return Wrapped(app->get_description(), 0, 0, kHelpWidth) + "\n";
}

std::string HelpLayout::make_option(const CLI::Option* option, bool is_positional) const {
  std::vector<std::string> remarks = {option->get_description()};
  if (option->get_required()) remarks.push_back("Must be given.");
  if (!option->get_default_str().empty())
    remarks.push_back(absl::StrCat("Default: ", option->get_default_str(), "."));
  if (!option->get_envname().empty())
    remarks.push_back(absl::StrCat("Or in the environment: ", option->get_envname(), "."));
  if (!option->get_excludes().empty())
    remarks.push_back(absl::StrCat("Not with ", NamesOf(option->get_excludes()), "."));
  for (std::string& remark : remarks) {
    if (!remark.empty() && remark.back() != '.') remark.push_back('.');
  }
  return Entry(make_option_name(option, is_positional) + make_option_opts(option),
               absl::StrJoin(remarks, " "));
}

std::string HelpLayout::make_option_name(const CLI::Option* option, bool is_positional) const {
  return absl::StrReplaceAll(CLI::Formatter::make_option_name(option, is_positional), {{",", ", "}});
}

std::string HelpLayout::make_option_opts(const CLI::Option* option) const {
  const bool takes_value = option->get_type_size() != 0 && !option->get_type_name().empty();
  return takes_value ? " " + option->get_type_name() : "";
}

// CLI11 calls a group of commands "Subcommands".
std::string HelpLayout::make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const {
  return absl::StrReplaceAll(CLI::Formatter::make_subcommands(app, mode),
                             {{"\nSubcommands:\n", "\nCommands:\n"}});
}

std::string HelpLayout::make_subcommand(const CLI::App* command) const {
  return Entry(command->get_name(), command->get_description());
}

}  // namespace muster::command_line

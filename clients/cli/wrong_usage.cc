#include "clients/cli/wrong_usage.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "command_line/parse_error.h"
#include "text/nearest_names.h"

namespace muster::cli {
namespace {

// The last command that was named, as a user writes it: `muster generate shop`.
struct NamedCommand {
  const CLI::App* app;
  std::string words;
};

NamedCommand LastNamed(const CLI::App& app) {
  NamedCommand named = {&app, app.get_name()};
  while (!named.app->get_subcommands().empty()) {
    named.app = named.app->get_subcommands().front();
    absl::StrAppend(&named.words, " ", named.app->get_name());
  }
  return named;
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::string NoCommand(const NamedCommand& named, const std::string& word) {
  const std::vector<std::string> commands = CommandsOf(*named.app);
  const std::string nearest = DidYouMean(NearestNames(word, commands, 3));
  const std::string what = absl::StrCat("there is no command `", named.words, " ", word, "`");
  if (!nearest.empty()) return what + nearest;
  const bool shows = std::find(commands.begin(), commands.end(), "show") != commands.end();
  return absl::StrCat(
      what, "; there is ", absl::StrJoin(commands, ", "),
      shows ? absl::StrCat("; `", named.words, " show ", word, "` shows the one of that name") : "");
}

// Whether a word that was not accepted is similar to the name of a command.
bool IsNearCommand(const CLI::App& app, const std::string& word) {
  return !absl::StartsWith(word, "-") && !NearestNames(word, CommandsOf(app), 1).empty();
}

}  // namespace

void ReportWrongUsage(const Terminal& terminal, const CLI::App& app, const CLI::ParseError& error) {
  const NamedCommand named = LastNamed(app);
  const std::vector<std::string> unread = app.remaining(true);
  std::string what = command_line::PlainParseError(error.what());
  const bool lacks_command = named.app->get_require_subcommand_min() > 0;
  if (lacks_command && unread.empty()) {
    what = absl::StrCat("`", named.words, "` needs a command: ", absl::StrJoin(CommandsOf(*named.app), ", "));
  } else if (!unread.empty()) {
    const std::string& word = unread.front();
    const bool has_commands = !CommandsOf(*named.app).empty();
    const bool no_option = has_commands && !absl::StartsWith(word, "-");
    what = no_option || IsNearCommand(*named.app, word)
               ? NoCommand(named, word)
               : command_line::WhyUnread(named.words, *named.app, word);
  }
  WriteError(terminal, what);
  terminal.err << "See `" << named.words << " --help`.\n";
}

}  // namespace muster::cli

#include "clients/cli/wrong_usage.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::cli {
namespace {

// The command that was named last, as a user writes it: `muster generate shop`.
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

std::string CommandsOf(const CLI::App& app) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return absl::StrJoin(commands, ", ", [](std::string* out, const CLI::App* command) {
    absl::StrAppend(out, command->get_name());
  });
}

}  // namespace

std::string WrongUsageText(const CLI::App& app, const CLI::ParseError& error) {
  const NamedCommand named = LastNamed(app);
  const std::vector<std::string> unread = app.remaining(true);
  std::string what = error.what();
  // CLI11 counts where a word is better.
  const size_t repeated = what.find(": At Most 1 required");
  if (repeated != std::string::npos) what = what.substr(0, repeated) + " is there more than once; keep one";
  const bool lacks_command = !named.app->get_subcommands([](const CLI::App*) { return true; }).empty();
  if (lacks_command && !unread.empty() && !absl::StartsWith(unread.front(), "-")) {
    what = absl::StrCat("there is no command `", named.words, " ", unread.front(), "`; there is ",
                        CommandsOf(*named.app));
  } else if (lacks_command && unread.empty()) {
    what = absl::StrCat("`", named.words, "` needs a command: ", CommandsOf(*named.app));
  }
  return absl::StrCat("error: ", what, "\nSee `", named.words, " --help`.\n");
}

}  // namespace muster::cli

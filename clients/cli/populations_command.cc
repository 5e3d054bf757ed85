// muster populations: lists populations, and drops one.
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/saved_commands.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"

namespace muster::cli {
namespace {

struct DropOptions {
  std::string population;
  bool yes = false;
};

// A summary of a population's content, for the question whether to drop it.
std::string Holdings(const v1::Population& population) {
  return absl::StrCat("with ", Counted(population.member_count(), "member"), ", ",
                      Counted(population.tag_count(), "tag"), " and all its loads (",
                      ShortBytes(population.disk_bytes()), ")");
}

// Whether the person at the terminal agrees to drop `name`; without a terminal --yes is required.
bool Agreed(Invocation& run, const std::string& name, const std::string& holdings) {
  run.terminal.err << "Drop the population " << name << " " << holdings
                   << "?\nIt can't be taken back. Type yes: " << std::flush;
  std::string answer;
  if (!std::getline(run.in, answer)) run.terminal.err << "\n";
  absl::StripAsciiWhitespace(&answer);
  return answer == "yes";
}

void Drop(Invocation& run, const DropOptions& options) {
  if (!options.yes && !run.in_is_terminal) {
    WriteError(run.terminal, absl::StrCat("standard input is no terminal, so it can't be asked; add --yes to "
                                          "drop the population ",
                                          options.population, " for good"));
    run.exit_code = kWrongUsage;
    return;
  }
  const auto client = Connect(run);
  if (client == nullptr) return;
  if (!options.yes) {
    const auto population = client->GetPopulation(options.population);
    // A damaged population can be dropped, but not described.
    const bool damaged = absl::IsDataLoss(population.status());
    if (!population.ok()) {
      run.exit_code = ReportFailure(run.terminal, population.status());
      if (!damaged) return;
      run.exit_code = kDone;
    }
    if (!Agreed(run, options.population, damaged ? "with all that is left of it" : Holdings(*population))) {
      WriteError(run.terminal, "nothing was dropped");
      run.exit_code = kFailed;
      return;
    }
  }
  const auto dropped = client->DeletePopulation(options.population);
  if (!dropped.ok()) {
    run.exit_code = ReportFailure(run.terminal, dropped.status());
    return;
  }
  // The server describes every population that it can read; each has a time zone.
  if (dropped->time_zone().empty()) {
    run.terminal.err << "dropped " << dropped->name() << ", which could not be read\n";
    return;
  }
  run.terminal.err << "dropped " << dropped->name() << ": " << Counted(dropped->member_count(), "member")
                   << ", " << Counted(dropped->tag_count(), "tag") << "\n";
}

}  // namespace

void ShowPopulations(Invocation& run) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto populations = client->ListPopulations();
  if (!populations.ok()) {
    run.exit_code = ReportFailure(run.terminal, populations.status());
    return;
  }
  if (run.format == Format::kJson) {
    v1::ListPopulationsResponse all;
    for (const v1::Population& population : *populations) *all.add_populations() = population;
    run.terminal.out << JsonOf(all);
    return;
  }
  Table table({{.title = "population", .widest = 63, .narrowest = 20},
               {"members", Table::Align::kRight},
               {"tags", Table::Align::kRight},
               {"on disk", Table::Align::kRight},
               {"date"},
               {.title = "time zone", .narrowest = 9}});
  std::string csv = CsvLine({"population", "members", "tags", "disk_bytes", "current_date", "time_zone"});
  for (const v1::Population& population : *populations) {
    if (!population.offline().empty()) {
      WriteWarning(run.terminal, population.offline());
      table.Add({population.name(), "offline", "", "", "", ""});
      csv += CsvLine({population.name(), "", "", "", "", ""});
      continue;
    }
    table.Add({population.name(), Grouped(population.member_count()), Grouped(population.tag_count()),
               ShortBytes(population.disk_bytes()), population.current_date(), population.time_zone()});
    csv += CsvLine({population.name(), absl::StrCat(population.member_count()),
                    absl::StrCat(population.tag_count()), absl::StrCat(population.disk_bytes()),
                    population.current_date(), population.time_zone()});
  }
  run.terminal.out << (run.format == Format::kCsv ? csv : table.Aligned(run.terminal.out_columns));
}

void AddPopulationsCommand(CLI::App& app, Invocation& run) {
  CLI::App& command = *app.add_subcommand("populations", "List populations, or drop one");
  command.require_subcommand(0, 1);
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Examples:\n"
      "  muster populations\n"
      "  muster populations drop trial --yes");
  auto options = std::make_shared<DropOptions>();
  CLI::App& drop = *command.add_subcommand("drop", "Remove a population with all that it holds, for good");
  drop.add_option("NAME", options->population, "The population")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
  drop.add_flag("--yes", options->yes, "Don't ask; needed where standard input is no terminal");
  AddServerOption(drop, run);
  drop.footer(
      "Answers under way are not cut off. While a load is open, nothing is dropped.\n\n"
      "Examples:\n"
      "  muster populations drop trial\n"
      "  muster populations drop trial --yes");
  AddAliases(command, {"population"});
  AddAliases(drop, {"delete", "rm", "remove"});
  CLI::App& list = *command.add_subcommand("ls", "List the populations");
  list.alias("list");
  AddFormatOption(list, run);
  AddServerOption(list, run);
  command.callback([&command, &drop, &run, options] {
    if (command.got_subcommand(&drop)) {
      Drop(run, *options);
    } else {
      ShowPopulations(run);
    }
  });
}

}  // namespace muster::cli

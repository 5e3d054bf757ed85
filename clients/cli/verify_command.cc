// muster verify: checks whether a population's data on disk is intact.
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/stopped_server.h"
#include "clients/cli/table.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

struct VerifyOptions {
  std::string population;
  std::string data;
  size_t shown = 20;
};

using Checks = std::vector<v1::VerifyPopulationResponse>;

// Problems come first, so that they are seen at once.
std::string VerifyText(const VerifyOptions& options, const Checks& checks, size_t room) {
  std::string text;
  uint64_t problems = 0;
  size_t shown = 0;
  for (const v1::VerifyPopulationResponse& check : checks) {
    problems += check.problem_count();
    for (const v1::VerificationProblem& problem : check.problems()) {
      if (shown == options.shown) break;
      absl::StrAppend(&text, Wrapped("problem: " + problem.text(), 0, 2, room, LongWords::kBreak), "\n");
      ++shown;
    }
  }
  if (problems > shown) absl::StrAppend(&text, "… and ", Counted(problems - shown, "problem"), " more\n");
  if (problems > 0) text += "\n";
  Table table({{"check"}, {"records", Table::Align::kRight}, {"size", Table::Align::kRight}, {"result"}});
  for (const v1::VerifyPopulationResponse& check : checks) {
    table.Add({check.check(), Grouped(check.record_count()), ShortBytes(check.byte_count()),
               check.problem_count() == 0 ? "whole" : Counted(check.problem_count(), "problem")});
  }
  absl::StrAppend(&text, table.Aligned(room), "\n", options.population,
                  problems == 0 ? " is whole\n" : " is damaged: restore it from a backup\n");
  return text;
}

void Verify(Invocation& run, const VerifyOptions& options) {
  Checks checks;
  absl::Status status;
  {
    ProgressBar progress(run.terminal, absl::StrCat("verifying ", options.population), "records");
    const auto take = [&](const v1::VerifyPopulationResponse& message) {
      progress.Rename(absl::StrCat("verifying ", options.population, ": ", message.check()));
      progress.Show(std::nullopt, message.record_count());
      if (message.ended()) checks.push_back(message);
      return absl::OkStatus();
    };
    if (options.data.empty()) {
      const auto client = Connect(run);
      if (client == nullptr) return;
      status = client->VerifyPopulation(options.population, take);
    } else {
      status = VerifyStopped(options.data, options.population, take);
    }
  }
  if (!status.ok()) {
    run.exit_code = ReportFailure(run.terminal, status);
    return;
  }
  if (run.format == Format::kJson) {
    for (const v1::VerifyPopulationResponse& check : checks) run.terminal.out << JsonOf(check);
  } else if (run.format == Format::kCsv) {
    run.terminal.out << CsvLine({"check", "records", "bytes", "problems"});
    for (const v1::VerifyPopulationResponse& check : checks)
      run.terminal.out << CsvLine({check.check(), absl::StrCat(check.record_count()),
                                   absl::StrCat(check.byte_count()), absl::StrCat(check.problem_count())});
  } else {
    run.terminal.out << VerifyText(options, checks, run.terminal.out_columns);
  }
  const bool whole = std::all_of(checks.begin(), checks.end(), [](const v1::VerifyPopulationResponse& check) {
    return check.problem_count() == 0;
  });
  run.exit_code = whole ? kDone : kFailed;
}

}  // namespace

void AddVerifyCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App& command = *app.add_subcommand("verify", "Check all that a population has on disk");
  AddPopulationOption(command, options->population);
  command
      .add_option("--data", options->data,
                  "The data directory of a server that is stopped; without it the running server is asked")
      ->check(CheckGiven)
      ->type_name("DIR");
  command.add_option("--show", options->shown, "Shows at most this many problems")
      ->capture_default_str()
      ->type_name("N");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Exits with 0 when the population is whole, and with 1 when it is not.\n\n"
      "Examples:\n"
      "  muster verify -p shop\n"
      "  muster verify -p shop --data /var/lib/muster");
  command.callback([&run, options] { Verify(run, *options); });
}

}  // namespace muster::cli

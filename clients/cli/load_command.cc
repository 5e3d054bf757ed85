// muster load: loads a file.
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/load_report.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/rejects_file.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/text_options.h"
#include "clients/cpp/failure.h"
#include "command_line/option_checks.h"
#include "index/status/status_macros.h"
#include "loaders/feeding/file_load.h"
#include "loaders/feeding/schema_choice.h"
#include "loaders/files/parts_reader.h"
#include "text/quoted.h"

namespace muster::cli {
namespace {

struct LoadOptions {
  std::vector<std::string> paths;
  std::string population;
  std::string id_column;
  std::string schema_path;
  bool infer = false;
  std::string mode = "merge";
  std::string date;
  std::string label;
  std::optional<double> max_rejected;
  bool create = false;
  bool make_current = false;
  bool allow_future = false;
  bool allow_empty = false;
  bool update_only = false;
  bool success_file = false;
  bool dry_run = false;
  std::string rejects_path;
  TextOptions text;
};

// A load being prepared.
struct Preparation {
  loaders::FileLoad load;
  std::unique_ptr<loaders::SpooledInput> spooled;  // standard input, if it is read twice
  std::unique_ptr<loaders::RecordReader> reader;
  std::string inferred_yaml;
  std::string shown_name;  // of several files that were named; else empty

  loaders::InputParts Input() const {
    loaders::InputParts input;
    input.whole = spooled == nullptr ? loaders::InputPath{load.path, shown_name} : spooled->path();
    input.parts = load.parts;
    return input;
  }
  // By the name of which a format is known.
  const std::string& NamedPath() const { return load.parts.empty() ? load.path : load.parts[0].input.path; }
  bool IsNdjson() const {
    return loaders::KindOfText(NamedPath(), load.schema.format) == loaders::TextKind::kNdjson;
  }
};

absl::Status CheckNamed(const loaders::TagSchema& schema) {
  if (schema.population.empty()) {
    return absl::InvalidArgumentError(
        "no population is named: add --population, `population:` to the schema, or set MUSTER_POPULATION");
  }
  if (schema.member_id.empty()) {
    return absl::InvalidArgumentError(
        "no member id is named: add --id-column, or `member_id:` to the schema");
  }
  if (schema.is_hive && schema.format.columns.empty()) {
    return absl::InvalidArgumentError(
        "Hive writes no header: name the columns with --columns, or `columns:` in the schema");
  }
  return absl::OkStatus();
}

void ReportNotes(const Terminal& terminal, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) WriteNote(terminal, note);
}

absl::Status Infer(Invocation& run, client::Client& client, Preparation& preparation) {
  loaders::FileLoad& load = preparation.load;
  if (load.schema.long_table.has_value()) {
    return absl::InvalidArgumentError(
        "--infer finds out what columns mean, and a long table has its tags in records: name them in the "
        "schema");
  }
  ASSIGN_OR_RETURN(const auto existing, loaders::TagsSoFar(client, load.schema.population));
  ASSIGN_OR_RETURN(auto inferred, loaders::InferSchema(preparation.Input(), load.schema, existing));
  load.schema = inferred.schema;
  preparation.inferred_yaml = loaders::WriteTagSchema(load.schema);
  ReportNotes(run.terminal, inferred.notes);
  if (load.parts.size() > 1 && !inferred.notes.empty())
    WriteNote(run.terminal, "lines are counted through all files, in the order of their names");
  return absl::OkStatus();
}

// Finds the files of the input. A date in their paths is the load's.
absl::Status FindParts(Invocation& run, const LoadOptions& options, Preparation& preparation) {
  loaders::FileLoad& load = preparation.load;
  ASSIGN_OR_RETURN(auto input, loaders::FindInputParts(options.paths, load.schema.success_file));
  load.parts = std::move(input.parts);
  preparation.shown_name = input.whole.shown_name;
  ReportNotes(run.terminal, input.notes);
  if (input.date.empty() || input.date == load.business_date) return absl::OkStatus();
  if (load.business_date.empty()) {
    load.business_date = input.date;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("--date ", load.business_date, " contradicts the date ",
                                                 input.date, " in the path ", Quoted(load.path),
                                                 ": leave --date out, or name another path"));
}

// Whether a load failed because its population's name is invalid or probably mistyped.
bool RefusesPopulation(const absl::Status& status) {
  const client::Failure failure = client::FailureOf(status);
  return failure.reason == "SIMILAR_POPULATION" ||
         (failure.reason == "BAD_NAME" && absl::StartsWith(failure.message, "population "));
}

// Sets the load's fields from the command line and the schema.
absl::Status Describe(const LoadOptions& options, loaders::FileLoad& load) {
  load.path = options.paths.front();
  load.mode = options.mode == "replace"  ? v1::LOAD_MODE_REPLACE
              : options.mode == "remove" ? v1::LOAD_MODE_REMOVE
                                         : v1::LOAD_MODE_MERGE;
  load.business_date = options.date;
  load.label = options.label.empty() ? loaders::MakeLabel(load.path) : options.label;
  load.max_rejected = options.max_rejected;
  load.create_population = options.create;
  load.make_current = options.make_current;
  load.allow_future = options.allow_future;
  load.allow_empty = options.allow_empty;
  load.dry_run = options.dry_run;
  load.keep_rejected = !options.rejects_path.empty();
  load.update_only = options.update_only;
  if (!options.schema_path.empty()) {
    ASSIGN_OR_RETURN(load.schema, loaders::ReadTagSchema(options.schema_path));
  }
  if (!options.population.empty()) load.schema.population = options.population;
  if (load.schema.population.empty()) load.schema.population = PopulationOfEnvironment();
  if (!options.id_column.empty()) load.schema.member_id = options.id_column;
  ApplyTextOptions(options.text, load.schema);
  load.schema.success_file |= options.success_file;
  return absl::OkStatus();
}

// Opens the file, and completes the schema from the file and the catalogue. REQUIRES: Describe has succeeded.
absl::Status Prepare(Invocation& run, client::Client& client, const LoadOptions& options,
                     Preparation& preparation) {
  loaders::FileLoad& load = preparation.load;
  RETURN_IF_ERROR(FindParts(run, options, preparation));
  // Without a schema the keys of NDJSON are found by reading all of it.
  const bool finds_keys = options.schema_path.empty() && preparation.IsNdjson();
  if (load.path == "-" && (options.infer || finds_keys)) {
    ASSIGN_OR_RETURN(preparation.spooled, loaders::SpooledInput::Copy());
  }
  if (options.infer) {
    RETURN_IF_ERROR(Infer(run, client, preparation));
  } else if (!options.schema_path.empty()) {
    RETURN_IF_ERROR(loaders::CompleteFormat(client, preparation.NamedPath(), load.schema));
  }
  ASSIGN_OR_RETURN(preparation.reader, loaders::OpenRecords(preparation.Input(), load.schema.format));
  if (options.infer) return absl::OkStatus();
  RETURN_IF_ERROR(loaders::FindColumn(*preparation.reader, load.schema.member_id).status());
  if (!options.schema_path.empty()) {
    ReportNotes(run.terminal, loaders::NotesOnSkippedColumns(load.schema, *preparation.reader));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto chosen, loaders::SchemaOfCatalogue(client, *preparation.reader, load.schema));
  load.schema = chosen.schema;
  ReportNotes(run.terminal, chosen.notes);
  if (!finds_keys && !load.schema.is_hive) return absl::OkStatus();
  // Now the tags' kinds are known.
  RETURN_IF_ERROR(loaders::CompleteFormat(client, preparation.NamedPath(), load.schema));
  ASSIGN_OR_RETURN(preparation.reader, loaders::OpenRecords(preparation.Input(), load.schema.format));
  return absl::OkStatus();
}

// Where a line of the input is, for messages.
LineNames NamesOfLines(const Preparation& preparation, const std::string& input) {
  return [&preparation, input](uint64_t line) {
    if (preparation.load.parts.empty()) return absl::StrCat(input, ":", line);
    const loaders::InputLine place = preparation.reader->Locate(line);
    return absl::StrCat(FitWidth(place.path, kUnboundedColumns), ":", place.line);
  };
}

// The input as RejectsFile reads it.
RejectedInput InputOfRejected(const Preparation& preparation) {
  RejectedInput input;
  input.locate = [&preparation](uint64_t line) { return preparation.reader->Locate(line); };
  if (preparation.spooled != nullptr) {
    input.locate = [](uint64_t line) { return loaders::InputLine{"-", line}; };
  }
  // A pipe is read once.
  if (preparation.reader->size().has_value()) input.again = preparation.Input();
  input.format = preparation.reader->format();
  return input;
}

// Writes the rejected records of a load that was answered, or refused because of them. Of other failures there is
// no file: not all records were read. Returns the exit code, `so_far` if the file was written.
int WriteRejects(Invocation& run, client::Client& client, const Preparation& preparation,
                 const absl::StatusOr<v1::LoadRecordsResponse>& answer, RejectsFile& rejects, int so_far) {
  const std::string reason = answer.ok() ? "" : client::FailureOf(answer.status()).reason;
  if (!answer.ok() && reason != "TOO_MANY_REJECTED" && reason != "NO_RECORDS") return so_far;
  if (answer.ok() && answer->already_published()) {
    WriteNote(run.terminal,
              "the load was published before, so that the file of rejected records isn't written");
    return so_far;
  }
  absl::Status written;
  if (!answer.ok() || answer->rejected_records() > 0) {
    written = rejects.Fetch(client, preparation.load.schema.population, preparation.load.label);
  }
  if (written.ok()) written = rejects.Publish(run.terminal, InputOfRejected(preparation));
  if (written.ok()) return so_far;
  WriteError(run.terminal, absl::StrCat("the file of rejected records wasn't written: ",
                                        client::FailureOf(written).message));
  return so_far == kDone ? kFailed : so_far;
}

// Reads, checks and describes the load. False: it was reported why that failed.
bool BeginLoad(Invocation& run, client::Client& client, const LoadOptions& options,
               Preparation& preparation) {
  absl::Status status = Describe(options, preparation.load);
  if (status.ok()) {
    const absl::Status named = CheckNamed(preparation.load.schema);
    if (!named.ok()) {
      ReportFailure(run.terminal, named);
      run.exit_code = kWrongUsage;
      return false;
    }
    status = Prepare(run, client, options, preparation);
  }
  if (!status.ok()) run.exit_code = ReportFailure(run.terminal, status);
  return status.ok();
}

absl::StatusOr<std::optional<RejectsFile>> CreateRejects(const LoadOptions& options,
                                                         const Preparation& preparation) {
  if (options.rejects_path.empty()) return std::optional<RejectsFile>();
  RETURN_IF_ERROR(CheckRejectsPath(options.rejects_path, preparation.Input()));
  std::error_code ignored;
  if (std::filesystem::equivalent(options.rejects_path, options.schema_path, ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--rejects ", Quoted(options.rejects_path), " is the schema: name another file"));
  }
  ASSIGN_OR_RETURN(RejectsFile rejects, RejectsFile::Create(options.rejects_path));
  return std::optional<RejectsFile>(std::move(rejects));
}

absl::StatusOr<v1::LoadRecordsResponse> Feed(Invocation& run, client::Client& client,
                                             const LoadOptions& options, const Preparation& preparation) {
  loaders::RecordReader& reader = *preparation.reader;
  ProgressBar bar(run.terminal, absl::StrCat(options.dry_run ? "checking " : "loading ", reader.shown_name()),
                  "records", ProgressBar::Elsewhere::kLines);
  return loaders::FeedFile(client, preparation.load, reader, [&](const loaders::LoadProgress& progress) {
    bar.Show(progress.share(), progress.records);
  });
}

void Load(Invocation& run, const LoadOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  Preparation preparation;
  if (!BeginLoad(run, *client, options, preparation)) return;
  auto rejects = CreateRejects(options, preparation);
  if (!rejects.ok()) {
    run.exit_code = ReportFailure(run.terminal, rejects.status());
    return;
  }
  const std::string input =
      preparation.load.path == "-" ? "standard input" : FitWidth(preparation.load.path, kUnboundedColumns);
  const bool yaml_is_answer = options.infer && run.format != Format::kJson;
  const absl::StatusOr<v1::LoadRecordsResponse> answer = Feed(run, *client, options, preparation);
  ReportNotes(run.terminal, preparation.reader->notes());
  // The schema is kept even if the load is refused, unless its population's name is invalid.
  if (yaml_is_answer && (answer.ok() || !RefusesPopulation(answer.status())))
    run.terminal.out << preparation.inferred_yaml << std::flush;
  if (answer.ok()) {
    ReportLoadRemarks(run.terminal, *answer, NamesOfLines(preparation, input));
    (yaml_is_answer ? run.terminal.err : run.terminal.out)
        << (run.format == Format::kJson  ? JsonOf(*answer)
            : run.format == Format::kCsv ? LoadCsv(*answer)
                                         : LoadText(*answer, run.terminal.out_columns));
  } else {
    run.exit_code = ReportLoadFailure(run.terminal, answer.status(), NamesOfLines(preparation, input));
    if (yaml_is_answer && !RefusesPopulation(answer.status()))
      WriteNote(run.terminal, "nothing was loaded; the schema is printed so that it can be mended");
  }
  if (rejects->has_value())
    run.exit_code = WriteRejects(run, *client, preparation, answer, **rejects, run.exit_code);
}

void AddInputOptions(CLI::App& command, LoadOptions& options) {
  command
      .add_option(
          "FILE", options.paths,
          "CSV, TSV or NDJSON, plain, .gz or .zst; several, a directory or a pattern of such files; - "
          "for standard input")
      ->required()
      ->check(CheckGiven)
      ->type_name("");
  command
      .add_option("--population,-p", options.population,
                  "The population; else the one that the schema names, or MUSTER_POPULATION")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAME");
  command.add_flag("--create", options.create, "Make the population, although another has nearly its name");
  command
      .add_option("--id-column", options.id_column,
                  "The column with the member id; without it the schema names it")
      ->check(CheckGiven)
      ->type_name("COLUMN");
  command.add_flag("--success-file", options.success_file,
                   "Load a directory only if it has a _SUCCESS, so that all files are there");
  command.add_option("--schema", options.schema_path, "What the columns mean: a tags.yaml")
      ->check(CheckGiven)
      ->type_name("FILE");
  command.add_flag("--infer", options.infer,
                   "Find out from the whole file what its columns mean, and print a tags.yaml to keep");
}

// Adds the options that permit what a load otherwise refuses or leaves unchanged.
void AddPermissions(CLI::App& command, LoadOptions& options) {
  command.add_flag("--make-current", options.make_current,
                   "Change today's values although there are newer ones");
  command.add_flag("--allow-future", options.allow_future, "Take a --date later than tomorrow");
  command.add_flag("--allow-empty", options.allow_empty, "Take a file without a good record");
}

}  // namespace

void AddLoadCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App& command = *app.add_subcommand("load", "Load a file: all of it, or nothing");
  AddInputOptions(command, *options);
  command
      .add_option(
          "--mode", options->mode,
          "merge changes only the cells that are given; replace makes the file the whole truth for its tags; "
          "remove takes from each member the tags whose cells aren't empty")
      ->check(command_line::OneOf({"merge", "replace", "remove"}))
      ->transform([](const std::string& mode) { return absl::AsciiStrToLower(mode); })
      ->type_name("merge|replace|remove")
      ->capture_default_str();
  command.add_option("--date", options->date, "The business date. Default: today")
      ->check(CheckDate)
      ->type_name("YYYY-MM-DD");
  command
      .add_option(
          "--label", options->label,
          "Names the load. The same label with the same content loads nothing. One is made without it")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("LABEL");
  command
      .add_option("--max-rejected", options->max_rejected,
                  "The load is refused when more than this share of its records is bad. Default: 0.01")
      ->check(CheckShare)
      ->type_name("SHARE");
  command
      .add_option("--rejects", options->rejects_path,
                  "Write all rejected records to a CSV file, with line, reason and text")
      ->check(CheckGiven)
      ->type_name("FILE");
  command.add_flag("--dry-run", options->dry_run,
                   "Check the whole file and count what it would change, and publish nothing");
  command.add_flag("--update-only", options->update_only,
                   "Make no members: records of unknown ids have no effect");
  AddPermissions(command, *options);
  AddTextOptions(command, options->text);
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Without --schema and --infer each column is the tag of its name.\n"
      "--infer reads every cell before it loads, standard input by way of a temporary\n"
      "file. It takes tags that exist from the catalogue, and what --schema says.\n\n"
      "Examples:\n"
      "  muster load customers.csv -p telco --id-column customerID --infer > tags.yaml\n"
      "  muster load customers.csv.gz --schema tags.yaml --mode replace \\\n"
      "      --date 2026-01-31 --label crm-2026-01-31\n"
      "  zcat orders.csv.gz | muster load - --schema tags.yaml\n"
      "  muster load /lake/tags/dt=2026-01-31 --success-file --schema tags.yaml\n"
      "  muster load customers.csv --schema tags.yaml --dry-run --rejects bad.csv");
  command.callback([&run, options] { Load(run, *options); });
}

}  // namespace muster::cli

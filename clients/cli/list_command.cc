// muster list: id lists of a population.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/json_text.h"
#include "clients/cli/load_report.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/saved_commands.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "clients/cli/text_options.h"
#include "clients/cpp/client.h"
#include "command_line/option_checks.h"
#include "loaders/feeding/list_load.h"
#include "loaders/files/text_format.h"
#include "muster/v1/list_service.pb.h"
#include "text/quoted.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

constexpr char kName[] = "The id list";

struct ListOptions {
  std::string population;
  std::string name;
  std::string path;
  bool replace = false;
  std::optional<double> max_rejected;
  bool allow_empty = false;
  TextOptions text;  // of which those of AddDecodingOptions are used
};

uint64_t UnknownOf(const v1::IdList& list) {
  return list.id_count() - std::min(list.id_count(), list.member_count());
}

std::string ListsCsv(const std::vector<v1::IdList>& lists) {
  std::string text = CsvLine({"list", "ids", "members", "unknown", "version", "create_time", "update_time"});
  for (const v1::IdList& list : lists) {
    text += CsvLine({list.name(), absl::StrCat(list.id_count()), absl::StrCat(list.member_count()),
                     absl::StrCat(UnknownOf(list)), absl::StrCat(list.version()), list.create_time(),
                     list.update_time()});
  }
  return text;
}

std::string ListsTable(const std::vector<v1::IdList>& lists, size_t room) {
  Table table({{.title = "list", .narrowest = 20},
               {"ids", Table::Align::kRight},
               {"members", Table::Align::kRight},
               {"unknown", Table::Align::kRight},
               {"version", Table::Align::kRight},
               {"loaded"}});
  for (const v1::IdList& list : lists) {
    table.Add({list.name(), Grouped(list.id_count()), Grouped(list.member_count()), Grouped(UnknownOf(list)),
               Grouped(list.version()), DayOf(list.update_time())});
  }
  return table.Aligned(room);
}

std::string ListText(const v1::IdList& list, size_t room) {
  std::string text = absl::StrCat(Wrapped(list.name(), 0, 2, room, LongWords::kBreak), "\n");
  absl::StrAppend(&text, "  ids       ", Grouped(list.id_count()), ": ",
                  Counted(list.member_count(), "member"), ", ", Grouped(UnknownOf(list)), " unknown\n");
  absl::StrAppend(&text, "  version   ", list.version(), ", of ", list.update_time(), "\n");
  absl::StrAppend(&text, "  created   ", list.create_time(), "\n");
  return text;
}

void Print(Invocation& run, const v1::IdList& list, const std::string& text) {
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(list)
                       : run.format == Format::kCsv ? ListsCsv({list})
                                                    : text);
}

// What a person should know of a load that went well.
void ReportLoaded(const Terminal& terminal, const v1::LoadListResponse& answer, const std::string& input) {
  for (const std::string& warning : answer.warnings()) WriteWarning(terminal, warning);
  if (answer.rejected_count() > 0) {
    WriteWarning(terminal, absl::StrCat(Counted(answer.rejected_count(), "line"), " dropped:"));
    for (const v1::RejectedId& rejected : answer.first_rejected())
      WriteDetail(terminal, absl::StrCat(input, ":", rejected.line(), ": ", rejected.message()));
  }
  if (answer.duplicate_count() > 0) {
    WriteNote(terminal,
              absl::StrCat(Counted(answer.duplicate_count(), "duplicate"), "; each id counts once"));
  }
  const uint64_t unknown = UnknownOf(answer.list());
  if (answer.list().id_count() == 0) {
    WriteNote(terminal, "the list is empty: LIST selects nobody until it is loaded again");
  } else if (unknown > 0) {
    std::vector<std::string> some;
    for (const std::string& id : answer.first_unknown()) some.push_back(Quoted(id));
    WriteNote(terminal, absl::StrCat(Grouped(unknown), " of ", Counted(answer.list().id_count(), "id"),
                                     unknown == 1 ? " is" : " are", " unknown (", absl::StrJoin(some, ", "),
                                     unknown > some.size() ? ", …" : "",
                                     "); an unknown id counts from the load that brings it"));
  }
}

void Load(Invocation& run, const ListOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const std::string input =
      options.path == "-" ? "standard input" : FitWidth(options.path, kUnboundedColumns);
  loaders::TextFormat format;
  ApplyDecodingOptions(options.text, format);
  auto reader = loaders::IdReader::Open({options.path}, format);
  if (!reader.ok()) {
    run.exit_code = ReportFailure(run.terminal, reader.status());
    return;
  }
  for (const std::string& note : reader->notes()) WriteNote(run.terminal, note);
  v1::ListSpec spec;
  spec.set_population(options.population);
  spec.set_name(options.name);
  spec.set_replace(options.replace);
  if (options.max_rejected.has_value()) spec.set_max_rejected(*options.max_rejected);
  spec.set_allow_empty(options.allow_empty);
  absl::StatusOr<v1::LoadListResponse> answer;
  {
    ProgressBar bar(run.terminal, absl::StrCat("loading ", reader->file().shown_name()), "ids",
                    ProgressBar::Elsewhere::kLines);
    answer = loaders::FeedList(*client, spec, *reader, [&bar](const loaders::LoadProgress& progress) {
      bar.Show(progress.share(), progress.records);
    });
  }
  if (!answer.ok()) {
    run.exit_code = ReportLoadFailure(run.terminal, answer.status(), LinesOf(input));
    return;
  }
  ReportLoaded(run.terminal, *answer, input);
  const v1::IdList& list = answer->list();
  if (run.format == Format::kJson) {
    run.terminal.out << JsonOf(*answer);
    return;
  }
  Print(run, list,
        absl::StrCat(list.name(), ": version ", list.version(), ", ", Counted(list.id_count(), "id"), ", ",
                     Counted(list.member_count(), "member"), "\n"));
}

void List(Invocation& run, const ListOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto lists = client->ListLists(options.population);
  if (!lists.ok()) {
    run.exit_code = ReportFailure(run.terminal, lists.status());
    return;
  }
  if (run.format == Format::kJson) {
    v1::ListListsResponse all;
    for (const v1::IdList& list : *lists) *all.add_lists() = list;
    run.terminal.out << JsonOf(all);
    return;
  }
  if (run.format == Format::kTable && lists->empty()) {
    WriteNote(run.terminal, "there are no id lists; `muster list load NAME FILE` loads one");
    return;
  }
  run.terminal.out << (run.format == Format::kCsv ? ListsCsv(*lists)
                                                  : ListsTable(*lists, run.terminal.out_columns));
}

void Show(Invocation& run, const ListOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto list = client->GetList(options.population, options.name);
  if (!list.ok()) {
    run.exit_code = ReportFailure(run.terminal, list.status());
    return;
  }
  Print(run, *list, ListText(*list, run.terminal.out_columns));
}

void Remove(Invocation& run, const ListOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto removed = client->DeleteList(options.population, options.name);
  if (!removed.ok()) {
    run.exit_code = ReportFailure(run.terminal, removed.status());
    return;
  }
  if (run.format == Format::kTable) {
    run.terminal.err << "removed " << removed->name() << "\n";
  } else {
    Print(run, *removed, "");
  }
}

void AddLoadArguments(CLI::App& load, ListOptions& options) {
  AddNameArgument(load, options.name, kName);
  load.add_option("FILE", options.path, "An id a line, plain, .gz or .zst; - for standard input")
      ->required()
      ->check(CheckGiven)
      ->type_name("");
  load.add_flag("--replace", options.replace, "Replace the list of that name, if there is one");
  load.add_option("--max-rejected", options.max_rejected,
                  "The load is refused when more than this share of its lines is no id. Default: 0.01")
      ->check(CheckShare)
      ->type_name("SHARE");
  load.add_flag("--allow-empty", options.allow_empty, "Make an empty list of a file without ids");
  AddDecodingOptions(load, options.text);
  load.footer(
      "There is no header, and white space around an id is no part of it. Ids that\n"
      "no member has are kept: each counts from the load that brings it.\n\n"
      "Examples:\n"
      "  muster list load spring-2026 ids.txt -p shop\n"
      "  zcat blocked.gz | muster list load blocked - --replace -p shop");
}

}  // namespace

void AddListCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<ListOptions>();
  using Act = void (*)(Invocation & run, const ListOptions& options);
  const auto verb = [&run, options](const char* name, const char* description, Act act) {
    return Verb{name, description, [&run, options, act] { act(run, *options); }};
  };
  CLI::App& command = AddSavedCommand(app, run, options->population,
                                      verb("list", "Load, list, show or remove id lists", &List));
  const auto add = [&](const Verb& added) -> CLI::App& {
    return AddVerb(command, run, options->population, added);
  };
  command.footer(
      "Without a command, the lists are listed. An expression names a list by\n"
      "LIST 'name'.\n\n"
      "Examples:\n"
      "  muster list load spring-2026 ids.txt -p shop\n"
      "  muster count -p shop \"vip AND NOT LIST 'spring-2026'\"\n"
      "  muster list -p shop");
  command.alias("lists");
  AddLoadArguments(add(verb("load", "Load a file of member ids as a list", &Load)), *options);
  add(verb("ls", "List the id lists of a population", &List)).alias("list");
  AddNameArgument(add(verb("show", "Show what an id list holds", &Show)), options->name, kName);
  CLI::App& remove = add(verb("rm", "Remove an id list that no segment names", &Remove));
  AddAliases(remove, {"delete", "remove", "drop"});
  AddNameArgument(remove, options->name, kName);
}

}  // namespace muster::cli

// muster loads: the loads that a population has had, and those under way.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/json_text.h"
#include "clients/cli/load_report.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/saved_commands.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "muster/v1/load_service.pb.h"
#include "text/display_width.h"
#include "text/quoted.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

constexpr char kLabel[] = "The load's label";
constexpr size_t kWidestLabel = 200;  // a label has no more bytes
constexpr size_t kNarrowestLabel = 16;
constexpr size_t kStateAndDate = 24;  // columns of the table, with what is between them

struct LoadsOptions {
  std::string population;
  std::string label;
  size_t limit = 0;  // 0: all
};

// `published` of LOAD_STATE_PUBLISHED, and likewise.
std::string StateText(v1::LoadState state) {
  return absl::AsciiStrToLower(v1::LoadState_Name(state).substr(std::string_view("LOAD_STATE_").size()));
}

// Empty: the load is open.
std::string ModeText(v1::LoadMode mode) {
  if (mode == v1::LOAD_MODE_UNSPECIFIED) return "";
  return absl::AsciiStrToLower(v1::LoadMode_Name(mode).substr(std::string_view("LOAD_MODE_").size()));
}

std::string LoadsCsv(const std::vector<v1::Load>& loads) {
  std::string text = CsvLine({"label", "state", "mode", "business_date", "published_at", "tags", "records",
                              "rejected", "new_members"});
  for (const v1::Load& load : loads) {
    text += CsvLine({load.label(), StateText(load.state()), ModeText(load.mode()), load.business_date(),
                     load.published_at(), absl::StrJoin(load.tags(), "|"), absl::StrCat(load.records()),
                     absl::StrCat(load.rejected()), absl::StrCat(load.new_members())});
  }
  return text;
}

// A listing doesn't know what `show` does, and of an open load only what it holds.
std::string LoadsJson(const std::vector<v1::Load>& loads) {
  Json all = {{"loads", Json::array()}};
  for (const v1::Load& load : loads) {
    Json shown = JsonObject(load);
    for (const char* const key : {"content", "results", "rejections", "first_rejected", "warnings", "cells",
                                  "unknown_records", "rolled_back_tags"})
      shown.erase(key);
    if (load.parts().empty()) shown.erase("parts");
    if (load.state() != v1::LOAD_STATE_PUBLISHED) {
      for (const char* const key :
           {"mode", "business_date", "published_at", "records", "rejected", "new_members"})
        shown.erase(key);
    }
    all["loads"].push_back(std::move(shown));
  }
  return JsonText(all);
}

std::string LoadsTable(const std::vector<v1::Load>& loads, size_t room) {
  // Labels are typed again, so that all columns but state and date give way before one is cut.
  size_t longest = kNarrowestLabel;
  for (const v1::Load& load : loads) longest = std::max(longest, DisplayWidth(load.label()));
  const size_t beside = room > kStateAndDate ? room - kStateAndDate : 0;
  const size_t narrowest = std::max(kNarrowestLabel, std::min(longest, beside));
  Table table({{.title = "label", .widest = kWidestLabel, .narrowest = narrowest},
               {"state"},
               {.title = "mode", .omitted = 2},
               {"date"},
               {.title = "tags", .align = Table::Align::kRight, .omitted = 1},
               {.title = "records", .align = Table::Align::kRight, .omitted = 3},
               {.title = "rejected", .align = Table::Align::kRight, .omitted = 4}});
  for (const v1::Load& load : loads) {
    const bool past = load.state() == v1::LOAD_STATE_PUBLISHED;
    table.Add({load.label(), StateText(load.state()), ModeText(load.mode()), load.business_date(),
               Grouped(static_cast<uint64_t>(load.tags_size())), past ? Grouped(load.records()) : "",
               past ? Grouped(load.rejected()) : ""});
  }
  return table.Aligned(room);
}

std::string ResultsTable(const v1::Load& load, size_t room) {
  Table table({{.title = "tag", .narrowest = 16},
               {"version", Table::Align::kRight},
               {"members", Table::Align::kRight},
               {"coverage", Table::Align::kRight}});
  for (const v1::LoadedTag& tag : load.results()) {
    const bool unknown = tag.coverage() == 0 && tag.member_count() > 0;  // of a late load
    table.Add({tag.name(), Grouped(tag.version()), Grouped(tag.member_count()),
               unknown ? "-" : Percent(tag.coverage())});
  }
  return table.Empty() ? "" : absl::StrCat("\n", table.Aligned(room));
}

// `customers.csv:7`; of a load that named no file `line 7`.
std::string PlaceOf(const v1::RejectedRecord& rejected) {
  if (rejected.file().empty()) return absl::StrCat("line ", rejected.line());
  return absl::StrCat(FitWidth(rejected.file(), kUnboundedColumns), ":", rejected.line_in_file());
}

// `; rolled back`, with the tags if some were not.
std::string RolledBackText(const v1::Load& load) {
  if (load.rolled_back_tags_size() == 0) return "";
  if (load.rolled_back_tags_size() == load.tags_size()) return "; rolled back";
  return absl::StrCat("; rolled back: ", absl::StrJoin(load.rolled_back_tags(), ", "));
}

std::string LoadText(const v1::Load& load, size_t room) {
  constexpr size_t kFacts = 13;  // the column where the values begin
  std::string text = absl::StrCat(Wrapped(load.label(), 0, 2, room, LongWords::kBreak), "\n");
  const auto add = [&](const char* what, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&text, "  ", what, std::string(kFacts - 2 - std::string_view(what).size(), ' '),
                    Wrapped(value, kFacts, kFacts, room, LongWords::kBreak), "\n");
  };
  add("state", load.published_at().empty()
                   ? StateText(load.state())
                   : absl::StrCat(StateText(load.state()), ", ", load.published_at(), RolledBackText(load)));
  add("date", load.business_date());
  add("content", load.content());
  if (load.state() != v1::LOAD_STATE_PUBLISHED) {
    add("tags", absl::StrJoin(load.tags(), ", "));
    uint64_t records = 0;
    for (const v1::LoadPart& part : load.parts()) records += part.records();
    if (load.parts_size() > 0) {
      add("stored", absl::StrCat(Counted(static_cast<uint64_t>(load.parts_size()), "part"), ", ",
                                 Counted(records, "record")));
    }
    return text;
  }
  add("records", absl::StrCat(Grouped(load.records()), ", ", Grouped(load.rejected()), " rejected; ",
                              Counted(load.new_members(), "new member")));
  for (const v1::RejectionCount& count : load.rejections())
    add("", absl::StrCat(Grouped(count.records()), " × ", ReasonText(count.reason())));
  for (const v1::RejectedRecord& rejected : load.first_rejected())
    add("", absl::StrCat(PlaceOf(rejected), ": ", rejected.message()));
  if (load.has_cells()) add("cells", CellsText(load.cells()));
  for (const std::string& warning : load.warnings()) add("warning", warning);
  return text + ResultsTable(load, room);
}

void List(Invocation& run, const LoadsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto loads = client->ListLoads(options.population, options.limit);
  if (!loads.ok()) {
    run.exit_code = ReportFailure(run.terminal, loads.status());
    return;
  }
  if (run.format == Format::kJson) {
    run.terminal.out << LoadsJson(*loads);
    return;
  }
  if (run.format == Format::kTable && loads->empty()) {
    WriteNote(run.terminal, "there are no loads; `muster load FILE` makes one");
    return;
  }
  run.terminal.out << (run.format == Format::kCsv ? LoadsCsv(*loads)
                                                  : LoadsTable(*loads, run.terminal.out_columns));
}

void Show(Invocation& run, const LoadsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto load = client->GetLoad(options.population, options.label);
  if (!load.ok()) {
    run.exit_code = ReportFailure(run.terminal, load.status());
    return;
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*load)
                       : run.format == Format::kCsv ? LoadsCsv({*load})
                                                    : LoadText(*load, run.terminal.out_columns));
}

void Abort(Invocation& run, const LoadsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  if (const absl::Status aborted = client->AbortLoad(options.population, options.label); !aborted.ok()) {
    run.exit_code = ReportFailure(run.terminal, aborted);
    return;
  }
  WriteNote(run.terminal,
            absl::StrCat("the load ", Quoted(options.label), " was aborted: nothing of it was published"));
}

}  // namespace

void AddLoadsCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<LoadsOptions>();
  using Act = void (*)(Invocation & run, const LoadsOptions& options);
  const auto verb = [&run, options](const char* name, const char* description, Act act) {
    return Verb{name, description, [&run, options, act] { act(run, *options); }};
  };
  CLI::App& command =
      AddSavedCommand(app, run, options->population,
                      verb("loads", "List the loads of a population, show one, or abort one", &List));
  command.add_option("--limit", options->limit, "At most this many, the latest first; default all")
      ->check(CheckCount)
      ->type_name("N");
  command.footer(
      "Without a command, the loads are listed: open ones, then the published ones,\n"
      "the latest first. A load that was refused or given up leaves nothing.\n\n"
      "Examples:\n"
      "  muster loads -p shop --limit 10\n"
      "  muster loads show shop-2026-01-31 -p shop");
  AddVerb(command, run, options->population, verb("ls", "List the loads of a population", &List))
      .alias("list");
  CLI::App& show = AddVerb(command, run, options->population,
                           verb("show", "Show a load: what it was, and what came of it", &Show));
  show.add_option("LABEL", options->label, kLabel)->required()->check(CheckGiven)->type_name("");
  CLI::App& abort =
      AddVerb(command, run, options->population,
              verb("abort", "End an open load: what was fed is dropped, its tags are free", &Abort));
  abort.add_option("LABEL", options->label, kLabel)->required()->check(CheckGiven)->type_name("");
}

}  // namespace muster::cli

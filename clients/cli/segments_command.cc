// muster segments: manages the saved segments of a population.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "muster/v1/segment_service.pb.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

struct SegmentsOptions {
  std::string population;
  std::string name;
  std::string expression;  // as the command line gives it; see TakeExpression
  std::string etag;
};

std::string SegmentsCsv(const std::vector<v1::Segment>& segments) {
  std::string text =
      CsvLine({"segment", "version", "etag", "create_time", "update_time", "expression", "canonical"});
  for (const v1::Segment& segment : segments) {
    text += CsvLine({segment.name(), absl::StrCat(segment.version()), segment.etag(), segment.create_time(),
                     segment.update_time(), segment.expression(), segment.canonical()});
  }
  return text;
}

// `2026-11-22T18:04:38Z` → `2026-11-22`.
std::string DayOf(const std::string& time) { return time.substr(0, time.find('T')); }

std::string SegmentsTable(const std::vector<v1::Segment>& segments, size_t room) {
  Table table({{.title = "segment", .narrowest = 16},
               {.title = "version", .align = Table::Align::kRight},
               {"changed"},
               {.title = "expression", .widest = 200, .narrowest = 24}});
  for (const v1::Segment& segment : segments) {
    // An expression with several lines is shown in its canonical text, which has one.
    const bool one_line = segment.expression().find('\n') == std::string::npos;
    table.Add({segment.name(), Grouped(segment.version()), DayOf(segment.update_time()),
               one_line ? segment.expression() : segment.canonical()});
  }
  return table.Aligned(room);
}

std::string SegmentText(const v1::Segment& segment, size_t room) {
  constexpr size_t kFacts = 14;  // the column where the values begin
  const std::string next_line = "\n" + std::string(kFacts, ' ');
  std::string text = absl::StrCat(Wrapped(segment.name(), 0, 2, room, LongWords::kBreak), "\n");
  const auto add = [&](const char* what, const std::string& value) {
    if (value.empty()) return;
    const std::string indented = absl::StrReplaceAll(value, {{"\n", next_line}});
    absl::StrAppend(&text, "  ", what, std::string(kFacts - 2 - std::string_view(what).size(), ' '),
                    Wrapped(indented, kFacts, kFacts, room, LongWords::kBreak), "\n");
  };
  add("expression", segment.expression());
  if (segment.canonical() != segment.expression()) add("canonical", segment.canonical());
  add("uses", absl::StrJoin(segment.uses(), ", "));
  add("version", absl::StrCat(segment.version(), ", of ", segment.update_time()));
  add("created", segment.create_time());
  add("etag", segment.etag());
  return text;
}

void List(Invocation& run, const SegmentsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto segments = client->ListSegments(options.population);
  if (!segments.ok()) {
    run.exit_code = ReportFailure(run.terminal, segments.status());
    return;
  }
  if (run.format == Format::kJson) {
    v1::ListSegmentsResponse all;
    for (const v1::Segment& segment : *segments) *all.add_segments() = segment;
    run.terminal.out << JsonOf(all);
    return;
  }
  if (run.format == Format::kTable && segments->empty()) {
    WriteNote(run.terminal, "there are no segments; `muster segments create NAME EXPRESSION` saves one");
    return;
  }
  run.terminal.out << (run.format == Format::kCsv ? SegmentsCsv(*segments)
                                                  : SegmentsTable(*segments, run.terminal.out_columns));
}

void Show(Invocation& run, const SegmentsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto segment = client->GetSegment(options.population, options.name);
  if (!segment.ok()) {
    run.exit_code = ReportFailure(run.terminal, segment.status());
    return;
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*segment)
                       : run.format == Format::kCsv ? SegmentsCsv({*segment})
                                                    : SegmentText(*segment, run.terminal.out_columns));
}

// The saved segment, with the warnings and notices about its expression. `response`: of CreateSegment or
// UpdateSegment.
template <typename Response>
void ReportSaved(Invocation& run, const absl::StatusOr<Response>& response, const std::string& expression) {
  if (!response.ok()) {
    run.exit_code = ReportFailure(run.terminal, response.status(), expression);
    return;
  }
  ReportWarnings(run.terminal, response->warnings(), expression);
  for (const std::string& notice : response->notices()) WriteNote(run.terminal, notice);
  const v1::Segment& segment = response->segment();
  if (run.format == Format::kTable) {
    run.terminal.out << segment.name() << ": version " << segment.version() << ", etag " << segment.etag()
                     << "\n";
  } else {
    run.terminal.out << (run.format == Format::kJson ? JsonOf(segment) : SegmentsCsv({segment}));
  }
}

void Create(Invocation& run, const SegmentsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto expression = TakeExpression(run, options.expression);
  if (!expression.has_value()) return;
  ReportSaved(run, client->CreateSegment(options.population, options.name, *expression), *expression);
}

void Update(Invocation& run, const SegmentsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto expression = TakeExpression(run, options.expression);
  if (!expression.has_value()) return;
  ReportSaved(run, client->UpdateSegment(options.population, options.name, *expression, options.etag),
              *expression);
}

void Delete(Invocation& run, const SegmentsOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto deleted = client->DeleteSegment(options.population, options.name);
  if (!deleted.ok()) {
    run.exit_code = ReportFailure(run.terminal, deleted.status());
    return;
  }
  if (run.format == Format::kJson) run.terminal.out << JsonOf(*deleted);
  if (run.format == Format::kCsv) run.terminal.out << SegmentsCsv({*deleted});
  if (run.format == Format::kTable) run.terminal.err << "deleted " << deleted->name() << "\n";
}

// A subcommand of `segments`.
struct Verb {
  const char* name;
  const char* description;
  void (*act)(Invocation& run, const SegmentsOptions& options);
};

// Adds the subcommand `verb`. --population may stand before or after its name.
CLI::App& AddVerb(CLI::App& segments, Invocation& run, const std::shared_ptr<SegmentsOptions>& options,
                  const Verb& verb) {
  CLI::App& command = *segments.add_subcommand(verb.name, verb.description);
  AddPopulationAndAnswerOptions(command, run, options->population);
  command.callback([&run, options, act = verb.act] {
    if (options->population.empty()) throw CLI::RequiredError("--population");
    act(run, *options);
  });
  return command;
}

void AddName(CLI::App& command, SegmentsOptions& options) {
  command.add_option("NAME", options.name, "The segment")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
}

void AddExpression(CLI::App& command, SegmentsOptions& options) {
  command
      .add_option("EXPRESSION", options.expression,
                  "An expression, @FILE that holds one, or - for standard input")
      ->required()
      ->type_name("");
}

}  // namespace

void AddSegmentsCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<SegmentsOptions>();
  CLI::App& command = *app.add_subcommand("segments", "List, show, create, update or delete saved segments");
  command.require_subcommand(0, 1);
  command.add_option("--population,-p", options->population, "The population")
      ->envname("MUSTER_POPULATION")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("NAME");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Without a command, segments are listed. An expression names a segment by\n"
      "SEGMENT 'name'.\n\n"
      "Examples:\n"
      "  muster segments -p shop create loyal 'vip AND order_count > 3'\n"
      "  muster segments -p shop create quiet \"SEGMENT 'loyal' AND NOT sms_consent\"\n"
      "  muster count -p shop \"SEGMENT 'loyal' AND city = '上海'\"\n"
      "  muster segments -p shop");
  AddVerb(command, run, options, {"ls", "List the segments of a population", &List});
  CLI::App& show = AddVerb(command, run, options, {"show", "Show a segment", &Show});
  AddName(show, *options);
  CLI::App& create = AddVerb(command, run, options, {"create", "Save an expression under a name", &Create});
  AddName(create, *options);
  AddExpression(create, *options);
  create.footer(
      "Examples:\n"
      "  muster segments create loyal 'vip AND order_count > 3' -p shop\n"
      "  muster segments create loyal @segment.txt -p shop");
  CLI::App& update = AddVerb(command, run, options, {"update", "Replace a segment's expression", &Update});
  AddName(update, *options);
  AddExpression(update, *options);
  update
      .add_option("--etag", options->etag,
                  "Only if the segment still has this etag, which show prints. Default: in any case")
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("ETAG");
  update.footer(
      "Expressions that name the segment mean the new one from then on; receipts of\n"
      "answers with the old one are refused.\n\n"
      "Examples:\n"
      "  muster segments update loyal 'vip AND order_count > 5' -p shop");
  CLI::App& remove =
      AddVerb(command, run, options, {"delete", "Delete a segment that no other names", &Delete});
  AddName(remove, *options);
  command.callback([&run, &command, options] {
    if (!command.get_subcommands().empty()) return;
    if (options->population.empty()) throw CLI::RequiredError("--population");
    List(run, *options);
  });
}

}  // namespace muster::cli

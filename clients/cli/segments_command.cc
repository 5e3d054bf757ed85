// muster segments: manages the saved segments of a population.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/saved_commands.h"
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

// `'spring': buckets stored`.
std::string SaltText(const v1::SegmentSalt& salt) {
  const std::string name = absl::StrCat("'", salt.salt(), "'");
  const uint64_t ids = salt.stored_id_count() + salt.missing_id_count();
  switch (salt.state()) {
    case v1::SALT_STATE_STORED:
      return name + ": buckets stored";
    case v1::SALT_STATE_BUILDING:
      return absl::StrCat(name, ": buckets being stored, ", Grouped(salt.stored_id_count()), " of ",
                          Grouped(ids), " ids so far");
    case v1::SALT_STATE_NO_PLACE:
      return name + ": computed from ids; 16 other salts have all places";
    case v1::SALT_STATE_NOT_KEPT:
      return name + ": computed from ids; beyond the segment's first 16, or with a byte 0";
    default:
      return name;  // a state of a newer server
  }
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
  add("lists", absl::StrJoin(segment.lists(), ", "));
  add("salts", absl::StrJoin(segment.salts(), "\n", [](std::string* text, const v1::SegmentSalt& salt) {
        text->append(SaltText(salt));
      }));
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
  using Act = void (*)(Invocation & run, const SegmentsOptions& options);
  const auto verb = [&run, options](const char* name, const char* description, Act act) {
    return Verb{name, description, [&run, options, act] { act(run, *options); }};
  };
  CLI::App& command =
      AddSavedCommand(app, run, options->population,
                      verb("segments", "List, show, create, update or delete saved segments", &List));
  const auto add = [&](const Verb& added) -> CLI::App& {
    return AddVerb(command, run, options->population, added);
  };
  command.footer(
      "Without a command, segments are listed. An expression names a segment by\n"
      "SEGMENT 'name'.\n\n"
      "Examples:\n"
      "  muster segments -p shop create loyal 'vip AND order_count > 3'\n"
      "  muster segments -p shop create quiet \"SEGMENT 'loyal' AND NOT sms_consent\"\n"
      "  muster count -p shop \"SEGMENT 'loyal' AND city = '上海'\"\n"
      "  muster segments -p shop");
  command.alias("segment");
  add(verb("ls", "List the segments of a population", &List)).alias("list");
  CLI::App& show = add(verb("show", "Show a segment", &Show));
  AddNameArgument(show, options->name, "The segment");
  CLI::App& create = add(verb("create", "Save an expression under a name", &Create));
  AddNameArgument(create, options->name, "The segment");
  AddExpression(create, *options);
  create.footer(
      "Examples:\n"
      "  muster segments create loyal 'vip AND order_count > 3' -p shop\n"
      "  muster segments create loyal @segment.txt -p shop");
  CLI::App& update = add(verb("update", "Replace a segment's expression", &Update));
  AddNameArgument(update, options->name, "The segment");
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
  CLI::App& remove = add(verb("delete", "Delete a segment that no other names", &Delete));
  AddAliases(remove, {"rm", "remove", "drop"});
  AddNameArgument(remove, options->name, "The segment");
}

}  // namespace muster::cli

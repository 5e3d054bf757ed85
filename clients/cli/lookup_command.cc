// muster lookup: everything that is known about one member, or why it is in the sets of expressions.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/question_options.h"
#include "clients/cli/table.h"
#include "clients/cli/why_table.h"
#include "clients/cpp/failure.h"
#include "loaders/schema/tag_schema.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

struct LookupOptions {
  QuestionOptions question;  // without its expression
  std::string member_id;
  std::vector<std::string> why;  // expressions as the command line gives them
};

std::string ValuesText(const v1::MemberTag& tag) {
  return absl::StrJoin(tag.values(), " · ", [](std::string* out, const v1::MemberValue& value) {
    absl::StrAppend(out, value.text(), value.weight().empty() ? "" : ":", value.weight());
  });
}

std::string ProfileText(const v1::LookupMemberResponse& answer, size_t room) {
  // An id may have 480 bytes without a space.
  std::string text =
      absl::StrCat(Wrapped(absl::StrCat(answer.member_id(), ", first named on ", answer.first_date()), 0, 2,
                           room, LongWords::kBreak),
                   "\n\n");
  // A timestamp's value stays on one line.
  Table table({{.title = "tag", .narrowest = 12},
               {"kind"},
               {.title = "value", .widest = 4'000, .narrowest = 28, .wraps = true}});
  for (const v1::MemberTag& tag : answer.tags())
    table.Add({tag.tag(), loaders::KindName(tag.kind()), ValuesText(tag)});
  text += table.Aligned(room);
  if (answer.unknown_tags_size() > 0) {
    absl::StrAppend(
        &text, "\n",
        Wrapped("not known: " + absl::StrJoin(answer.unknown_tags(), ", "), 0, 2, room, LongWords::kBreak),
        "\n");
  }
  return text;
}

std::string ProfileCsv(const v1::LookupMemberResponse& answer) {
  std::string text = CsvLine({"tag", "kind", "value", "weight"});
  for (const v1::MemberTag& tag : answer.tags()) {
    for (const v1::MemberValue& value : tag.values()) {
      text += CsvLine({tag.tag(), loaders::KindName(tag.kind()), value.text(), value.weight()});
    }
  }
  return text;
}

// The text of the expression that a failure is about, by the violated field (`expressions[1].text`); empty if
// none.
std::string BlamedExpression(const absl::Status& status, const std::vector<std::string>& expressions) {
  for (const client::Violation& violation : client::FailureOf(status).violations) {
    for (size_t i = 0; i < expressions.size(); ++i) {
      if (absl::StartsWith(violation.field, absl::StrCat("expressions[", i, "]"))) return expressions[i];
    }
  }
  return "";
}

void Explain(Invocation& run, client::Client& client, const LookupOptions& options,
             v1::LookupMemberRequest& request) {
  std::vector<std::string> expressions;
  for (const std::string& argument : options.why) {
    const std::optional<std::string> text = TakeExpression(run, argument);
    if (!text.has_value()) return;
    request.add_expressions()->set_text(*text);
    expressions.push_back(*text);
  }
  const auto answer = client.Lookup(request);
  if (!answer.ok()) {
    run.exit_code =
        ReportFailure(run.terminal, answer.status(), BlamedExpression(answer.status(), expressions));
    return;
  }
  for (int i = 0; i < answer->why_size(); ++i) {
    ReportWarnings(run.terminal, answer->why(i).warnings(), expressions.at(static_cast<size_t>(i)));
    for (const std::string& notice : answer->why(i).notices()) WriteNote(run.terminal, notice);
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*answer)
                       : run.format == Format::kCsv ? WhyCsv(*answer)
                                                    : WhyText(*answer, run.terminal.out_columns));
}

void Lookup(Invocation& run, const LookupOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  auto request = RequestWithout<v1::LookupMemberRequest>(options.question);
  request.set_member_id(options.member_id);
  if (!options.why.empty()) {
    Explain(run, *client, options, request);
    return;
  }
  const auto answer = client->Lookup(request);
  if (!answer.ok()) {
    run.exit_code = ReportFailure(run.terminal, answer.status());
    return;
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*answer)
                       : run.format == Format::kCsv ? ProfileCsv(*answer)
                                                    : ProfileText(*answer, run.terminal.out_columns));
}

}  // namespace

void AddLookupCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<LookupOptions>();
  CLI::App& command = *app.add_subcommand("lookup", "Show everything that is known about one member");
  AddPopulationOption(command, options->question.population);
  command.add_option("MEMBER_ID", options->member_id, "The member's id, byte for byte")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
  CLI::Option* const why =
      command
          .add_option(
              "--why", options->why,
              "Say of each EXPRESSION instead whether the member is in its set, and clause by clause why. "
              "@FILE holds one; several may follow")
          ->check(CheckGiven)
          ->type_name("EXPRESSION...");
  for (CLI::Option* const option : AddViewOptions(command, options->question)) {
    if (option->check_lname("as-of")) continue;  // also values are of a date
    option->needs(why);
  }
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "With --why, a condition on a tag that the member lacks is unknown: the member is\n"
      "not in its set, and is in that of its NOT.\n\n"
      "Examples:\n"
      "  muster lookup -p shop CP8R24CW\n"
      "  muster lookup -p shop CP8R24CW --as-of 2026-10-31\n"
      "  muster lookup -p shop CP8R24CW --why \"vip AND NOT city = '上海'\"\n"
      "  muster lookup -p shop CP8R24CW --why 'HAS interests' @segment.txt");
  command.callback([&run, options] { Lookup(run, *options); });
}

}  // namespace muster::cli

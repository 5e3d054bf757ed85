// muster lookup: everything that is known about one member.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/table.h"
#include "loaders/schema/tag_schema.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

struct LookupOptions {
  std::string population;
  std::string member_id;
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

void Lookup(Invocation& run, const LookupOptions& options) {
  const auto client = Connect(run);
  if (client == nullptr) return;
  v1::LookupMemberRequest request;
  request.set_population(options.population);
  request.set_member_id(options.member_id);
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
  AddPopulationOption(command, options->population);
  command.add_option("MEMBER_ID", options->member_id, "The member's id, byte for byte")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Examples:\n"
      "  muster lookup -p shop CP8R24CW\n"
      "  muster lookup -p shop CP8R24CW --format json");
  command.callback([&run, options] { Lookup(run, *options); });
}

}  // namespace muster::cli

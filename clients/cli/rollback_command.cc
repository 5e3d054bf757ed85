// muster rollback: brings an older version of a tag back, or takes a whole load back.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

struct RollbackOptions {
  std::string population;
  std::string tag, to_date;
  uint32_t to_version = 0;
  std::string label;
  bool forward = false;
};

// One sentence about a tag that changed.
std::string ChangeText(const v1::TagRollback& rollback) {
  return absl::StrCat(rollback.tag(), ": version ", rollback.version(), " has the content of version ",
                      rollback.restored_version(), " (", rollback.restored_date(), "); ",
                      Counted(rollback.members_before(), "member"), " before, ", Grouped(rollback.members()),
                      " now");
}

std::string ChangesCsv(const google::protobuf::RepeatedPtrField<v1::TagRollback>& tags) {
  std::string text = CsvLine({"tag", "version_before", "version", "restored_version", "restored_date",
                              "business_date", "members_before", "members"});
  for (const v1::TagRollback& tag : tags) {
    text += CsvLine({tag.tag(), absl::StrCat(tag.version_before()), absl::StrCat(tag.version()),
                     absl::StrCat(tag.restored_version()), tag.restored_date(), tag.business_date(),
                     absl::StrCat(tag.members_before()), absl::StrCat(tag.members())});
  }
  return text;
}

void RollBackTag(Invocation& run, client::Client& client, const RollbackOptions& options) {
  v1::RollbackTagRequest request;
  request.set_population(options.population);
  request.set_tag(options.tag);
  request.set_to_date(options.to_date);
  request.set_to_version(options.to_version);
  const auto rollback = client.RollbackTag(request);
  if (!rollback.ok()) {
    run.exit_code = ReportFailure(run.terminal, rollback.status());
    return;
  }
  if (run.format == Format::kJson) {
    run.terminal.out << JsonOf(*rollback);
  } else if (run.format == Format::kCsv) {
    google::protobuf::RepeatedPtrField<v1::TagRollback> one;
    *one.Add() = *rollback;
    run.terminal.out << ChangesCsv(one);
  } else if (rollback->published()) {
    run.terminal.out << Wrapped(ChangeText(*rollback), 0, 2, run.terminal.out_columns, LongWords::kBreak)
                     << "\n";
  } else {
    run.terminal.out << rollback->tag() << ": version " << rollback->version()
                     << " is current; nothing changed\n";
  }
  if (rollback->published()) {
    WriteNote(run.terminal, absl::StrCat("forward again: roll back to version ", rollback->version_before(),
                                         " (--to-version ", rollback->version_before(), ")"));
  } else {
    WriteNote(run.terminal,
              absl::StrCat("the tag has the content of version ", rollback->restored_version(), " already"));
  }
}

std::string LoadText(const v1::RollbackLoadResponse& rollback, const RollbackOptions& options, size_t room) {
  std::string text;
  const auto add = [&](const std::string& line) {
    absl::StrAppend(&text, Wrapped(line, 0, 2, room, LongWords::kBreak), "\n");
  };
  if (!rollback.published()) {
    add(absl::StrCat(rollback.label(),
                     options.forward ? ": it was not rolled back" : ": it is rolled back already",
                     "; nothing changed"));
    return text;
  }
  for (const v1::TagRollback& tag : rollback.tags()) add(ChangeText(tag));
  if (rollback.unchanged_tags_size() > 0)
    add(absl::StrCat("unchanged: ", absl::StrJoin(rollback.unchanged_tags(), ", ")));
  add(absl::StrCat("population: ", Counted(rollback.members_before(), "member"), " before, ",
                   Grouped(rollback.members()), " now"));
  return text;
}

void RollBackLoad(Invocation& run, client::Client& client, const RollbackOptions& options) {
  v1::RollbackLoadRequest request;
  request.set_population(options.population);
  request.set_label(options.label);
  request.set_forward(options.forward);
  const auto rollback = client.RollbackLoad(request);
  if (!rollback.ok()) {
    run.exit_code = ReportFailure(run.terminal, rollback.status());
    return;
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*rollback)
                       : run.format == Format::kCsv ? ChangesCsv(rollback->tags())
                                                    : LoadText(*rollback, options, run.terminal.out_columns));
  if (rollback->published() && !options.forward)
    WriteNote(run.terminal,
              "forward again: the same command with --forward, until something else is published");
}

}  // namespace

void AddRollbackCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<RollbackOptions>();
  CLI::App& command =
      *app.add_subcommand("rollback", "Bring back an older version of a tag, or take a whole load back");
  AddPopulationOption(command, options->population);
  CLI::Option* const tag =
      command.add_option("TAG", options->tag, "The tag")->check(CheckGiven)->check(CheckUtf8)->type_name("");
  CLI::Option* const date =
      command.add_option("--to-date", options->to_date, "To the version that AS OF this date reads")
          ->needs(tag)
          ->check(CheckDate)
          ->type_name("DATE");
  CLI::Option* const version = command.add_option("--to-version", options->to_version, "To this version")
                                   ->needs(tag)
                                   ->excludes(date)
                                   ->check(CheckCount)
                                   ->type_name("N");
  CLI::Option* const load =
      command
          .add_option("--load", options->label,
                      "Take this load back: every tag to what its date had before the load, "
                      "and the members who joined by it, if nothing was loaded since")
          ->excludes(tag)
          ->check(CheckGiven)
          ->check(CheckUtf8)
          ->type_name("LABEL");
  command.add_flag("--forward", options->forward, "Bring the load that was taken back forward again")
      ->needs(load);
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "A rollback is a new version with the tag's current date and the older content.\n"
      "The versions between are reached only by number from then on; `muster versions`\n"
      "lists them. To go forward again, roll back to the later version.\n\n"
      "Examples:\n"
      "  muster rollback -p shop city --to-version 1\n"
      "  muster rollback -p shop city --to-date 2026-01-31");
  command.callback([&run, options, tag, date, version, load] {
    if (tag->empty() && load->empty()) throw CLI::RequiredError("TAG or --load");
    if (!tag->empty() && date->empty() && version->empty())
      throw CLI::RequiredError("--to-date or --to-version");
    const auto client = Connect(run);
    if (client == nullptr) return;
    load->empty() ? RollBackTag(run, *client, *options) : RollBackLoad(run, *client, *options);
  });
}

}  // namespace muster::cli

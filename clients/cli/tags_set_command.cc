// muster tags set: changes a tag's description, owner, source or scale.
#include "clients/cli/tags_set_command.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/option_checks.h"
#include "command_line/option_checks.h"

namespace muster::cli {
namespace {

constexpr int kScaleMax = 18;

struct SetOptions {
  std::string name, description, owner, source;
  uint32_t scale = 0;
  std::vector<std::string> fields;  // the fields that were given
};

void SetTag(Invocation& run, const std::string& population, const SetOptions& options) {
  v1::Tag tag;
  tag.set_name(options.name);
  tag.set_scale(options.scale);
  tag.set_description(options.description);
  tag.set_owner(options.owner);
  tag.set_source(options.source);
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto changed = client->UpdateTag(population, tag, options.fields);
  if (!changed.ok()) {
    run.exit_code = ReportFailure(run.terminal, changed.status());
  } else if (run.format == Format::kJson) {
    run.terminal.out << JsonOf(*changed);
  } else if (changed->kind() == v1::TAG_KIND_NUMBER) {
    run.terminal.out << changed->name() << ": scale " << changed->scale() << ", version "
                     << changed->version() << "\n";
  } else {
    run.terminal.out << changed->name() << ": changed\n";
  }
}

}  // namespace

void AddTagsSetCommand(CLI::App& tags, Invocation& run, std::string& population) {
  auto options = std::make_shared<SetOptions>();
  CLI::App& command =
      *tags.add_subcommand("set", "Change a tag: digits of a NUMBER, description, owner, source");
  AddPopulationAndAnswerOptions(command, run, population);
  command.add_option("TAG", options->name, "The tag")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
  command
      .add_option(
          "--scale", options->scale,
          "Digits after the point of a NUMBER, 0 to 18, and no fewer than it has. Its numbers are rewritten")
      ->check(command_line::WholeNumber(0, kScaleMax))
      ->type_name("N");
  command.add_option("--description", options->description, "What the tag means; '' takes it away")
      ->check(CheckUtf8)
      ->type_name("TEXT");
  command.add_option("--owner", options->owner, "Who answers for it")->check(CheckUtf8)->type_name("TEXT");
  command.add_option("--source", options->source, "Where it comes from")->check(CheckUtf8)->type_name("TEXT");
  command.footer(
      "Examples:\n"
      "  muster tags set order_count --scale 2 -p shop\n"
      "  muster tags set city --owner crm --description 'where parcels go' -p shop");
  command.callback([&run, &command, &population, options] {
    for (const char* field : {"scale", "description", "owner", "source"}) {
      if (command.count(absl::StrCat("--", field)) > 0) options->fields.push_back(field);
    }
    if (population.empty()) throw CLI::RequiredError("--population");
    if (options->fields.empty()) throw CLI::RequiredError("--scale, --description, --owner or --source");
    SetTag(run, population, *options);
  });
}

}  // namespace muster::cli

// muster versions: the versions of a tag, and what differs between two of them.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"

namespace muster::cli {
namespace {

constexpr int kMostValues = 1'000;

struct VersionsOptions {
  std::string population;
  std::string tag;
  std::vector<uint32_t> compared;  // none, or two
  size_t limit = 0;                // 0: all versions, or 20 values
};

// `current`, `restores 2`, `by number only`, or several of them.
std::string NotesOf(const v1::TagVersion& version) {
  std::string notes;
  const auto add = [&notes](const std::string& note) {
    absl::StrAppend(&notes, notes.empty() ? "" : ", ", note);
  };
  if (version.current()) add("current");
  if (version.restored_version() != 0) add(absl::StrCat("restores ", version.restored_version()));
  if (version.only_by_number()) add("by number only");
  return notes;
}

std::string VersionsCsv(const std::vector<v1::TagVersion>& versions) {
  std::string text = CsvLine({"version", "business_date", "load", "members", "bytes", "published_at",
                              "current", "only_by_number", "restored_version"});
  for (const v1::TagVersion& version : versions) {
    const uint32_t restored = version.restored_version();
    text += CsvLine({absl::StrCat(version.version()), version.business_date(), version.load(),
                     absl::StrCat(version.members()), absl::StrCat(version.bytes()), version.published_at(),
                     version.current() ? "true" : "false", version.only_by_number() ? "true" : "false",
                     restored == 0 ? "" : absl::StrCat(restored)});
  }
  return text;
}

std::string VersionsTable(const std::vector<v1::TagVersion>& versions, size_t room) {
  Table table({{"version", Table::Align::kRight},
               {"date"},
               {"members", Table::Align::kRight},
               {.title = "size", .align = Table::Align::kRight, .omitted = 1},
               {.title = "load", .narrowest = 12},
               {.title = "notes", .narrowest = 12}});
  for (const v1::TagVersion& version : versions) {
    table.Add({absl::StrCat(version.version()), version.business_date(), Grouped(version.members()),
               ShortBytes(version.bytes()), version.load(), NotesOf(version)});
  }
  return table.Aligned(room);
}

void List(Invocation& run, client::Client& client, const VersionsOptions& options) {
  const auto versions = client.ListTagVersions(options.population, options.tag, options.limit);
  if (!versions.ok()) {
    run.exit_code = ReportFailure(run.terminal, versions.status());
    return;
  }
  if (run.format == Format::kJson) {
    v1::ListTagVersionsResponse all;
    for (const v1::TagVersion& version : *versions) *all.add_versions() = version;
    run.terminal.out << JsonOf(all);
  } else if (run.format == Format::kTable && versions->empty()) {
    WriteNote(run.terminal, "the tag has no versions: nothing was loaded yet");
  } else {
    run.terminal.out << (run.format == Format::kCsv ? VersionsCsv(*versions)
                                                    : VersionsTable(*versions, run.terminal.out_columns));
  }
}

std::string ComparisonCsv(const v1::CompareTagVersionsResponse& compared) {
  std::string text = CsvLine({"value", "before", "after"});
  for (const v1::TagValueChange& value : compared.values())
    text += CsvLine({value.text(), absl::StrCat(value.before()), absl::StrCat(value.after())});
  return text;
}

std::string ComparisonText(const v1::CompareTagVersionsResponse& compared, size_t room) {
  std::string text =
      absl::StrCat("members  ", Grouped(compared.before()), " before, ", Grouped(compared.after()),
                   " after\n", "entered  ", Grouped(compared.entered()), "\n", "left     ",
                   Grouped(compared.left()), "\n", "changed  ", Grouped(compared.changed()), "\n");
  if (compared.values().empty()) return text;
  Table table({{.title = "value", .narrowest = 12},
               {"before", Table::Align::kRight},
               {"after", Table::Align::kRight}});
  for (const v1::TagValueChange& value : compared.values())
    table.Add({value.text(), Grouped(value.before()), Grouped(value.after())});
  absl::StrAppend(&text, "\n", table.Aligned(room));
  const uint64_t more = compared.values_differ() - static_cast<uint64_t>(compared.values_size());
  if (more > 0) absl::StrAppend(&text, "… and ", Counted(more, "value"), " more; --limit shows more\n");
  return text;
}

void Compare(Invocation& run, client::Client& client, const VersionsOptions& options) {
  v1::CompareTagVersionsRequest request;
  request.set_population(options.population);
  request.set_tag(options.tag);
  request.set_from_version(options.compared[0]);
  request.set_to_version(options.compared[1]);
  request.set_limit(static_cast<int>(options.limit));
  const auto compared = client.CompareTagVersions(request);
  if (!compared.ok()) {
    run.exit_code = ReportFailure(run.terminal, compared.status());
    return;
  }
  run.terminal.out << (run.format == Format::kJson  ? JsonOf(*compared)
                       : run.format == Format::kCsv ? ComparisonCsv(*compared)
                                                    : ComparisonText(*compared, run.terminal.out_columns));
}

}  // namespace

void AddVersionsCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<VersionsOptions>();
  CLI::App& command = *app.add_subcommand("versions", "List the versions of a tag, or compare two of them");
  AddPopulationOption(command, options->population);
  command.add_option("TAG", options->tag, "The tag")
      ->required()
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("");
  CLI::Option* const compared =
      command
          .add_option("--compare", options->compared,
                      "Show what differs from version V1 to version V2: members that entered, left or "
                      "changed, and the values whose members differ most")
          ->expected(2)
          ->check(CheckCount)
          ->type_name("V1 V2");
  command
      .add_option("--limit", options->limit,
                  "Only so many versions, the latest, without it all; or so many values, without it 20")
      ->check(CheckCount)
      ->type_name("N");
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "The latest version comes first. No date leads to a version `by number only`: it\n"
      "was replaced by a later one of its date, or rolled back.\n\n"
      "Examples:\n"
      "  muster versions -p shop city\n"
      "  muster versions -p shop city --compare 1 1");
  command.callback([&run, options, compared] {
    const bool compares = compared->count() > 0;
    if (compares && options->limit > kMostValues)
      throw CLI::ValidationError("--limit", absl::StrCat("at most ", kMostValues, " values"));
    const auto client = Connect(run);
    if (client == nullptr) return;
    compares ? Compare(run, *client, *options) : List(run, *client, *options);
  });
}

}  // namespace muster::cli

// muster tags: shows the catalogue.
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/invocation.h"
#include "clients/cli/number_facts.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "clients/cli/tags_set_command.h"
#include "index/status/status_macros.h"
#include "loaders/schema/tag_schema.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

constexpr size_t kBarWidth = 10;
constexpr uint64_t kTopValues = 3;           // of each tag in the catalogue
constexpr size_t kMostTagsWithValues = 200;  // each takes a call
constexpr uint64_t kDetailValues = 20;       // of one tag

struct TagsOptions {
  std::string population;
  std::string tag;
  std::string search;             // part of a value
  std::optional<uint64_t> limit;  // of values
};

bool HasValues(const v1::Tag& tag) { return loaders::TraitsOf(tag.kind()).has_values; }

std::string KindText(const v1::Tag& tag) {
  std::string text = loaders::KindName(tag.kind());
  if (tag.scale() > 0) absl::StrAppend(&text, " .", std::string(tag.scale(), '0'));
  if (tag.weighted()) absl::StrAppend(&text, " weighted");
  return text;
}

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(std::lround(std::clamp(share, 0.0, 1.0) * kBarWidth));
  std::string bar;
  for (size_t i = 0; i < kBarWidth; ++i) bar += i < filled ? "█" : "░";
  return bar;
}

std::string TopValues(client::Client& client, const std::string& population, const v1::Tag& tag) {
  if (!HasValues(tag)) return "";
  const auto values = client.ListTagValues(population, tag.name(), "", kTopValues);
  // Without them, the catalogue is still worth showing.
  if (!values.ok()) return "";
  std::string text = absl::StrJoin(*values, ", ", [](std::string* out, const v1::TagValue& value) {
    absl::StrAppend(out, value.value());
  });
  if (tag.value_count() > values->size()) absl::StrAppend(&text, ", …");
  return text;
}

std::string CatalogueCsv(const client::TagList& list) {
  std::string text =
      CsvLine({"tag", "kind", "coverage", "members", "values", "version", "date", "description"});
  for (const v1::Tag& tag : list.tags) {
    text += CsvLine({tag.name(), loaders::KindName(tag.kind()), absl::StrFormat("%.6f", tag.coverage()),
                     absl::StrCat(tag.member_count()), HasValues(tag) ? absl::StrCat(tag.value_count()) : "",
                     absl::StrCat(tag.version()), tag.business_date(), tag.description()});
  }
  return text;
}

void ShowCatalogue(Invocation& run, client::Client& client, const std::string& population) {
  const auto list = client.ListTags(population);
  if (!list.ok()) {
    run.exit_code = ReportFailure(run.terminal, list.status());
    return;
  }
  if (run.format == Format::kJson) {
    v1::ListTagsResponse whole;
    for (const v1::Tag& tag : list->tags) *whole.add_tags() = tag;
    whole.set_population_member_count(list->population_member_count);
    run.terminal.out << JsonOf(whole);
    return;
  }
  if (run.format == Format::kCsv) {
    run.terminal.out << CatalogueCsv(*list);
    return;
  }
  Table table({{.title = "tag", .narrowest = 12},
               {.title = "kind", .narrowest = 14},
               {.omitted = 1},
               {.title = "coverage", .align = Table::Align::kRight, .omitted = 4},
               {"members", Table::Align::kRight},
               {.title = "values", .align = Table::Align::kRight, .omitted = 3},
               {.title = "most frequent", .widest = 48, .narrowest = 13, .omitted = 2}});
  for (const v1::Tag& tag : list->tags) {
    table.Add({tag.name(), KindText(tag), Bar(tag.coverage()), Percent(tag.coverage()),
               Grouped(tag.member_count()), HasValues(tag) ? Grouped(tag.value_count()) : "",
               list->tags.size() <= kMostTagsWithValues ? TopValues(client, population, tag) : ""});
  }
  run.terminal.out << population << ": " << Counted(list->population_member_count, "member") << ", "
                   << Counted(list->tags.size(), "tag") << "\n\n"
                   << table.Aligned(run.terminal.out_columns);
}

// The values of one tag.
struct TagDetails {
  // For FLAG, SINGLE and MULTI. At most `limit` are shown; one beyond that means that there are more.
  std::vector<v1::TagValue> values;
  uint64_t limit = 0;
  std::string search;                                  // the search text; empty: none
  std::optional<v1::SummarizeNumberResponse> summary;  // for the other kinds, if a member has a value
};

std::string DetailText(const v1::Tag& tag, const TagDetails& details, size_t room) {
  const auto& [all_values, limit, search, summary] = details;
  std::vector<v1::TagValue> values = all_values;
  constexpr size_t kFacts = 16;  // the column where the values begin
  std::string text = absl::StrCat(Wrapped(tag.name(), 0, 2, room, LongWords::kBreak), "\n");
  const auto add = [&](const char* what, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&text, "  ", what, std::string(kFacts - 2 - std::string_view(what).size(), ' '),
                    Wrapped(value, kFacts, kFacts, room, LongWords::kBreak), "\n");
  };
  add("kind", KindText(tag));
  add("description", tag.description());
  add("owner", tag.owner());
  add("source", tag.source());
  add("coverage", absl::StrCat(Bar(tag.coverage()), " ", Percent(tag.coverage()), ", ",
                               Counted(tag.member_count(), "member")));
  add("version",
      tag.version() == 0 ? "none yet" : absl::StrCat(tag.version(), ", as of ", tag.business_date()));
  if (summary.has_value()) {
    for (const auto& [fact, value] : NumberFacts(*summary)) add(fact.c_str(), value);
  }
  if (!HasValues(tag)) return text;
  add("values", Grouped(tag.value_count()));
  if (values.empty())
    return search.empty() ? text : absl::StrCat(text, "\nNo value contains '", search, "'.\n");
  const bool more = values.size() > limit;
  if (more) values.resize(limit);
  // All shares may be small, so the bars are relative to the most frequent value, which comes first.
  const double most = static_cast<double>(std::max<uint64_t>(1, values.front().member_count()));
  const double all = static_cast<double>(std::max<uint64_t>(1, tag.member_count()));
  Table table({{.title = "value", .narrowest = 20},
               {"members", Table::Align::kRight},
               {"of them", Table::Align::kRight},
               {.omitted = 1}});
  for (const v1::TagValue& value : values) {
    const double count = static_cast<double>(value.member_count());
    table.Add({value.value(), Grouped(value.member_count()), Percent(count / all), Bar(count / most)});
  }
  absl::StrAppend(&text, "\n", table.Aligned(room));
  // The number of values that contain the search text is not known.
  if (more && !search.empty()) {
    absl::StrAppend(&text, "… and more; see --limit\n");
  } else if (tag.value_count() > values.size() && search.empty()) {
    absl::StrAppend(&text, "… and ", Grouped(tag.value_count() - values.size()), " more\n");
  }
  return text;
}

// One object: `tag`, `values` as in ListTagValuesResponse, and if there is one, `summary`, a
// SummarizeNumberResponse.
std::string TagJson(const v1::Tag& tag, const TagDetails& details) {
  Json json = {{"tag", JsonObject(tag)}, {"values", Json::array()}};
  for (const v1::TagValue& value : details.values) json["values"].push_back(JsonObject(value));
  if (details.summary.has_value()) json["summary"] = JsonObject(*details.summary);
  return JsonText(json);
}

std::string TagCsv(const v1::Tag& tag, const TagDetails& details) {
  if (details.summary.has_value()) return NumberCsv(*details.summary);
  std::string text = CsvLine({"value", "members"});
  if (!HasValues(tag)) text = CsvLine({"measure", "value"});
  for (const v1::TagValue& value : details.values)
    text += CsvLine({value.value(), absl::StrCat(value.member_count())});
  return text;
}

absl::StatusOr<TagDetails> DetailsOf(client::Client& client, const TagsOptions& options, const v1::Tag& tag,
                                     bool table) {
  TagDetails details;
  details.search = options.search;
  // A table shows the most frequent values; JSON and CSV have all.
  details.limit = options.limit.value_or(table ? kDetailValues : 0);
  if (HasValues(tag)) {
    // One more than a table shows, to tell whether there are more.
    const uint64_t wanted = table && details.limit < UINT64_MAX ? details.limit + 1 : details.limit;
    ASSIGN_OR_RETURN(details.values,
                     client.ListTagValues(options.population, options.tag, options.search, wanted));
  } else if (HasNumbers(tag)) {
    ASSIGN_OR_RETURN(details.summary,
                     client.SummarizeNumber(NumberQuestion(options.population, options.tag)));
  }
  return details;
}

void ShowTag(Invocation& run, client::Client& client, const TagsOptions& options) {
  const auto tag = client.GetTag(options.population, options.tag);
  if (!tag.ok()) {
    run.exit_code = ReportFailure(run.terminal, tag.status());
    return;
  }
  if (!HasValues(*tag) && (!options.search.empty() || options.limit.has_value())) {
    WriteError(run.terminal,
               absl::StrCat(tag->name(), " is a ", loaders::KindName(tag->kind()),
                            " tag, which has no list of values; leave --search and --limit out"));
    run.exit_code = kFailed;
    return;
  }
  const absl::StatusOr<TagDetails> details = DetailsOf(client, options, *tag, run.format == Format::kTable);
  if (!details.ok()) {
    run.exit_code = ReportFailure(run.terminal, details.status());
  } else if (run.format == Format::kTable) {
    run.terminal.out << DetailText(*tag, *details, run.terminal.out_columns);
  } else {
    run.terminal.out << (run.format == Format::kJson ? TagJson(*tag, *details) : TagCsv(*tag, *details));
  }
}

void ShowTags(Invocation& run, const TagsOptions& options) {
  if (options.population.empty()) {
    ShowPopulations(run);
    return;
  }
  const auto client = Connect(run);
  if (client == nullptr) return;
  if (options.tag.empty()) {
    ShowCatalogue(run, *client, options.population);
  } else {
    ShowTag(run, *client, options);
  }
}

// Adds TAG, --search and --limit. Returns TAG.
CLI::Option* AddTagOptions(CLI::App& command, TagsOptions& options) {
  CLI::Option* const tag =
      command
          .add_option("TAG", options.tag,
                      "Show this tag alone, with its most frequent values, or median and mean")
          ->check(CheckGiven)
          ->check(CheckUtf8)
          ->type_name("");
  command.add_option("--search", options.search, "Only values of TAG that contain TEXT, in any case")
      ->needs(tag)
      ->check(CheckGiven)
      ->check(CheckUtf8)
      ->type_name("TEXT");
  command
      .add_option("--limit", options.limit,
                  "At most this many values of TAG; without it 20 in a table, and all in JSON and CSV")
      ->needs(tag)
      ->check(CheckCount)
      ->type_name("N");
  return tag;
}

// Adds `muster tags show TAG`, for tags that have the name of a command.
CLI::App& AddShowCommand(CLI::App& tags, Invocation& run, const std::shared_ptr<TagsOptions>& options) {
  CLI::App& command =
      *tags.add_subcommand("show", "Show a tag, as `muster tags TAG` does, also one named set or show");
  AddPopulationAndAnswerOptions(command, run, options->population);
  AddTagOptions(command, *options)->required();
  command.footer(
      "Examples:\n"
      "  muster tags show city -p shop --limit 5\n"
      "  muster tags show set -p music");
  command.callback([options] {
    if (options->population.empty()) throw CLI::RequiredError("--population");
  });
  return command;
}

}  // namespace

void AddTagsCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<TagsOptions>();
  CLI::App& command =
      *app.add_subcommand("tags", "Show the catalogue (tags with kind, coverage and values), or one tag");
  CLI::Option* const population =
      command.add_option("--population,-p", options->population, "The population; all are listed without it")
          ->envname("MUSTER_POPULATION")
          ->check(CheckGiven)
          ->check(CheckUtf8)
          ->type_name("NAME");
  AddTagOptions(command, *options)->needs(population);
  AddFormatOption(command, run);
  AddServerOption(command, run);
  command.footer(
      "Examples:\n"
      "  muster tags -p shop\n"
      "  muster tags -p shop city\n"
      "  muster tags -p shop city --search 州 --limit 5\n"
      "  muster tags -p shop city --format csv > cities.csv\n"
      "  muster tags set order_count --scale 2 -p shop");
  const CLI::App& show = AddShowCommand(command, run, options);
  AddTagsSetCommand(command, run, options->population);
  command.callback([&run, &command, &show, options] {
    if (command.get_subcommands().empty() || command.got_subcommand(&show)) ShowTags(run, *options);
  });
}

}  // namespace muster::cli

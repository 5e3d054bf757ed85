// muster wait: waits until tags are of a date.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/shown_text.h"
#include "clients/cpp/failure.h"
#include "index/status/status_macros.h"

namespace muster::cli {
namespace {

// Between two looks: the first one, and the longest.
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(2);
constexpr size_t kNamedMax = 5;

struct WaitOptions {
  std::string population;
  std::string date;
  std::vector<std::string> tags;
  std::string segment;
  double timeout_s = 3'600;
};

// Why there is something to wait for; empty: nothing.
using Reasons = std::vector<std::string>;

absl::StatusOr<Reasons> LookAtTags(client::Client& client, const WaitOptions& options) {
  Reasons reasons;
  for (const std::string& name : options.tags) {
    const absl::StatusOr<v1::Tag> tag = client.GetTag(options.population, name);
    // Its first load may be one of those under way.
    if (!tag.ok() && client::FailureOf(tag.status()).reason == "UNKNOWN_TAG") {
      reasons.push_back(absl::StrCat("there is no tag '", name, "' yet"));
      continue;
    }
    RETURN_IF_ERROR(tag.status());
    // Dates of this form are ordered as texts are.
    if (tag->business_date() >= options.date) continue;
    reasons.push_back(tag->business_date().empty()
                          ? absl::StrCat("'", name, "' was never loaded")
                          : absl::StrCat("'", name, "' is of ", tag->business_date()));
  }
  return reasons;
}

absl::StatusOr<Reasons> LookAtSegment(client::Client& client, const WaitOptions& options) {
  v1::CountMembersRequest request;
  request.set_population(options.population);
  request.mutable_expression()->mutable_tree()->mutable_segment()->set_name(options.segment);
  request.set_require_date(options.date);
  const auto answer = client.Count(request);
  if (answer.ok()) return Reasons();
  const client::Failure failure = client::FailureOf(answer.status());
  if (failure.reason != "STALE_TAGS") return answer.status();
  const auto stale = failure.metadata.find("stale_tags");
  return Reasons{stale == failure.metadata.end() ? failure.message : stale->second};
}

std::string NamedReasons(const Reasons& reasons) {
  const size_t named = std::min(reasons.size(), kNamedMax);
  std::string text = absl::StrJoin(reasons.begin(), reasons.begin() + static_cast<ptrdiff_t>(named), ", ");
  if (named < reasons.size()) absl::StrAppend(&text, " and ", reasons.size() - named, " more");
  return text;
}

// Looks again and again. Says what it waits for when that changes.
class Waiting {
 public:
  Waiting(Invocation& run, client::Client& client, const WaitOptions& options)
      : run_(run), client_(client), options_(options) {}

  int Run() {
    const absl::Time end = absl::Now() + absl::Seconds(options_.timeout_s);
    for (absl::Duration pause = kFirstPause;; pause = std::min(pause * 1.5, kLongestPause)) {
      const absl::StatusOr<Reasons> reasons = Look();
      if (!reasons.ok() && !client::MayTryAgain(reasons.status()))
        return ReportFailure(run_.terminal, reasons.status());
      if (reasons.ok() && reasons->empty()) return kDone;
      const std::string why =
          reasons.ok() ? NamedReasons(*reasons) : client::FailureOf(reasons.status()).message;
      const absl::Duration left = end - absl::Now();
      if (left <= absl::ZeroDuration()) return TimeIsOver(why);
      if (why != said_) WriteNote(run_.terminal, absl::StrCat("waiting for ", options_.date, ": ", why));
      said_ = why;
      absl::SleepFor(std::min(pause, left));
    }
  }

 private:
  absl::StatusOr<Reasons> Look() {
    return options_.segment.empty() ? LookAtTags(client_, options_) : LookAtSegment(client_, options_);
  }
  int TimeIsOver(const std::string& why) {
    WriteError(run_.terminal, absl::StrCat("after ", options_.timeout_s, " s not everything is of ",
                                           options_.date, " or later: ", why));
    return kTryAgain;
  }

  Invocation& run_;
  client::Client& client_;
  const WaitOptions& options_;
  std::string said_;
};

}  // namespace

void AddWaitCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<WaitOptions>();
  CLI::App& command = *app.add_subcommand("wait", "Wait until tags are of a date");
  AddPopulationOption(command, options->population);
  command.add_option("--date", options->date, "The business date that they must have, or a later one")
      ->required()
      ->check(CheckDate)
      ->type_name("YYYY-MM-DD");
  CLI::Option* const tags =
      command.add_option("--tag,-t", options->tags, "A tag; may be given several times")
          ->check(CheckGiven)
          ->check(CheckUtf8)
          ->type_name("TAG");
  CLI::Option* const segment = command
                                   .add_option("--segment", options->segment,
                                               "All tags that a saved segment uses, also through others")
                                   ->check(CheckGiven)
                                   ->check(CheckUtf8)
                                   ->excludes(tags)
                                   ->type_name("NAME");
  command.add_option("--timeout", options->timeout_s, "Give up after this many seconds")
      ->check(CLI::Range(0.0, 1e7))
      ->capture_default_str()
      ->type_name("SECONDS");
  AddServerOption(command, run);
  command.footer(
      "Exits with 0 as soon as all of them are of the date, and with 4 when the time is\n"
      "over. A tag that doesn't exist yet, and a server that can't be reached, are\n"
      "waited for.\n\n"
      "Examples:\n"
      "  muster wait -p shop --date 2026-01-31 --tag city --tag vip --timeout 60");
  command.callback([&run, options, tags, segment] {
    if (tags->empty() && segment->empty()) throw CLI::RequiredError("--tag or --segment");
    if (const auto client = Connect(run); client != nullptr)
      run.exit_code = Waiting(run, *client, *options).Run();
  });
}

}  // namespace muster::cli

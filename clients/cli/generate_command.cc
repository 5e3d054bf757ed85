// muster generate: files to try things with.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/shown_text.h"
#include "loaders/shop/shop_file.h"

namespace muster::cli {
namespace {

void GenerateShop(Invocation& run, loaders::ShopFile file, const std::string& date) {
  if (!date.empty()) absl::ParseCivilTime(date, &file.date);  // CheckDate has seen it
  absl::StatusOr<uint64_t> written = 0;
  {
    ProgressBar bar(run.terminal, absl::StrCat("generating ", file.path), "members");
    written = loaders::WriteShop(file, [&](uint64_t members) {
      bar.Show(static_cast<double>(members) / static_cast<double>(file.members), members);
    });
  }
  if (!written.ok()) {
    run.exit_code = ReportFailure(run.terminal, written.status());
    return;
  }
  run.terminal.err << Counted(*written, "member") << " written to " << file.path << ", what they mean to "
                   << file.path << ".tags.yaml\n";
}

}  // namespace

void AddGenerateCommand(CLI::App& app, Invocation& run) {
  struct Options {
    loaders::ShopFile file;
    std::string date;
  };
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("generate", "Make up customers to try things with");
  command.require_subcommand(1);
  CLI::App& shop =
      *command.add_subcommand("shop", "A shop's customers with 28 tags, the same ones in every run");
  shop.add_option("--members", options->file.members, "How many, on 2026-01-31; later days have some more")
      ->required()
      ->check(CheckCount)
      ->type_name("N");
  shop.add_option("--seed", options->file.seed, "Another seed makes another shop")
      ->type_name("S")
      ->capture_default_str();
  shop.add_option("--date", options->date, "The day whose evening is written; a later one moves the shop on")
      ->check(CheckDate)
      ->type_name("YYYY-MM-DD")
      ->default_str("2026-01-31");
  shop.add_option("--output,-o", options->file.path,
                  "A CSV file; .gz and .zst compress. FILE.tags.yaml says what it means")
      ->required()
      ->check(CheckGiven)
      ->type_name("FILE");
  shop.footer(
      "Examples:\n"
      "  muster generate shop --members 1000000 --output shop.csv\n"
      "  muster load shop.csv --schema shop.csv.tags.yaml --date 2026-01-31\n"
      "  muster generate shop --members 1000000 --date 2026-02-01 --output next.csv.zst");
  shop.callback([&run, options] { GenerateShop(run, options->file, options->date); });
}

}  // namespace muster::cli

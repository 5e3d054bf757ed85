#include "server/lifecycle/verify_mode.h"

#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "command_line/help_layout.h"
#include "command_line/parse_error.h"
#include "index/population/verification.h"
#include "index/storage/files/crash_mark.h"
#include "server/lifecycle/settings.h"
#include "server/wire/check_messages.h"

namespace muster::server {
namespace {

struct VerifySettings {
  std::string data;
  std::string population;
};

// Prints a line for each finished check, and the progress of the running one twice a second.
class CheckLines {
 public:
  // False when standard output can't be written any more.
  bool Print(const index::Check& check, bool ended) {
    const auto now = std::chrono::steady_clock::now();
    if (!ended && now - last_line_ < kBetweenLines) return true;
    last_line_ = now;
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string line;
    if (!google::protobuf::util::MessageToJsonString(EncodeCheck(check, ended), &line, options).ok())
      return false;
    std::cout << line << std::endl;
    return std::cout.good();
  }

 private:
  static constexpr std::chrono::milliseconds kBetweenLines{500};
  std::chrono::steady_clock::time_point last_line_;
};

void Declare(CLI::App& app, VerifySettings& settings) {
  app.formatter(std::make_shared<command_line::HelpLayout>());
  app.add_option("--population,-p", settings.population, "The population")->required()->type_name("NAME");
  app.add_option("--data", settings.data, "Directory of the data, which no server has open")
      ->required()
      ->type_name("DIR");
}

}  // namespace

bool AsksForVerify(int argc, char** argv) { return argc > 1 && std::string_view(argv[1]) == "verify"; }

int RunVerify(int argc, char** argv) {
  VerifySettings settings;
  CLI::App app(
      "Reads everything that a population has on disk, while no server has it open. Prints a line of JSON "
      "for "
      "each check. `muster verify --data DIR` prints it for people. Exits with 0 when the population is "
      "whole.",
      "musterd verify");
  Declare(app, settings);
  try {
    app.parse(argc - 1, argv + 1);
  } catch (const CLI::Success& success) {
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    std::cerr << "musterd verify: " << command_line::PlainParseError(error.what())
              << "\nRun `musterd verify --help` to see how it is used.\n";
    return kExitUsage;
  }
  umask(S_IRWXG | S_IRWXO);  // the same as for the server's own files
  if (const absl::Status watched = index::InstallCrashMarks(); !watched.ok())
    std::cerr << "musterd verify: " << std::string(watched.message()) << "\n";
  CheckLines lines;
  const absl::StatusOr<uint64_t> problems = index::VerifyFolder(
      settings.data, settings.population,
      [&lines](const index::Check& check, bool ended) { return lines.Print(check, ended); });
  if (!problems.ok()) {
    std::cerr << "musterd verify: " << std::string(problems.status().message()) << "\n";
    return kExitFailed;
  }
  return *problems == 0 ? 0 : kExitFailed;
}

}  // namespace muster::server

#include "server/lifecycle/settings.h"

#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "command_line/help_layout.h"
#include "command_line/option_checks.h"
#include "command_line/parse_error.h"
#include "index/population/database.h"
#include "index/status/status_macros.h"
#include "server/transport/listening.h"

namespace muster::server {
namespace {

constexpr size_t kMinMapSize = size_t{16} << 20;
constexpr size_t kMaxMapSize = size_t{1} << 46;
constexpr size_t kMinLoadMemory = size_t{16} << 20;
constexpr int kMinThreads = 3;
constexpr int kMaxThreads = 256;
constexpr int kMinConnections = 2;
constexpr int kMaxConnections = 1'000'000;
constexpr int kMinCalls = 2;
constexpr int kMaxCalls = 1'000'000;

// The places in the configuration file of the settings that take effect. Empty without a file.
class FilePlaces {
 public:
  void Add(const std::string& setting, std::string place) { places_[setting] = std::move(place); }

  // `problem`, prefixed with the file and line of the first setting that it names as a flag. Unchanged if
  // that setting comes from the command line.
  std::string Placed(std::string problem) const {
    const size_t flag = problem.find("--");
    if (flag == std::string::npos) return problem;
    const size_t name = flag + 2;
    const auto place = places_.find(problem.substr(name, problem.find_first_of(" :", name) - name));
    return place == places_.end() ? problem : absl::StrCat(place->second, problem.erase(flag, 2));
  }

 private:
  std::map<std::string, std::string> places_;
};

// Lets CLI11 read the configuration: one YAML map whose keys are flag names. Values pass the same checks as
// flags.
class YamlFile final : public CLI::Config {
 public:
  // Reports what it reads to `places`. Both arguments outlive it.
  YamlFile(const CLI::App& app, FilePlaces& places) : app_(app), places_(places) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return ""; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    try {
      const YAML::Node root = YAML::Load(input);
      std::vector<CLI::ConfigItem> items;
      if (root.IsNull()) return items;
      if (!root.IsMap()) throw CLI::ConfigError(At(root.Mark()) + "write a list of `key: value` lines");
      std::set<std::string> seen;
      for (const auto& entry : root) {
        CLI::ConfigItem item = ItemOf(entry.first, entry.second);
        const std::string place = At(entry.first.Mark());
        if (!seen.insert(item.name).second)
          throw CLI::ConfigError(place + "the setting `" + item.name + "` is there twice; keep one");
        // A flag overrides the file, so the file is not the source of that setting.
        if (app_.get_option("--" + item.name)->empty()) places_.Add(item.name, place);
        items.push_back(std::move(item));
      }
      return items;
    } catch (const YAML::Exception& error) {
      throw CLI::ConfigError(absl::StrCat(At(error.mark), "this is not YAML (", error.msg, ")"));
    }
  }

 private:
  std::string At(const YAML::Mark& mark) const {
    return absl::StrCat("'", app_.get_config_ptr()->as<std::string>(), "', line ", mark.line + 1, ": ");
  }

  CLI::ConfigItem ItemOf(const YAML::Node& key, const YAML::Node& value) const {
    const std::string at = At(key.Mark());
    if (!key.IsScalar() || !value.IsScalar())
      throw CLI::ConfigError(at + "write `key: value`, with one value");
    CLI::ConfigItem item;
    item.name = key.Scalar();
    if (item.name == "config" || app_.get_option_no_throw("--" + item.name) == nullptr) {
      throw CLI::ConfigError(
          at + "there is no setting `" + item.name +
          "`; settings are data, listen, threads, map-size, load-memory, max-connections, max-calls, umask, "
          "insecure and log-level");
    }
    item.inputs.push_back(value.Scalar());
    return item;
  }

  const CLI::App& app_;
  FilePlaces& places_;
};

// A scan borrows workers but leaves two idle; with two more than processors, a scan can use every processor.
int DefaultThreads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) + 2, 4, kMaxThreads);
}

// Checks combinations of settings that are each valid alone.
absl::Status CheckTogether(const Settings& settings) {
  RETURN_IF_ERROR(CheckListenAddress(settings.listen, settings.insecure));
  return index::CheckMapSize(settings.map_size);
}

void DeclareLimits(CLI::App& app, Settings& settings) {
  app.add_option("--threads", settings.threads,
                 "Workers that answer questions and feed loads, 3 to 256. One is always left for short "
                 "questions. Default: two more than processors, at least 4")
      ->check(command_line::WholeNumber(kMinThreads, kMaxThreads))
      ->type_name("N");
  app.add_option("--map-size", settings.map_size,
                 "How far each of a population's two stores may grow, 16MiB to 64TiB")
      ->default_str("64GiB")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(command_line::Bytes(kMinMapSize, kMaxMapSize, "16MiB to 64TiB"))
      ->type_name("BYTES");
  app.add_option("--load-memory", settings.load_memory,
                 "Memory of all open loads together, 16MiB to 64TiB. A load whose share is used up "
                 "writes its records to the data directory until it ends")
      ->default_str("1GiB")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(command_line::Bytes(kMinLoadMemory, kMaxMapSize, "16MiB to 64TiB"))
      ->type_name("BYTES");
  app.add_option("--max-connections", settings.max_connections,
                 "Connections at once, half of them from one address; fewer where the limit of open files is "
                 "low")
      ->capture_default_str()
      ->check(command_line::WholeNumber(kMinConnections, kMaxConnections))
      ->type_name("N");
  app.add_option("--max-calls", settings.max_calls,
                 "Calls under way at once, half of them from one address; about 20 KiB each")
      ->capture_default_str()
      ->check(command_line::WholeNumber(kMinCalls, kMaxCalls))
      ->type_name("N");
}

void Declare(CLI::App& app, Settings& settings, FilePlaces& places) {
  app.formatter(std::make_shared<command_line::HelpLayout>());
  app.add_option("--data", settings.data,
                 "Directory of the data; made when it is not there, and only read when it can not be written")
      ->required()
      ->check([](const std::string& text) { return std::string(text.empty() ? "name a directory" : ""); })
      ->type_name("DIR");
  app.add_option(
         "--listen", settings.listen,
         "Address to serve on; port 0 takes a free one. unix:PATH is a socket in the file system, for "
         "clients of this machine that may write to it")
      ->capture_default_str()
      ->type_name("HOST:PORT|unix:PATH");
  app.add_flag("--insecure", settings.insecure,
               "Listen beyond this machine, although there is no TLS and there are no tokens");
  DeclareLimits(app, settings);
  app.add_option_function<std::string>(
         "--umask", [&settings](const std::string& text) { settings.umask = command_line::UmaskOf(text); },
         "Rights that files in the data directory, and a socket of --listen, do not get, in octal, 000 to "
         "077")
      ->check(command_line::CheckUmask)
      ->type_name("MASK")
      ->default_str("077");
  app.add_option("--log-level", settings.log_level, "The least severe lines of the log, on standard error")
      ->capture_default_str()
      ->check(command_line::OneOf({"debug", "info", "warn", "error", "off"}))
      ->type_name("debug|info|warn|error|off");
  app.set_config("--config", "", "YAML file whose keys are the flags' names; flags win")->type_name("FILE");
  app.config_formatter(std::make_shared<YamlFile>(app, places));
  app.set_version_flag("--version", "musterd " MUSTER_VERSION, "Print the version and exit");
  app.footer(
      "SIGTERM ends the server once the calls under way are done. SIGHUP reads\n"
      "log-level, max-connections and max-calls again from --config.\n\n"
      "`musterd verify` checks what a population has on disk while no server runs.\n\n"
      "Examples:\n"
      "  musterd --data /var/lib/muster\n"
      "  musterd --data /var/lib/muster --listen 0.0.0.0:7070 --insecure\n"
      "  musterd --data /var/lib/muster --listen unix:/run/muster.sock\n"
      "  musterd --config /etc/muster.yaml");
}

// Says what is wrong with the command line.
std::string WhyWrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> unread = app.remaining(true);
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError) || unread.empty())
    return command_line::PlainParseError(error.what());
  const std::string option = unread.front().substr(0, unread.front().find('='));
  for (const char* const address : {"--port", "-p", "--host", "--bind", "--address"}) {
    if (option == address)
      return absl::StrCat("there is no option ", option,
                          "; the address and port are one, as in --listen 127.0.0.1:7070");
  }
  return command_line::WhyUnread("musterd", app, unread.front());
}

}  // namespace

std::variant<Settings, int> ReadSettings(int argc, char** argv) {
  Settings settings;
  settings.threads = DefaultThreads();
  CLI::App app(
      "The Muster server: keeps what is known about every member of a population, and counts and lists "
      "audiences exactly. Prints `musterd ready on ADDRESS` when it can answer. Logs to standard error.",
      "musterd");
  FilePlaces places;
  Declare(app, settings, places);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    std::cerr << "musterd: " << places.Placed(WhyWrong(app, error))
              << "\nRun `musterd --help` to see how it is used.\n";
    return kExitUsage;
  }
  if (const absl::Status status = CheckTogether(settings); !status.ok()) {
    std::cerr << "musterd: " << places.Placed(std::string(status.message())) << "\n";
    return kExitUsage;
  }
  return settings;
}

}  // namespace muster::server

#include "server/lifecycle/settings.h"

#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/lifecycle/listening.h"

namespace muster::server {
namespace {

constexpr size_t kMinMapSize = size_t{16} << 20;
constexpr size_t kMaxMapSize = size_t{1} << 46;
constexpr int kMaxThreads = 256;

// A configuration file for CLI11: one YAML map whose keys are the names of flags. Values go through the same
// checks as flags.
class YamlFile final : public CLI::Config {
 public:
  explicit YamlFile(const CLI::App& app) : app_(app) {}

  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return ""; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    try {
      const YAML::Node root = YAML::Load(input);
      std::vector<CLI::ConfigItem> items;
      if (root.IsNull()) return items;
      if (!root.IsMap()) throw CLI::ConfigError("the configuration file is not a list of `key: value` lines");
      for (const auto& entry : root) items.push_back(ItemOf(entry.first, entry.second));
      return items;
    } catch (const YAML::Exception& error) {
      throw CLI::ConfigError(
          absl::StrCat("the configuration file is not YAML at line ", error.mark.line + 1, ": ", error.msg));
    }
  }

 private:
  CLI::ConfigItem ItemOf(const YAML::Node& key, const YAML::Node& value) const {
    const std::string at = absl::StrCat("line ", key.Mark().line + 1, " of the configuration file: ");
    if (!key.IsScalar() || !value.IsScalar())
      throw CLI::ConfigError(at + "write `key: value`, with one value");
    CLI::ConfigItem item;
    item.name = key.Scalar();
    if (item.name == "config" || app_.get_option_no_throw("--" + item.name) == nullptr) {
      throw CLI::ConfigError(at + "there is no setting `" + item.name +
                             "`; settings are data, listen, threads, map-size, insecure and log-level");
    }
    item.inputs.push_back(value.Scalar());
    return item;
  }

  const CLI::App& app_;
};

// A scan borrows workers but never the last one: with one more than processors it can use them all.
int DefaultThreads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) + 1, 3, kMaxThreads);
}

void Declare(CLI::App& app, Settings& settings) {
  app.add_option("--data", settings.data, "Directory of the data; made when it isn't there")
      ->required()
      ->check([](const std::string& text) { return std::string(text.empty() ? "name a directory" : ""); })
      ->type_name("DIR");
  app.add_option("--listen", settings.listen, "Address to serve on; port 0 takes a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  app.add_option("--threads", settings.threads,
                 "Workers that answer questions and feed loads, 1 to 256; one a processor and one more")
      ->check(CLI::Range(1, kMaxThreads).description(""))
      ->type_name("N");
  app.add_option(
         "--map-size", settings.map_size,
         "Upper bound of each of a population's two stores, 16MiB to 64TiB; address space, not memory")
      ->default_str("64GiB")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(CLI::Range(kMinMapSize, kMaxMapSize).description(""))
      ->type_name("BYTES");
  app.add_flag("--insecure", settings.insecure,
               "Listen beyond this machine, though there is no TLS and no token");
  app.add_option("--log-level", settings.log_level, "What goes to stderr")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}).description(""))
      ->type_name("debug|info|warn|error|off");
  app.set_config("--config", "", "YAML file whose keys are the flags' names; flags win")->type_name("FILE");
  app.config_formatter(std::make_shared<YamlFile>(app));
  app.set_version_flag("--version", "musterd " MUSTER_VERSION, "Print the version and exit");
}

}  // namespace

std::variant<Settings, int> ReadSettings(int argc, char** argv) {
  Settings settings;
  settings.threads = DefaultThreads();
  CLI::App app(
      "Serves what is known about every member of a population, and counts and lists audiences exactly.\n"
      "Prints `musterd ready on HOST:PORT` when it can answer; its log goes to stderr. Stops on SIGTERM.",
      "musterd");
  Declare(app, settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    std::cerr << "musterd: " << error.what() << "\nRun `musterd --help` to see how it is used.\n";
    return kExitUsage;
  }
  if (const absl::Status status = CheckListenAddress(settings.listen, settings.insecure); !status.ok()) {
    std::cerr << "musterd: " << status.message() << "\n";
    return kExitUsage;
  }
  return settings;
}

}  // namespace muster::server

// The settings of the server, from the command line and the configuration file.
#ifndef MUSTER_SERVER_LIFECYCLE_SETTINGS_H_
#define MUSTER_SERVER_LIFECYCLE_SETTINGS_H_

#include <cstddef>
#include <string>
#include <variant>

namespace muster::server {

// The flags that `musterd --help` lists. A plain value.
struct Settings {
  std::string data;                       // directory; made if it doesn't exist
  std::string listen = "127.0.0.1:7070";  // or unix:PATH; port 0 takes a free one
  int threads = 0;                        // workers; 0 until ReadSettings: processors plus two, at least 4
  size_t map_size = size_t{64} << 30;     // bytes that each LMDB environment may grow to
  int max_connections = 4'096;            // open at once; at most half from one address
  int max_calls = 16'384;                 // in progress at once; at most half from one address
  unsigned umask = 077;                   // permissions that new files and folders do not get
  size_t load_memory = size_t{1} << 30;   // bytes of memory for all open loads together
  bool insecure = false;                  // allows listening beyond loopback, without TLS
  std::string log_level = "info";         // of stderr: debug, info, warn, error, off
};

// Exit codes of failures and of wrong usage (docs/semantics.md, rule 30).
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

// Reads the command line, and the YAML file that --config names, whose keys are flag names; flags override
// the file. Returns an exit code when there is nothing to run: 0 after --help and --version (printed to
// stdout), kExitUsage after a sentence on stderr.
std::variant<Settings, int> ReadSettings(int argc, char** argv);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_SETTINGS_H_

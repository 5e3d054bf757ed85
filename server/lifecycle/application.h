// musterd as a process: log, signals, exit codes.
#ifndef MUSTER_SERVER_LIFECYCLE_APPLICATION_H_
#define MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

#include <functional>
#include <variant>

#include "server/lifecycle/settings.h"

namespace muster::server {

// Opens the data, serves until SIGTERM, SIGINT, SIGQUIT, SIGUSR1 or SIGUSR2, drains, and returns the exit
// code. On SIGHUP it calls `read_again` and applies the settings that can change while serving: the log level
// and the limits of connections and calls. Prints one line to stdout when the server can answer; everything
// else goes to stderr. Call once, from the main thread, before other threads are started.
int RunApplication(const Settings& settings, const std::function<std::variant<Settings, int>()>& read_again);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

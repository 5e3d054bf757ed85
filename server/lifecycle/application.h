// musterd as a process: log, signals, exit codes.
#ifndef MUSTER_SERVER_LIFECYCLE_APPLICATION_H_
#define MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

#include <functional>
#include <variant>

#include "server/lifecycle/settings.h"

namespace muster::server {

// Opens the data, serves until SIGTERM, SIGINT, SIGQUIT, SIGUSR1 or SIGUSR2, drains, and returns the exit
// code. SIGHUP asks `read_again` for the settings and takes over those that can change: log level and limits
// of connections and calls. Prints one line to stdout, when the server can answer; everything else goes to
// stderr. To be called once, from the main thread, before other threads are made.
int RunApplication(const Settings& settings, const std::function<std::variant<Settings, int>()>& read_again);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

// musterd as a process: log, signals, exit codes.
#ifndef MUSTER_SERVER_LIFECYCLE_APPLICATION_H_
#define MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

#include "server/lifecycle/settings.h"

namespace muster::server {

// Opens the data, serves until SIGTERM or SIGINT, drains, and returns the exit code. Prints one line to
// stdout, when the server can answer; everything else goes to stderr. To be called once, from the main
// thread, before other threads are made.
int RunApplication(const Settings& settings);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_APPLICATION_H_

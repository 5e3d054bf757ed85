// `musterd verify`: verifies a population of a directory that no server has open.
#ifndef MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_
#define MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_

namespace muster::server {

// Whether the first argument is `verify`.
bool AsksForVerify(int argc, char** argv);
// Verifies, and prints each message that AdminService would send (a VerifyPopulationResponse) as a line of
// JSON; `muster verify --data` runs this and formats it for people. Exit codes: 0 intact, 1 damaged or
// unreadable, 2 wrong usage.
int RunVerify(int argc, char** argv);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_

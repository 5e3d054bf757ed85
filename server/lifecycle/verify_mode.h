// `musterd verify`: reads a population of a directory that no server has open.
#ifndef MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_
#define MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_

namespace muster::server {

// Whether the command line asks for it: its first argument is `verify`.
bool AsksForVerify(int argc, char** argv);
// Verifies, and prints a line of JSON, a VerifyPopulationResponse, for each message that AdminService would
// send: `muster verify --data` runs this and prints it for people. The exit code: 0 whole, 1 not, or it
// couldn't be read, 2 wrong usage.
int RunVerify(int argc, char** argv);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_VERIFY_MODE_H_

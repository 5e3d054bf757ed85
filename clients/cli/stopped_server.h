// Runs `musterd verify` on the directory of a server that is stopped.
#ifndef MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_
#define MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "muster/v1/admin_service.pb.h"

namespace muster::cli {

// The same messages as AdminService.VerifyPopulation sends. The `musterd` beside this program is run, else
// the one in PATH: what reads the store is the server's. NOT_FOUND when there is none; FAILED_PRECONDITION
// with its sentence when it can't read the population; DATA_LOSS when it was ended by a signal.
absl::Status VerifyStopped(const std::string& data, const std::string& population,
                           const std::function<absl::Status(const v1::VerifyPopulationResponse&)>& take);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_

// Runs `musterd verify` on the directory of a stopped server.
#ifndef MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_
#define MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "muster/v1/admin_service.pb.h"

namespace muster::cli {

// Passes on the messages that AdminService.VerifyPopulation would send. Runs the `musterd` beside this
// program, otherwise the one in PATH, because only the server's code reads a store. NOT_FOUND when there is
// none; FAILED_PRECONDITION, with its message, when it can't read the population; DATA_LOSS when a signal
// ended it.
absl::Status VerifyStopped(const std::string& data, const std::string& population,
                           const std::function<absl::Status(const v1::VerifyPopulationResponse&)>& take);

}  // namespace muster::cli

#endif  // MUSTER_CLIENTS_CLI_STOPPED_SERVER_H_

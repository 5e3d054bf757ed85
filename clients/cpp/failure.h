// What a failed call says, in one struct: code, reason, message, and the places that are wrong.
#ifndef MUSTER_CLIENTS_CPP_FAILURE_H_
#define MUSTER_CLIENTS_CPP_FAILURE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "muster/v1/error.pb.h"
#include "muster/v1/query_service.pb.h"

namespace grpc {
class Status;
}

namespace muster::client {

// One wrong part of a request.
struct Violation {
  std::string field;                   // the path of the field, without its place
  std::string description;             // one sentence: what is wrong and the mend
  int line = 0;                        // the place in an expression's text, from 1; 0 when it has none
  int column = 0;                      // from 1, in code points
  v1::ExpressionProblem problem = {};  // what it is about, when the server says so of an expression's problem
};

// A failed call, decoded from the google.rpc.Status that the server attached. A plain value.
struct Failure {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string reason;   // a muster.v1.ErrorReason without its prefix; empty when the server attached none
  std::string message;  // one sentence for a developer
  std::map<std::string, std::string> metadata;
  std::vector<Violation> violations;
};

// The status of a call, with the attached details kept as a payload for FailureOf. `address` is named when
// no server answers there. REQUIRES: the caller did not cancel the call itself.
absl::Status StatusOfCall(const grpc::Status& status, const std::string& address);

// The status of one expression of a batch, in the same way.
absl::Status StatusOfExpression(const v1::ExpressionError& error);

// What a status of a Client's method says. A status from elsewhere gives its code and message alone.
// REQUIRES: !status.ok().
Failure FailureOf(const absl::Status& status);

// True when the same call may succeed later without a change: the server is unreachable, overloaded or
// shutting down, or another load was faster (docs/semantics.md, rule 30, exit code 4).
bool MayTryAgain(const absl::Status& status);

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_FAILURE_H_

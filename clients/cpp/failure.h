// A failed call in one struct: code, reason, message, and the faulty places.
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

// One invalid part of a request.
struct Violation {
  std::string field;                   // the path of the field, without its place
  std::string description;             // one sentence: what is wrong and how to mend it
  int line = 0;                        // the place in an expression's text, from 1; 0 when it has none
  int column = 0;                      // from 1, in code points
  v1::ExpressionProblem problem = {};  // the details, if the server sent them for an expression's problem
};

// A failed call, decoded from the google.rpc.Status that the server attached. A plain value.
struct Failure {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string reason;   // a muster.v1.ErrorReason without its prefix; empty when the server attached none
  std::string message;  // one sentence for a developer
  std::map<std::string, std::string> metadata;
  std::vector<Violation> violations;
};

// The status of a call; keeps the attached details as a payload for FailureOf. Names `address` if no server
// answers there. REQUIRES: the caller did not cancel the call itself.
absl::Status StatusOfCall(const grpc::Status& status, const std::string& address);

// The status of one expression of a batch, in the same way.
absl::Status StatusOfExpression(const v1::ExpressionError& error);

// Decodes a status of one of Client's methods. A status from elsewhere gives only its code and message.
// REQUIRES: !status.ok().
Failure FailureOf(const absl::Status& status);

// Whether the same call may succeed later unchanged: the server is unreachable, overloaded or shutting down,
// or another load held a tag (docs/semantics.md, rule 30, exit code 4).
bool MayTryAgain(const absl::Status& status);

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_FAILURE_H_

// Encodes the checks of a verification.
#ifndef MUSTER_SERVER_WIRE_CHECK_MESSAGES_H_
#define MUSTER_SERVER_WIRE_CHECK_MESSAGES_H_

#include "index/storage/findings.h"
#include "muster/v1/admin_service.pb.h"

namespace muster::server {

// The progress of a check; with its problems once it has ended.
v1::VerifyPopulationResponse EncodeCheck(const index::Check& check, bool ended);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_CHECK_MESSAGES_H_

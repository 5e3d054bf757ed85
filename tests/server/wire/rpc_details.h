// The details of a failed call, decoded: what clients read.
#ifndef MUSTER_TESTS_SERVER_WIRE_RPC_DETAILS_H_
#define MUSTER_TESTS_SERVER_WIRE_RPC_DETAILS_H_

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "muster/v1/error.pb.h"

namespace muster::testing {

struct RpcDetails {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  v1::ExpressionProblems problems;
};

// Fails the test when the status has no ErrorInfo of the domain `muster`.
inline RpcDetails DetailsOf(const google::rpc::Status& status) {
  RpcDetails details;
  details.status = status;
  for (const google::protobuf::Any& any : details.status.details()) {
    EXPECT_TRUE(any.UnpackTo(&details.info) || any.UnpackTo(&details.bad) || any.UnpackTo(&details.problems))
        << any.type_url();
  }
  EXPECT_EQ(details.info.domain(), "muster") << status.message();
  return details;
}
// The details of a failed call. A grpc::Status, of whichever headers the test includes.
template <typename GrpcStatus>
RpcDetails DetailsOf(const GrpcStatus& status) {
  google::rpc::Status sent;
  EXPECT_TRUE(sent.ParseFromString(status.error_details())) << status.error_message();
  EXPECT_EQ(sent.code(), static_cast<int>(status.error_code()));
  return DetailsOf(sent);
}

}  // namespace muster::testing

#endif  // MUSTER_TESTS_SERVER_WIRE_RPC_DETAILS_H_

// Compares a server's answers with those that were computed without it.
#ifndef MUSTER_TESTS_DATA_SETS_EXPECTED_ANSWER_H_
#define MUSTER_TESTS_DATA_SETS_EXPECTED_ANSWER_H_

#include "muster/v1/query_service.grpc.pb.h"
#include "tests/data_sets/data_set.h"

namespace muster::testing {

// The count of the expression in the population `p`, and the hash of its sorted member ids.
void ExpectAnswer(muster::v1::QueryService::Stub& stub, const muster::v1::ExpressionSource& expression,
                  const Asked& asked);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_DATA_SETS_EXPECTED_ANSWER_H_

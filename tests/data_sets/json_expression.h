// A question's JSON tree as Muster's text and as Muster's proto tree.
#ifndef MUSTER_TESTS_DATA_SETS_JSON_EXPRESSION_H_
#define MUSTER_TESTS_DATA_SETS_JSON_EXPRESSION_H_

#include <string>

#include "google/protobuf/struct.pb.h"
#include "muster/v1/expression.pb.h"

namespace muster::testing {

std::string TextOf(const google::protobuf::Struct& question);
muster::v1::Expression TreeOf(const google::protobuf::Struct& question);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_DATA_SETS_JSON_EXPRESSION_H_

// Converts literals of expressions to and from their messages.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_LITERAL_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_LITERAL_MESSAGES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "muster/v1/expression.pb.h"
#include "query/language/expression.h"
#include "server/wire/expressions/field_path.h"

namespace muster::server {

// Each fails with a FieldError. `field`: a field of the message that `path` names.

// Appends the literal to the node's. `present`: whether the field is set.
absl::Status DecodeLiteral(std::string_view field, bool present, const v1::Literal& literal, FieldPath& path,
                           query::Expression& into);
// REQUIRES: `path` names the Today message itself.
absl::Status DecodeToday(const v1::Today& today, const FieldPath& path, query::Literal& into);
absl::Status DecodeNumber(std::string_view field, const std::string& number, const FieldPath& path,
                          query::Literal& into);
// The violated field is `date`.
absl::Status DecodeDate(const std::string& date, const FieldPath& path, query::Literal& into);

void EncodeLiteral(const query::Literal& literal, v1::Literal& encoded);
// REQUIRES: the literal is kToday.
void EncodeToday(const query::Literal& literal, v1::Today& today);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_LITERAL_MESSAGES_H_

#include "server/wire/expressions/expression_source.h"

#include <string>

#include "index/status/status_macros.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_decoder.h"

namespace muster::server {

absl::StatusOr<DecodedExpression> DecodeSource(const v1::ExpressionSource& expression,
                                               std::string_view field) {
  DecodedExpression decoded;
  switch (expression.source_case()) {
    case v1::ExpressionSource::kText:
      decoded.wording.text = expression.text();
      return decoded;
    case v1::ExpressionSource::kTree: {
      ASSIGN_OR_RETURN(decoded.tree, DecodeExpression(expression.tree(), std::string(field) + ".tree"));
      decoded.wording.tree = decoded.tree.get();
      return decoded;
    }
    case v1::ExpressionSource::SOURCE_NOT_SET:
      break;
  }
  return FieldError(field, "the expression is missing: give `text` or `tree`; everybody is EVERYONE");
}

}  // namespace muster::server

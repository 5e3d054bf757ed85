// An expression as text or tree.
#ifndef MUSTER_QUERY_QUESTIONS_WORDING_H_
#define MUSTER_QUERY_QUESTIONS_WORDING_H_

#include <string_view>

#include "query/language/expression.h"

namespace muster::query {

// An expression before parsing: the tree if there is one, otherwise the text. Borrows both.
struct Wording {
  std::string_view text = "";
  const Expression* tree = nullptr;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_WORDING_H_

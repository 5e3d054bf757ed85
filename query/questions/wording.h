// An expression as it is asked.
#ifndef MUSTER_QUERY_QUESTIONS_WORDING_H_
#define MUSTER_QUERY_QUESTIONS_WORDING_H_

#include <string_view>

#include "query/language/expression.h"

namespace muster::query {

// An expression as somebody put it: a text, or a tree where there is one. Borrows both.
struct Wording {
  std::string_view text = "";
  const Expression* tree = nullptr;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_WORDING_H_

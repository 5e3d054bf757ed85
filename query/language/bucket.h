// `BUCKET ('salt', 0, 4999)`: reading and checking it.
#ifndef MUSTER_QUERY_LANGUAGE_BUCKET_H_
#define MUSTER_QUERY_LANGUAGE_BUCKET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/language/expression.h"
#include "query/language/problem_list.h"
#include "query/language/token_stream.h"

namespace muster::query {

// Buckets are 0 to this one.
inline constexpr uint32_t kLastBucket = 9'999;
inline constexpr size_t kMaxSaltBytes = 200;

// A whole number from 0 to kLastBucket; nothing for anything else.
std::optional<uint32_t> BucketOf(std::string_view text);
// What is wrong with a salt; empty when it has 1 to kMaxSaltBytes bytes.
std::string WhyNoSalt(std::string_view salt);

// Reports what is wrong with a BUCKET's literals; false when there was something. Other nodes are right.
// REQUIRES: as many literals as the operator takes, of the kinds that it demands.
bool CheckBucket(const Expression& node, ProblemList& problems);

// Takes a clause that begins with `BUCKET (`, or reports what stands there instead and answers null.
// REQUIRES: these are the current token and the next.
ExpressionPtr TakeBucket(TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_BUCKET_H_

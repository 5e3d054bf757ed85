// Parses and checks `BUCKET ('salt', 0, 4999)`.
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

// Buckets are numbered from 0 to kLastBucket.
inline constexpr uint32_t kLastBucket = 9'999;
inline constexpr size_t kMaxSaltBytes = 200;

// Parses a whole number from 0 to kLastBucket; empty for other texts.
std::optional<uint32_t> BucketOf(std::string_view text);
// Explains what is wrong with a salt; empty if it has 1 to kMaxSaltBytes bytes.
std::string WhyNoSalt(std::string_view salt);

// Checks the literals of a BUCKET; reports problems and returns false if they are wrong. Accepts all other
// nodes. REQUIRES: the node has as many literals as its operator takes, of the kinds that it demands.
bool CheckBucket(const Expression& node, ProblemList& problems);

// Takes a clause that begins with `BUCKET (`; reports a problem and returns null if the rest is wrong.
// REQUIRES: these are the current token and the next one.
ExpressionPtr TakeBucket(TokenStream& tokens);

}  // namespace muster::query

#endif  // MUSTER_QUERY_LANGUAGE_BUCKET_H_

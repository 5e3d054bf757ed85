#include "query/language/bucket.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "query/language/excerpt.h"
#include "query/language/literal_parser.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

bool Expect(TokenStream& tokens, Symbol symbol, const char* what) {
  if (tokens.Take(symbol)) return true;
  tokens.ReportHere(Sentence("BUCKET has a salt and two numbers, as in BUCKET ('salt', 0, 4999); ", what,
                             " is expected here, not ", tokens.Described(), "."));
  return false;
}

// Takes one of the two ends.
bool TakeEnd(TokenStream& tokens, const char* place, Literal& literal) {
  if (!Expect(tokens, Symbol::kComma, "a comma") || !TakeLiteral(tokens, place, literal)) return false;
  if (literal.kind != LiteralKind::kNumber) {
    tokens.Report(literal.span, TraitsOf(Operator::kBucket).demand.otherwise);
    return false;
  }
  // Drop leading zeros, so that equal numbers have equal texts: 007 is 7.
  if (const std::optional<uint32_t> bucket = BucketOf(literal.text)) literal.text = Sentence(*bucket);
  return true;
}

bool TakeParts(TokenStream& tokens, Expression& clause) {
  Literal salt, low, high;
  if (!TakeString(tokens, "after BUCKET (", salt.text, salt.span) ||
      !TakeEnd(tokens, "after the salt of BUCKET", low) ||
      !TakeEnd(tokens, "as BUCKET's last number", high) || !Expect(tokens, Symbol::kClose, "`)`")) {
    return false;
  }
  for (Literal* const part : {&salt, &low, &high}) clause.literals.push_back(std::move(*part));
  return true;
}

}  // namespace

std::optional<uint32_t> BucketOf(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  uint32_t bucket = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit) ||
      !absl::SimpleAtoi(ForAbseil(text), &bucket) || bucket > kLastBucket) {
    return std::nullopt;
  }
  return bucket;
}

std::string WhyNoSalt(std::string_view salt) {
  if (!salt.empty() && salt.size() <= kMaxSaltBytes) return "";
  return Sentence("A salt has 1 to ", kMaxSaltBytes, " bytes, and this one has ", salt.size(),
                  "; write a short name for the split, as in BUCKET ('spring', 0, 4999).");
}

bool CheckBucket(const Expression& node, ProblemList& problems) {
  if (node.op != Operator::kBucket) return true;
  bool right = true;
  const Literal& salt = node.literals[0];
  if (salt.kind != LiteralKind::kText) {
    problems.Add(index::Reason::kSyntax, salt.span, "The salt of BUCKET is a text.");
    right = false;
  } else if (std::string why = WhyNoSalt(salt.text); !why.empty()) {
    problems.Add(index::Reason::kLimit, salt.span, std::move(why), {.limit = kMaxSaltBytes});
    right = false;
  }
  for (const size_t end : {1, 2}) {
    const Literal& literal = node.literals[end];
    if (BucketOf(literal.text).has_value()) continue;
    problems.Add(index::Reason::kLimit, literal.span,
                 Sentence("There is no bucket ", Excerpt(literal.text), "; write a whole number from 0 to ",
                          kLastBucket, "."),
                 {.limit = kLastBucket});
    right = false;
  }
  return right;
}

ExpressionPtr TakeBucket(TokenStream& tokens) {
  const int32_t begin = tokens.current().span.offset;
  auto clause = std::make_unique<Expression>(Operator::kBucket);
  tokens.Advance();
  tokens.Advance();
  if (!TakeParts(tokens, *clause)) {
    tokens.SkipPastClose();
    return nullptr;
  }
  clause->span = tokens.SpanFrom(begin);
  return CheckBucket(*clause, tokens.problems()) ? std::move(clause) : nullptr;
}

}  // namespace muster::query

#include "query/language/parser.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "query/language/as_of_date.h"
#include "query/language/clause_parser.h"
#include "query/language/excerpt.h"
#include "query/language/hints.h"
#include "query/language/literal_parser.h"
#include "query/language/value_mend.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// An open construct: the whole text, a pair of parentheses, or the list of AT LEAST.
struct Frame {
  enum class Kind : uint8_t { kText, kGroup, kThreshold };
  Kind kind = Kind::kText;
  SourceSpan open;                       // its opening parenthesis
  int32_t begin = 0;                     // the offset at which it begins, AT included
  int64_t count = 0;                     // kThreshold
  std::vector<ExpressionPtr> listed;     // kThreshold: complete operands
  std::vector<ExpressionPtr> disjuncts;  // complete operands of OR
  std::vector<ExpressionPtr> conjuncts;  // complete operands of the open AND
  std::vector<SourceSpan> negations;     // NOTs whose operand is still missing
  size_t problems_before = 0;            // that were found before it was opened
};

// The number of AT LEAST. A number beyond 64 bits is replaced by the greatest or the least one, which mean
// the same: nobody or everyone.
int64_t ThresholdOf(std::string_view digits, bool negative) {
  int64_t count = 0;
  if (!absl::SimpleAtoi(ForAbseil(digits), &count)) count = std::numeric_limits<int64_t>::max();
  return negative ? -count : count;
}

// A parser with an explicit stack of frames. Invariants between two steps:
//  1. frames_[0] is the text; each further frame is one open parenthesis.
//  2. depth_ = frames_.size() − 1 + the negations of all frames ≤ max_depth. It bounds the depth of the tree,
//     of the stack and of the printed form.
//  3. wants_operand_ ⇔ a condition is expected next; otherwise the last condition is the last of some
//     `conjuncts`.
// Each step takes at least one token, or reports a problem and flips wants_operand_. So parsing terminates.
class Parser {
 public:
  Parser(std::string_view text, const LanguageLimits& limits, ProblemList& problems)
      : limits_(limits), problems_(problems), tokens_(text, problems) {}

  ExpressionPtr Run();
  std::vector<std::string> notices() && { return std::move(notices_); }

 private:
  void StepOperand();
  bool StepOperator();  // false at the end
  bool ReportValueAlone();
  void OpenThreshold();
  void CloseFrame();
  void FinishOperand(ExpressionPtr operand);
  ExpressionPtr TakeAsOf(ExpressionPtr operand);
  void SkipRest();
  void Recover();
  bool Deepen(SourceSpan span);
  void CountNode(SourceSpan span);
  ExpressionPtr Node(Operator op, SourceSpan span);
  ExpressionPtr Join(Operator op, std::vector<ExpressionPtr>& operands);
  ExpressionPtr Reduce(Frame& frame);

  const LanguageLimits& limits_;
  ProblemList& problems_;
  TokenStream tokens_;
  std::vector<Frame> frames_;
  std::vector<std::string> notices_;
  int depth_ = 0;
  size_t nodes_ = 0;
  bool wants_operand_ = true;
  bool closed_wrong_ = false;  // whether the group that was closed last has a problem
};

ExpressionPtr Parser::Run() {
  frames_.emplace_back();
  if (tokens_.current().kind == TokenKind::kEnd && problems_.empty()) {
    tokens_.ReportHere(
        "The expression is empty; write a condition such as city = '上海', or EVERYONE for all members.");
    return nullptr;
  }
  while (!problems_.stopped()) {
    if (wants_operand_) {
      StepOperand();
    } else if (!StepOperator()) {
      break;
    }
  }
  if (!problems_.empty()) return nullptr;
  return Reduce(frames_.front());
}

bool Parser::Deepen(SourceSpan span) {
  if (++depth_ <= limits_.max_depth) return true;
  problems_.AddAndStop(index::Reason::kLimit, span,
                       Sentence("The expression is more than ", limits_.max_depth,
                                " levels deep here; each open parenthesis and each NOT is one, so write "
                                "it flatter."),
                       {.limit = static_cast<uint64_t>(limits_.max_depth)});
  return false;
}

void Parser::CountNode(SourceSpan span) {
  if (++nodes_ <= limits_.max_nodes) return;
  problems_.AddAndStop(index::Reason::kLimit, span,
                       Sentence("The expression has more than ", limits_.max_nodes,
                                " conditions and operators; use IN for many values of one tag."),
                       {.limit = limits_.max_nodes});
}

ExpressionPtr Parser::Node(Operator op, SourceSpan span) {
  CountNode(span);
  auto node = std::make_unique<Expression>(op);
  node->span = span;
  return node;
}

void Parser::StepOperand() {
  const Token token = tokens_.current();
  if (token.Is(Keyword::kNot) && !tokens_.next().IsComparison()) {
    tokens_.Advance();
    if (Deepen(token.span)) frames_.back().negations.push_back(token.span);
    return;
  }
  if (token.Is(Symbol::kOpen)) {
    tokens_.Advance();
    if (!Deepen(token.span)) return;
    Frame frame;
    frame.kind = Frame::Kind::kGroup;
    frame.problems_before = problems_.size();
    frame.open = token.span;
    frame.begin = token.span.offset;
    frames_.push_back(std::move(frame));
    return;
  }
  if (tokens_.IsWord(token, "AT") && tokens_.IsWord(tokens_.next(), "LEAST")) return OpenThreshold();
  if (!BeginsClause(tokens_)) {
    if (!ReportValueAlone()) tokens_.ReportHere(WhyNoCondition(tokens_));
    return Recover();
  }
  ExpressionPtr clause = TakeClause(tokens_, limits_);
  if (clause == nullptr) return Recover();
  CountNode(clause->span);
  FinishOperand(std::move(clause));
}

// Reports a value in the place of a condition, as in `city = 'a' OR 'b'`, when a comparison is before it.
bool Parser::ReportValueAlone() {
  const Token& previous = tokens_.previous();
  const bool negated = previous.Is(Keyword::kNot);
  const bool joined = previous.Is(Keyword::kAnd) || previous.Is(Keyword::kOr) || negated;
  if (!joined || !BeginsLiteral(tokens_.current()) || !WhyValueFirst(tokens_).empty()) return false;
  const Frame& frame = frames_.back();
  const bool by_or = frame.conjuncts.empty();
  const std::vector<ExpressionPtr>& operands = by_or ? frame.disjuncts : frame.conjuncts;
  if (operands.empty()) return false;
  const Expression* joined_to = operands.back().get();
  if (by_or && joined_to->op == Operator::kAnd) joined_to = joined_to->operands.back().get();
  const Expression* before = joined_to;
  while (!before->operands.empty()) before = before->operands.back().get();
  if (before->op != Operator::kCompare) return false;
  ReportValueBehind(tokens_, *before,
                    {.by_or = by_or, .negations = frame.negations.size(), .is_direct = before == joined_to});
  return true;
}

void Parser::OpenThreshold() {
  Frame frame;
  frame.kind = Frame::Kind::kThreshold;
  frame.problems_before = problems_.size();
  frame.begin = tokens_.current().span.offset;
  tokens_.Advance();
  tokens_.Advance();
  const auto refuse = [this](const char* what) {
    tokens_.ReportHere(Sentence(what, " is expected here, not ", tokens_.Described(),
                                "; the form is AT LEAST 2 OF (condition, condition, condition)."));
    Recover();
  };
  const bool negative = tokens_.Take(Symbol::kMinus);
  const std::string_view written = tokens_.TextOf(tokens_.current().span);
  if (tokens_.current().kind != TokenKind::kNumber || written.find('.') != std::string_view::npos ||
      (negative && !tokens_.Touching()))
    return refuse("A whole number");
  frame.count = ThresholdOf(written, negative);
  tokens_.Advance();
  if (!tokens_.TakeWord("OF")) return refuse("OF");
  frame.open = tokens_.current().span;
  if (!tokens_.Take(Symbol::kOpen)) return refuse("`(`");
  if (Deepen(frame.open)) frames_.push_back(std::move(frame));
}

// Skips the rest of a wrong condition, up to a token that can follow a condition.
void Parser::SkipRest() {
  int open = 0;
  while (tokens_.current().kind != TokenKind::kEnd && !problems_.stopped()) {
    const Token& token = tokens_.current();
    if (open == 0 && (token.Is(Symbol::kClose) || token.Is(Keyword::kAnd) || token.Is(Keyword::kOr))) break;
    if (open == 0 && token.Is(Symbol::kComma) && frames_.back().kind == Frame::Kind::kThreshold) break;
    if (token.Is(Symbol::kOpen)) ++open;
    if (token.Is(Symbol::kClose)) --open;
    tokens_.Advance();
  }
}

// Skips a wrong condition and puts a placeholder in its place. A problem was reported, so no tree is
// returned.
void Parser::Recover() {
  SkipRest();
  FinishOperand(std::make_unique<Expression>(Operator::kNobody));
}

ExpressionPtr Parser::TakeAsOf(ExpressionPtr operand) {
  const int32_t begin = operand->span.offset;
  tokens_.Advance();
  if (!tokens_.TakeWord("OF")) {
    tokens_.ReportHere(Sentence("OF and a date are expected after AS, not ", tokens_.Described(), "."));
    return operand;
  }
  Literal date;
  if (!TakeAsOfDate(tokens_, date)) return operand;
  std::vector<SourceSpan>& negations = frames_.back().negations;
  if (!negations.empty()) {
    // NOT (x AS OF d) is printed with parentheses, which count as a level.
    if (Deepen(negations.back())) --depth_;
    const int32_t negated = negations.back().offset + negations.back().length;
    std::string_view after = tokens_.TextOf(tokens_.SpanFrom(negated));
    after.remove_prefix(std::min(after.size(), after.find_first_not_of(" \t\r\n")));
    const std::string dated = Excerpt(after);
    notices_.push_back(
        Sentence("NOT ", dated, " is read as NOT (", dated, "): the complement at the outer date."));
  }
  ExpressionPtr dated = Node(Operator::kAsOf, tokens_.SpanFrom(begin));
  dated->operands.push_back(std::move(operand));
  dated->literals.push_back(std::move(date));
  return dated;
}

void Parser::FinishOperand(ExpressionPtr operand) {
  if (tokens_.current().Is(Keyword::kAs)) operand = TakeAsOf(std::move(operand));
  Frame& frame = frames_.back();
  while (!frame.negations.empty()) {
    const int32_t begin = frame.negations.back().offset;
    ExpressionPtr negation =
        Node(Operator::kNot, {begin, operand->span.offset + operand->span.length - begin});
    negation->operands.push_back(std::move(operand));
    operand = std::move(negation);
    frame.negations.pop_back();
    --depth_;
  }
  frame.conjuncts.push_back(std::move(operand));
  wants_operand_ = false;
}

ExpressionPtr Parser::Join(Operator op, std::vector<ExpressionPtr>& operands) {
  ExpressionPtr joined;
  if (operands.size() == 1) {
    joined = std::move(operands.front());
  } else {
    const int32_t begin = operands.front()->span.offset;
    const SourceSpan last = operands.back()->span;
    joined = Node(op, {begin, last.offset + last.length - begin});
    joined->operands = std::move(operands);
  }
  operands.clear();
  return joined;
}

ExpressionPtr Parser::Reduce(Frame& frame) {
  frame.disjuncts.push_back(Join(Operator::kAnd, frame.conjuncts));
  return Join(Operator::kOr, frame.disjuncts);
}

void Parser::CloseFrame() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  --depth_;
  closed_wrong_ = problems_.size() > frame.problems_before;
  tokens_.Advance();
  ExpressionPtr operand = Reduce(frame);
  if (frame.kind == Frame::Kind::kThreshold) {
    frame.listed.push_back(std::move(operand));
    operand = Node(Operator::kAtLeast, tokens_.SpanFrom(frame.begin));
    operand->count = frame.count;
    operand->operands = std::move(frame.listed);
  }
  FinishOperand(std::move(operand));
}

bool Parser::StepOperator() {
  const Token token = tokens_.current();
  Frame& frame = frames_.back();
  if (token.kind == TokenKind::kEnd) {
    if (frames_.size() > 1) {
      const std::string others =
          frames_.size() > 2 ? Sentence(", and ", frames_.size() - 2, " around it are open too") : "";
      tokens_.Report(frame.open, Sentence("This parenthesis is never closed", others,
                                          "; write `)` where its group ends."));
    }
    return false;
  }
  if (token.Is(Symbol::kClose)) {
    if (frame.kind != Frame::Kind::kText) {
      CloseFrame();
    } else {
      tokens_.ReportHere("This parenthesis closes none; delete it, or open one before.");
      tokens_.Advance();
    }
    return true;
  }
  wants_operand_ = true;
  if (token.Is(Keyword::kAnd)) {
    tokens_.Advance();
  } else if (token.Is(Keyword::kOr)) {
    tokens_.Advance();
    frame.disjuncts.push_back(Join(Operator::kAnd, frame.conjuncts));
  } else if (token.Is(Symbol::kComma) && frame.kind == Frame::Kind::kThreshold) {
    tokens_.Advance();
    frame.listed.push_back(Reduce(frame));
  } else {
    // A comparison behind a wrong group, as in `(a - b) > 5`, is a consequence of it.
    const bool consequence = closed_wrong_ && tokens_.previous().Is(Symbol::kClose) && token.IsComparison();
    if (!consequence) tokens_.ReportHere(WhyNoOperator(tokens_));
    // If a condition begins here, parse it as if AND were before it. Read `,` and XOR as AND. Skip everything
    // else.
    // Of `sign up date`, the last word is read on as a condition.
    while (tokens_.current().kind == TokenKind::kName && tokens_.next().kind == TokenKind::kName &&
           tokens_.previous().kind == TokenKind::kName &&
           tokens_.next().span.offset == tokens_.current().end() + 1)
      tokens_.Advance();
    const bool stands_for_and = token.Is(Symbol::kComma) || tokens_.IsWord(token, "XOR");
    wants_operand_ =
        stands_for_and || BeginsClause(tokens_) || token.Is(Symbol::kOpen) || token.Is(Keyword::kNot);
    if (stands_for_and) tokens_.Advance();
    if (!wants_operand_) SkipRest();
  }
  return true;
}

}  // namespace

ParseResult Parse(std::string_view text, const LanguageLimits& limits) {
  ParseResult result;
  ProblemList problems;
  if (text.size() > limits.max_text_bytes) {
    problems.AddAndStop(
        index::Reason::kLimit, {0, 0},
        Sentence("The expression has ", text.size(), " bytes, and at most ", limits.max_text_bytes,
                 " are read; load the members that a long list names as a FLAG tag, and name that."),
        {.limit = limits.max_text_bytes});
    result.problems = problems.Take();
    return result;
  }
  Parser parser(text, limits, problems);
  result.expression = parser.Run();
  result.problems = problems.Take();
  if (!result.problems.empty()) result.expression = nullptr;
  if (result.ok()) result.notices = std::move(parser).notices();
  return result;
}

}  // namespace muster::query

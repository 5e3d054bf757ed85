#include "query/language/string_text.h"

#include "text/like_pattern.h"

namespace muster::query {
namespace {

// Whether the character at `i` escapes the next one.
bool IsEscape(std::string_view raw, size_t i, bool single_quoted, std::string_view escaped) {
  if (i + 1 == raw.size()) return false;
  if (raw[i] == '\\') return escaped.find(raw[i + 1]) != std::string_view::npos;
  // Inside '…', the lexer accepts a single quote only if it is doubled.
  return single_quoted && raw[i] == '\'' && raw[i + 1] == '\'';
}

bool IsSingleQuoted(const TokenStream& tokens, const Token& token) {
  return tokens.TextOf(token.span).front() == '\'';
}

}  // namespace

std::string StringContent(const TokenStream& tokens, const Token& token) {
  const std::string_view raw = tokens.TextOf(token.content);
  const bool single_quoted = IsSingleQuoted(tokens, token);
  std::string content;
  content.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (IsEscape(raw, i, single_quoted, "'\"\\")) ++i;
    content.push_back(raw[i]);
  }
  return content;
}

std::string PatternContent(const TokenStream& tokens, const Token& token) {
  const std::string_view raw = tokens.TextOf(token.content);
  const bool single_quoted = IsSingleQuoted(tokens, token);
  std::string pattern;
  pattern.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (IsEscape(raw, i, single_quoted, "'\"")) {
      ++i;
    } else if (IsEscape(raw, i, false, "\\")) {
      pattern.push_back(raw[i++]);
    }
    pattern.push_back(raw[i]);
  }
  return CanonicalPattern(pattern);
}

}  // namespace muster::query

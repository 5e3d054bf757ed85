#include "query/language/string_text.h"

namespace muster::query {
namespace {

// Whether the character at `i` only says that the next one stands for itself.
bool IsEscape(std::string_view raw, size_t i, bool single_quoted, std::string_view escaped) {
  if (i + 1 == raw.size()) return false;
  if (raw[i] == '\\') return escaped.find(raw[i + 1]) != std::string_view::npos;
  // The lexer lets a single quote stand inside '…' only when it is doubled.
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

LikePrefix ReadLikePrefix(const TokenStream& tokens, const Token& token) {
  const std::string_view raw = tokens.TextOf(token.content);
  const bool single_quoted = IsSingleQuoted(tokens, token);
  LikePrefix read;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (IsEscape(raw, i, single_quoted, "'\"\\%_")) {
      ++i;
    } else if (raw[i] == '%') {
      if (raw.find_first_not_of('%', i) == std::string_view::npos) return read;
      read.fault = LikePrefix::Fault::kPercentInside;
      read.at = i;
      return read;
    } else if (raw[i] == '_') {
      read.fault = LikePrefix::Fault::kUnderscore;
      read.at = i;
      return read;
    }
    read.prefix.push_back(raw[i]);
  }
  read.fault = LikePrefix::Fault::kNoPercent;
  return read;
}

}  // namespace muster::query
